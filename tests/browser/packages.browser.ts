// A Vite project that does what the readme says, with the packages as npm would publish them.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { build, type PreviewServer, preview as serve } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { install, type Project, packages, root, run } from "./install.js";
import { type EditorName, Playground } from "./playground.js";
import { editors, page, type ReadmeHandle } from "./readme.js";

/** What the pages of this project give to the tests beyond that. */
interface MarkingHandle {
  /** Marks a piece of the code as an error. */
  mark(code: string, message: string): void;
  prompts: string[];
}

/** How an editor marks an error. */
const marks = {
  codemirror: `({ dispatch, state }: EditorView, from: number, to: number, message: string) =>
    dispatch(setDiagnostics(state, [{ from, to, message, severity: "error" }]))`,
  monaco: `(editor: monaco.editor.ICodeEditor, from: number, to: number, message: string) => {
    const [start, end] = [from, to].map((at) => model.getPositionAt(at));
    const range = monaco.Range.fromPositions(start!, end!);
    monaco.editor.setModelMarkers(model, "test", [{ ...range, message, severity: monaco.MarkerSeverity.Error }]);
  }`,
};

let browser: Browser;
let server: PreviewServer;
let project: Project;

beforeAll(async () => {
  browser = await launch({ webgpu: false });
  project = await install(["@codemirror", "codemirror", "monaco-editor"]);
  for (const editor of editors) {
    await writeFile(join(project.folder, `${editor}.ts`), await markingPage(editor));
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
  for (const name of ["@noble/hashes", "web-tree-sitter", "tree-sitter-rust"]) {
    expect(text).toMatch(new RegExp(`^${name} .*: MIT`, "m"));
  }
  expect(text).toContain("Permission is hereby granted");
  expect(text).toContain("Apache License");
  expect(text, "of which tree-sitter holds a part").toContain("ICU 58 and later");
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
  await playground.page.waitForFunction(() => "foretab" in window);
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
    return foretab.ask(2);
  });
  expect(outcomes, "the newer request wins").toEqual(["cancelled", "suggestions"]);

  await playground.page.evaluate(() => {
    const { foretab } = window as unknown as { foretab: ReadmeHandle };
    foretab.dispose();
  });
  await expect.poll(workers, { message: "its threads end with the Foretab" }).toBe(0);
  await playground.close();
});

test.each(editors)("%s: the next edit is looked for at an error too", async (editor) => {
  const [address = ""] = server.resolvedUrls?.local ?? [];
  const playground = await Playground.open(browser, { editor, url: `${address}${editor}.html` });
  await playground.page.waitForFunction(() => "foretab" in window);
  await playground.page.evaluate(() => {
    const { foretab } = window as unknown as { foretab: MarkingHandle };
    foretab.mark("cheapest", "is wrong");
  });
  await playground.goTo('"./format";▏');
  await playground.page.keyboard.type(" // a", { delay: 40 });
  const told = "<|file_sep|>diagnostics\nis wrong at line 26:\nexport function cheapest(";
  const prompts = () =>
    playground.page.evaluate(() => (window as unknown as { foretab: MarkingHandle }).foretab.prompts);
  await expect.poll(prompts).toContainEqual(expect.stringContaining(told));
  await playground.close();
});

/** The page with errors in the editor, in TypeScript. */
async function markingPage(editor: EditorName): Promise<string> {
  const lint = `
      import { setDiagnostics } from "@codemirror/lint";
      import { nextEditDiagnostics } from "@foretab/codemirror/lint";`;
  const example = (code: string) => `
      ${code
        .replace("new EditorView(", "const editor = new EditorView(")
        .replace("basicSetup]", "basicSetup, nextEditDiagnostics]")}
      const mark = ${marks[editor]};
      const prompts: string[] = [];
      foretab.on("prompt", ({ text }) => void prompts.push(text));`;
  const handle = `
      mark: (code: string, message: string) => {
        const at = foretab.document("src/cart.ts")?.text.indexOf(code) ?? 0;
        mark(editor, at, at + code.length, message);
      },
      prompts,`;
  return (editor === "codemirror" ? lint : "") + (await page(editor, { example, handle }));
}
