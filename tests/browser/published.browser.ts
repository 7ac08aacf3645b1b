// What npm would publish, by the tools that judge packages.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { install, type Project, packages } from "./install.js";

let project: Project;

beforeAll(async () => {
  project = await install();
}, 300_000);
afterAll(() => project.remove());

test.each(packages)("%s: publint finds nothing", async (name) => {
  const pkgDir = join(project.folder, "node_modules/@foretab", name);
  const { messages } = await publint({ pkgDir, strict: true, pack: false });
  expect(messages).toEqual([]);
});

test.each(packages.map((name, index) => ({ name, index })))(
  "$name: its types are right",
  async ({ index }) => {
    const tarball = await readFile(project.tarballs[index] ?? "");
    // Files of which only the address is used.
    const assets = [/\.wasm$/, /worker\.js$/, /tree-sitter\.js$/];
    const result = await checkPackage(createPackageFromTarballData(tarball), { excludeEntrypoints: assets });
    if (!result.types) throw new Error("no types");
    // ECMAScript modules only: what cannot import them, Node.js 10 and `require` before 22.12, is not meant.
    const meant = result.problems.filter(
      (problem) => !("resolutionKind" in problem && /^node10$|^node16-cjs$/.test(problem.resolutionKind)),
    );
    expect(meant).toEqual([]);
  },
);

test.each(packages)("%s: nothing runs when it is installed", async (name) => {
  const file = join(project.folder, "node_modules/@foretab", name, "package.json");
  const { scripts = {} } = JSON.parse(await readFile(file, "utf8"));
  expect(Object.keys(scripts).filter((script) => /install|^prepare$/.test(script))).toEqual([]);
});

test.each(["codemirror", "monaco"])("%s: at most 8 kB gzip without editor and client", async (name) => {
  const bundle = await bundled(`export * from "@foretab/${name}";`);
  expect(bundle).toContain("export");
  expect(gzipSync(bundle).length).toBeLessThanOrEqual(8192);
});

test.each(packages)("%s: nothing of it stays where nothing is used", async (name) => {
  expect((await bundled(`import "@foretab/${name}";`)).trim()).toBe("");
});

/** One module, bundled and minified, with all other packages left out. */
async function bundled(code: string): Promise<string> {
  const entry = join(project.folder, "entry.js");
  const result = await build({
    root: project.folder,
    configFile: false,
    logLevel: "error",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? code : null),
      },
    ],
    build: {
      write: false,
      target: "es2022",
      lib: { entry, formats: ["es"], fileName: "entry" },
      rolldownOptions: {
        external: (id) => /^@codemirror|^monaco-editor|^@foretab/.test(id) && !code.includes(id),
      },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !("output" in output)) throw new Error("nothing was built");
  return output.output.map((file) => (file.type === "chunk" ? file.code : "")).join("");
}
