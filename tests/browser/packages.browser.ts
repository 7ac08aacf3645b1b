// A Vite project that does what the readme says, with the packages as npm would publish them.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { build, type PreviewServer, preview as serve } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { install, type Project, packages, root, run } from "./install.js";
import { Playground } from "./playground.js";
import { editors, page, type ReadmeHandle } from "./readme.js";

let browser: Browser;
let server: PreviewServer;
let project: Project;

beforeAll(async () => {
  browser = await launch({ webgpu: false });
  project = await install(["@codemirror", "codemirror", "monaco-editor"]);
  for (const editor of editors) {
    await writeFile(join(project.folder, `${editor}.ts`), await page(editor));
    const script = `<script type="module" src="./${editor}.ts"></script>`;
    await writeFile(join(project.folder, `${editor}.html`), script);
  }
  await build({
    root: project.folder,
    configFile: false,
    logLevel: "error",
    build: { target: "es2022", rolldownOptions: { input: editors.map((editor) => `${editor}.html`) } },
  });
  const headers = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'",
  };
  const preview = { port: 0, host: "127.0.0.1", headers };
  server = await serve({ root: project.folder, configFile: false, preview });
}, 300_000);
afterAll(async () => {
  await browser.close();
  await server.close();
  await project.remove();
});

test.each(packages)("%s carries its licences", async (name) => {
  const files = await readdir(join(project.folder, "node_modules/@foretab", name));
  expect(files.sort()).toEqual(["LICENSE-APACHE", "LICENSE-MIT", "README.md", "dist", "package.json"]);
});

test("the module carries the licences of what it is compiled from", async () => {
  const notices = join(project.folder, "node_modules/@foretab/client/dist/THIRD-PARTY-NOTICES.txt");
  const text = await readFile(notices, "utf8");
  for (const name of ["wgpu", "wasm-bindgen"]) expect(text).toMatch(new RegExp(`^${name} .*: MIT`, "m"));
  expect(text).toMatch(/^wasm-feature-detect .*: Apache-2.0/m);
  for (const name of ["web-tree-sitter", "tree-sitter-rust"]) {
    expect(text).toMatch(new RegExp(`^${name} .*: MIT`, "m"));
  }
  expect(text).toContain("Permission is hereby granted");
  expect(text).toContain("Apache License");
  expect(text, "our own have theirs in the package").not.toContain("foretab-edit");
});

test("the types are complete", async () => {
  const compilerOptions = {
    module: "preserve",
    lib: ["ES2023", "DOM", "DOM.Iterable"],
    types: [],
    strict: true,
  };
  const config = {
    compilerOptions: { ...compilerOptions, noEmit: true, skipLibCheck: false },
    include: ["*.ts"],
  };
  await writeFile(join(project.folder, "tsconfig.json"), JSON.stringify(config));
  run(process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", project.folder);
});

test("a grammar is fetched when a document first needs it, and carries nothing of the document", async () => {
  const [address = ""] = server.resolvedUrls?.local ?? [];
  const playground = await Playground.open(browser, { url: `${address}codemirror.html` });
  const { page, requests } = playground;
  const syntax = () => page.evaluate(() => (window as unknown as { foretab: ReadmeHandle }).foretab.syntax());
  await page.waitForFunction(() => "foretab" in window, undefined, { timeout: 60_000 });
  await expect.poll(syntax).toEqual([{ language: "typescript", state: "ready" }]);

  requests.length = 0;
  await page.evaluate(() => {
    const { foretab } = window as unknown as { foretab: ReadmeHandle };
    foretab.open("secret.css", "secret {}");
    foretab.open("other.css", "other {}");
    foretab.open("notes.txt", "notes");
  });
  await expect.poll(syntax).toContainEqual({ language: "css", state: "ready" });
  const fetched = requests.map((request) => [request.method(), new URL(request.url()), request.postData()]);
  expect(fetched).toEqual([["GET", expect.objectContaining({ search: "" }), null]]);
  expect(String(fetched[0]?.[1])).toMatch(/\/tree-sitter-css-[^/]*\.wasm$/);
  await playground.close();
});

test.each(editors)("%s: worker, module and model are found, and an edit is suggested", async (editor) => {
  const [address = ""] = server.resolvedUrls?.local ?? [];
  const playground = await Playground.open(browser, { editor, url: `${address}${editor}.html` });
  await playground.page.waitForFunction(() => "foretab" in window, undefined, { timeout: 60_000 });
  await playground.renameTotal("grandTotal");
  await playground.shows("total", "grandTotal");

  const device = await playground.page.evaluate(() => {
    const { foretab } = window as unknown as { foretab: ReadmeHandle };
    return foretab.device();
  });
  expect(device, "its threads are started from the bundled worker").toContain("2 threads");
  const workers = () => playground.page.workers().filter((worker) => /\/worker-/.test(worker.url())).length;
  expect(workers()).toBe(2);

  const outcomes = await playground.page.evaluate(() => {
    const { foretab } = window as unknown as { foretab: ReadmeHandle };
    return Promise.all([foretab.predict(), foretab.predict()].map(async (asked) => (await asked).outcome));
  });
  expect(outcomes, "the newer request wins").toEqual(["cancelled", "suggestions"]);

  await playground.page.evaluate(() => {
    const { foretab } = window as unknown as { foretab: ReadmeHandle };
    foretab.dispose();
  });
  await expect.poll(workers, { message: "its threads end with the Foretab" }).toBe(0);
  await playground.close();
});
