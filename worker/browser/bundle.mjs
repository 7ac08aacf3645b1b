// Bundles the worker into @foretab/client, and puts beside it what it fetches: the wasm modules with their notices, the
// default model, and the parser of the syntax check with its grammars.

import { access, copyFile, mkdir, readdir, readFile } from "node:fs/promises";
import { build } from "rolldown";

const root = new URL("../../", import.meta.url);
const dist = new URL("web/client/dist/", root);
const assets = {
  "foretab_bg.wasm": "crates/wasm/pkg/foretab_bg.wasm",
  "foretab_relaxed_bg.wasm": "crates/wasm/relaxed/pkg/foretab_bg.wasm",
  "THIRD-PARTY-NOTICES.txt": "crates/wasm/pkg/THIRD-PARTY-NOTICES.txt",
  "foretab-mini.gguf": "models/foretab-mini.gguf",
  "web-tree-sitter.wasm": "node_modules/web-tree-sitter/web-tree-sitter.wasm",
};
const { dependencies } = JSON.parse(await readFile(new URL("package.json", import.meta.url), "utf8"));
for (const name of Object.keys(dependencies).filter((name) => name.startsWith("tree-sitter-"))) {
  // A package has a grammar of its name, or of each dialect.
  for (const file of await readdir(new URL(`node_modules/${name}/`, root))) {
    if (file.endsWith(".wasm")) assets[`grammars/${file}`] = `node_modules/${name}/${file}`;
  }
}

await mkdir(new URL("grammars/", dist), { recursive: true });
for (const [name, from] of Object.entries(assets)) {
  const source = new URL(from, root);
  await access(source).catch(() => {
    throw new Error(`${from} is missing: run \`cargo xtask build\``);
  });
  await copyFile(source, new URL(name, dist));
}

for (const name of ["worker", "tree-sitter"]) {
  await build({
    input: new URL(`src/${name}.ts`, import.meta.url).pathname,
    output: { file: new URL(`${name}.js`, dist).pathname, format: "esm", minify: true, codeSplitting: false },
    platform: "browser",
    // Emscripten's loader evaluates what modules with JavaScript inside bring; no grammar has any.
    checks: { eval: name !== "tree-sitter" },
  });
}
