import { defineConfig } from "vitest/config";

// The page computes for seconds on a software GPU and a busy machine: the limits only end what hangs.
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  test: {
    include: [mode === "measure" ? "**/*.measure.ts" : "**/*.browser.ts"],
    reporters: ["verbose"],
    globalSetup: "./server.ts",
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 60_000,
  },
}));
