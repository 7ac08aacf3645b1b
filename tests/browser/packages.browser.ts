// The packages as npm would publish them, in a project outside of this repository that does what the readme says.

import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { build, type PreviewServer, preview as serve } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sample } from "../../web/playground/src/sample.js";
import { launch } from "./chromium.js";
import { type EditorName, Playground } from "./playground.js";

const root = join(import.meta.dirname, "../..");
const packages = ["client", "codemirror", "monaco"];
const editors: EditorName[] = ["codemirror", "monaco"];

/** What the readme's examples leave to the reader. */
const left = {
  codemirror: `
    const parent = document.body;
    const doc = code;`,
  monaco: `
    const parent = document.body.appendChild(document.createElement("div"));
    parent.style.height = "900px"; // every line is in view: Playwright would scroll Monaco to click on it
    const model = monaco.editor.createModel(code, "typescript", monaco.Uri.parse("file:///src/cart.ts"));`,
};

/** An error as the editor marks it. */
const marks = {
  codemirror: `({ dispatch, state }: EditorView, from: number, to: number, message: string) =>
    dispatch(setDiagnostics(state, [{ from, to, message, severity: "error" }]))`,
  monaco: `(editor: monaco.editor.ICodeEditor, from: number, to: number, message: string) => {
    const [start, end] = [from, to].map((at) => model.getPositionAt(at));
    const range = monaco.Range.fromPositions(start!, end!);
    monaco.editor.setModelMarkers(model, "test", [{ ...range, message, severity: monaco.MarkerSeverity.Error }]);
  }`,
};

/** What the pages give to the tests. */
interface Handle {
  device(): string;
  dispose(): void;
  /** Marks a piece of the code as an error. */
  mark(code: string, message: string): void;
  prompts: string[];
  open(path: string, text: string): void;
  predict(): Promise<{ outcome: string }>;
  syntax(): { language: string; state: string }[];
}

let browser: Browser;
let server: PreviewServer;
let project: string;

