import { defineConfig } from "vite";

export default defineConfig({
  base: "./", // the built page works under any path
  appType: "mpa", // a missing file is a 404, and not this page
  worker: { format: "es" },
  build: { target: "es2022", chunkSizeWarningLimit: 4000 },
});
