// Bundles the worker into @foretab/client, and puts the wasm modules with their notices and the default model beside it.

import { access, copyFile } from "node:fs/promises";
import { build } from "rolldown";

const root = new URL("../../", import.meta.url);
const dist = new URL("web/client/dist/", root);
const assets = {
  "foretab_bg.wasm": "crates/wasm/pkg/foretab_bg.wasm",
  "foretab_relaxed_bg.wasm": "crates/wasm/relaxed/pkg/foretab_bg.wasm",
  "THIRD-PARTY-NOTICES.txt": "crates/wasm/pkg/THIRD-PARTY-NOTICES.txt",
  "foretab-mini.gguf": "models/foretab-mini.gguf",
};

for (const [name, from] of Object.entries(assets)) {
  const source = new URL(from, root);
  await access(source).catch(() => {
    throw new Error(`${from} is missing: run \`cargo xtask build\``);
  });
  await copyFile(source, new URL(name, dist));
}

await build({
  input: new URL("src/worker.ts", import.meta.url).pathname,
  output: { file: new URL("worker.js", dist).pathname, format: "esm", minify: true },
  platform: "browser",
});