beforeAll(async () => {
  browser = await launch({ webgpu: false });
  project = await mkdtemp(join(tmpdir(), "foretab-"));
  await install();
  await writePages();
  await build({
    root: project,
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
  server = await serve({ root: project, configFile: false, preview });
}, 300_000);
afterAll(async () => {
  await browser.close();
  await server.close();
  await rm(project, { recursive: true });
});

test.each(packages)("%s carries its licences", async (name) => {
  const files = await readdir(join(project, "node_modules/@foretab", name));
  expect(files.sort()).toEqual(["LICENSE-APACHE", "LICENSE-MIT", "README.md", "dist", "package.json"]);
});

test("the module carries the licences of what it is compiled from", async () => {
  const notices = join(project, "node_modules/@foretab/client/dist/THIRD-PARTY-NOTICES.txt");
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
  await writeFile(join(project, "tsconfig.json"), JSON.stringify(config));
  run(process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", project);
});

test("a grammar is fetched when a document first needs it, and carries nothing of the document", async () => {
  const [address = ""] = server.resolvedUrls?.local ?? [];
  const playground = await Playground.open(browser, { url: `${address}codemirror.html` });
  const { page, requests } = playground;
  const syntax = () => page.evaluate(() => (window as unknown as { foretab: Handle }).foretab.syntax());
  await page.waitForFunction(() => "foretab" in window, undefined, { timeout: 60_000 });
  await expect.poll(syntax).toEqual([{ language: "typescript", state: "ready" }]);

  requests.length = 0;
  await page.evaluate(() => {
    const { foretab } = window as unknown as { foretab: Handle };
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
    const { foretab } = window as unknown as { foretab: Handle };
    return foretab.device();
  });
  expect(device, "its threads are started from the bundled worker").toContain("2 threads");
  const workers = () => playground.page.workers().filter((worker) => /\/worker-/.test(worker.url())).length;
  expect(workers()).toBe(2);

  const outcomes = await playground.page.evaluate(() => {
    const { foretab } = window as unknown as { foretab: Handle };
    return Promise.all([foretab.predict(), foretab.predict()].map(async (asked) => (await asked).outcome));
  });
  expect(outcomes, "the newer request wins").toEqual(["cancelled", "suggestions"]);

  await playground.page.evaluate(() => {
    const { foretab } = window as unknown as { foretab: Handle };
    foretab.dispose();
  });
  await expect.poll(workers, { message: "its threads end with the Foretab" }).toBe(0);
  await playground.close();
});

test.each(editors)("%s: the next edit is looked for at an error too", async (editor) => {
  const [address = ""] = server.resolvedUrls?.local ?? [];
  const playground = await Playground.open(browser, { editor, url: `${address}${editor}.html` });
  await playground.page.waitForFunction(() => "foretab" in window, undefined, { timeout: 60_000 });
  await playground.page.evaluate(() => {
    const { foretab } = window as unknown as { foretab: Handle };
    foretab.mark("cheapest", "is wrong");
  });
  await playground.goTo('"./format";▏');
  await playground.page.keyboard.type(" // a", { delay: 40 });
  const told = "<|file_sep|>diagnostics\nis wrong at line 26:\nexport function cheapest(";
  const prompts = () =>
    playground.page.evaluate(() => (window as unknown as { foretab: Handle }).foretab.prompts);
  await expect.poll(prompts, { timeout: 60_000 }).toContainEqual(expect.stringContaining(told));
  await playground.close();
});

/** The tarballs by npm; what they stand beside is here already, and is only linked. */
async function install(): Promise<void> {
  const workspaces = packages.map((name) => `--workspace=web/${name}`);
  run("npm", "pack", "--silent", `--pack-destination=${project}`, ...workspaces);
  const tarballs = (await readdir(project)).map((name) => join(project, name));
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  run("npm", "install", `--prefix=${project}`, "--offline", "--legacy-peer-deps", ...tarballs);
  for (const name of ["@codemirror", "codemirror", "monaco-editor"]) {
    await symlink(join(root, "node_modules", name), join(project, "node_modules", name), "junction");
  }
}

/** A page for each editor: the readme's example, and access to its text. */
async function writePages(): Promise<void> {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, example]) => example ?? "");
  for (const editor of editors) {
    const example = examples.find((example) => example.includes(`@foretab/${editor}`));
    const handle = `{
      text: () => foretab.document("src/cart.ts")?.text ?? "",
      cursor: () => 0,
      device: () => foretab.status?.device,
      dispose: () => foretab.dispose(),
      open: (path: string, text: string) => void foretab.open(path, text),
      mark: (code: string, message: string) => {
        const at = foretab.document("src/cart.ts")?.text.indexOf(code) ?? 0;
        mark(editor, at, at + code.length, message);
      },
      prompts,
      syntax: () => [...foretab.syntax.values()],
      predict: () => foretab.document("src/cart.ts")?.predict(),
    }`;
    const adapted = example
      ?.replace("createForetab()", "createForetab({ threads: 2 })")
      .replace("new EditorView(", "const editor = new EditorView(")
      .replace("basicSetup]", "basicSetup, nextEditDiagnostics]");
    const lint = `
      import { setDiagnostics } from "@codemirror/lint";
      import { nextEditDiagnostics } from "@foretab/codemirror/lint";`;
    const page = `${editor === "codemirror" ? lint : ""}
      const code = ${JSON.stringify(sample[0]?.text)};
      ${left[editor]}
      ${adapted}
      const mark = ${marks[editor]};
      const prompts: string[] = [];
      foretab.on("prompt", ({ text }) => void prompts.push(text));
      foretab.ready.then(() => Object.assign(window, { foretab: ${handle} }));`;
    await writeFile(join(project, `${editor}.ts`), page);
    await writeFile(join(project, `${editor}.html`), `<script type="module" src="./${editor}.ts"></script>`);
  }
}

function run(program: string, ...args: string[]): void {
  const shell = process.platform === "win32"; // where npm is a batch file
  execFileSync(program, args, { cwd: root, shell, stdio: ["ignore", "ignore", "inherit"] });
}
