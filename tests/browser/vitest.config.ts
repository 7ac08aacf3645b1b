import { defineConfig } from "vitest/config";
import { LIMIT } from "./limit.js";

export default defineConfig(({ mode }) => {
  const measured = mode === "measure" || mode === "large";
  return {
    root: import.meta.dirname,
    test: {
      include: [`**/*.${measured ? mode : "browser"}.ts`],
      reporters: ["verbose"],
      globalSetup: "./server.ts",
      // Each file has a browser of its own, and waits for it much of its time. What is measured has the machine to itself.
      maxWorkers: measured ? 1 : 2,
      expect: { poll: { timeout: LIMIT, interval: 50 } },
      testTimeout: 600_000,
      hookTimeout: 300_000,
    },
  };
});
