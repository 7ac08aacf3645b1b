import { defineConfig } from "vite";
import { offline } from "./build/offline.js";

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
  plugins: [
    offline({
      script: "src/offline/service-worker.ts",
      except: /tree-sitter-(?!(go|python|rust|typescript)-).*\.wasm$/, // grammars of languages without a story
    }),
  ],
  build: { target: "es2022", chunkSizeWarningLimit: 4000 },
});
