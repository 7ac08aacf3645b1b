import { defineConfig } from "vite";

/** Makes the page cross-origin isolated: without, its workers share no memory, and the CPU computes on one thread. */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  base: "./", // the built page works under any path
  appType: "mpa", // a missing file is a 404, and not this page
  server: { headers },
  preview: { headers },
  worker: { format: "es" },
  build: { target: "es2022", chunkSizeWarningLimit: 4000 },
});
