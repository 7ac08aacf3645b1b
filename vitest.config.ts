import { defineConfig } from "vitest/config";

// What needs a browser is in tests/browser, with a configuration of its own.
export default defineConfig({ test: { include: ["web/*/test/**/*.test.ts"] } });
