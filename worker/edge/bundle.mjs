// Bundles the handler for each runtime into dist/, and puts beside it what it imports.

import { copyFile, mkdir } from "node:fs/promises";
import { build } from "rolldown";

const root = new URL("../../", import.meta.url);
const dist = new URL("dist/", import.meta.url);
const modules = {
  "foretab_bg.wasm": "crates/wasm/pkg/foretab_bg.wasm",
  "foretab_relaxed_bg.wasm": "crates/wasm/relaxed/pkg/foretab_bg.wasm",
  "THIRD-PARTY-NOTICES.txt": "crates/wasm/pkg/THIRD-PARTY-NOTICES.txt",
};
const model = { "foretab-mini.gguf": "models/foretab-mini.gguf" };

for (const [name, assets] of Object.entries({
  workerd: { ...modules, ...model },
  "workerd-openai": modules,
  deno: { ...modules, ...model },
  bun: { ...modules, ...model },
})) {
  const folder = new URL(`${name}/`, dist);
  await mkdir(folder, { recursive: true });
  for (const [file, from] of Object.entries(assets)) {
    await copyFile(new URL(from, root), new URL(file, folder));
  }
  await build({
    input: new URL(`src/${name}.ts`, import.meta.url).pathname,
    output: {
      file: new URL("worker.js", folder).pathname,
      format: "esm",
      minify: true,
      codeSplitting: false,
    },
    external: [/^node:/, /\.(wasm|gguf)$/],
    platform: "browser",
  });
}
