import { defineConfig } from "vite";

export default defineConfig({
  base: "./", // the built page works under any path
  worker: { format: "es" },
  build: { target: "es2022", chunkSizeWarningLimit: 4000 },
});
