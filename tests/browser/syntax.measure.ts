// What the syntax check costs in a worker, as a Markdown table: `npm run measure -w tests/browser -- syntax`.
//
// The document is this project's own TypeScript, again and again. A check parses the document after a keystroke, and
// then with a suggestion in it. Nothing here decides a test.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

const LINES = [1_000, 10_000];

/** Runs in the worker, and so is text: what is compiled here names things that are not there. */
const MEASURE = `
  onmessage = async ({ data: { parser, module, language, text } }) => {
    const { Grammar, startParser } = await import(parser);
    await startParser(new URL(module));
    const grammar = await Grammar.load(new Uint8Array(await (await fetch(language)).arrayBuffer()));
    const time = (task) => {
      const began = performance.now();
      task();
      return performance.now() - began;
    };
    const middle = text.indexOf("(", text.length / 2);
    const typed = (letters) => text.slice(0, middle) + letters + text.slice(middle);
    const check = (suggested) => {
      const times = Array.from({ length: 21 }, (_, run) =>
        time(() => {
          const now = typed("x".repeat(run));
          grammar.errors(now);
          grammar.errors(suggested(now));
        }),
      );
      return times.sort((a, b) => a - b)[10];
    };
    const first = time(() => grammar.errors(text));
    const near = (now) => now.indexOf(";", middle);
    const sound = check((now) => now.slice(0, near(now)) + ";" + now.slice(near(now)));
    const broken = check((now) => now.slice(0, near(now)) + "(" + now.slice(near(now)));
    postMessage([first, sound, broken, grammar.errors(text).length]);
  };
  onunhandledrejection = ({ reason }) => postMessage(String(reason));
`;

test("what a check costs", async () => {
  const browser = await launch({ webgpu: false });
  const playground = await Playground.open(browser);
  await playground.state("ready");
  await playground.page.waitForLoadState("networkidle");
  const urls = playground.requests.map((request) => request.url());
  const find = (pattern: RegExp) => urls.find((url) => pattern.test(url)) ?? "";
  const parser = find(/\/tree-sitter-[^/]*\.js$/);
  const module = find(/\/web-tree-sitter[^/]*\.wasm$/);
  const language = find(/\/tree-sitter-typescript[^/]*\.wasm$/);

  const code = await ownCode();
  const table = [
    "| lines | size | first parse | check | check that holds back |",
    "|---:|---:|---:|---:|---:|",
  ];
  for (const count of LINES) {
    const text = Array.from({ length: count }, (_, line) => code[line % code.length]).join("\n");
    const times = await playground.page.evaluate(inWorker, [
      MEASURE,
      { parser, module, language, text },
    ] as const);
    const cells = Array.isArray(times) ? times.slice(0, 3).map((ms) => `${ms.toFixed(1)} ms`) : [times];
    table.push(
      `| ${count.toLocaleString("en")} | ${Math.round(text.length / 1000)} kB | ${cells.join(" | ")} |`,
    );
  }
  console.log(table.join("\n"));
  await browser.close();
});

/** The lines of the client and the editor adapters. */
async function ownCode(): Promise<string[]> {
  const lines: string[] = [];
  for (const part of ["client", "codemirror", "monaco"]) {
    const folder = join(import.meta.dirname, "../../web", part, "src");
    for (const name of (await readdir(folder)).sort()) {
      lines.push(...(await readFile(join(folder, name), "utf8")).split("\n"));
    }
  }
  return lines;
}

/** Runs a script in a worker of the page, and gives what it posts. */
function inWorker([script, data]: readonly [string, unknown]): Promise<number[] | string> {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  worker.postMessage(data);
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}
