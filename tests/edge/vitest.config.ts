import { defineConfig } from "vitest/config";

// A busy machine takes its time: the limits only end what hangs.
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  test: {
    include: [mode === "measure" ? "**/*.measure.ts" : "**/*.edge.ts"],
    reporters: ["verbose"],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
}));
