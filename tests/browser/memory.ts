// How much memory a model takes, and where.

import { readFile } from "node:fs/promises";
import type { Foretab, ForetabOptions } from "@foretab/client";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { ModelServer } from "./model-server.js";

/** What the page of `ModelServer` has. */
export interface ModelPage {
  foretab: Foretab;
  createForetab(options: ForetabOptions): Foretab;
}

/** Put before the worker's own code: gets hold of the memory of its modules. */
export const WATCHED = `
  self.memories = [];
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const own = WebAssembly[name];
    WebAssembly[name] = async (...parameters) => {
      const started = await own.apply(WebAssembly, parameters);
      const { exports } = started.instance ?? started;
      if (exports?.memory) self.memories.push(exports.memory);
      return started;
    };
  }`;

/** Opens the page, and makes a Foretab there, which loads a model. */
export async function openWith(
  windows: Browser | BrowserContext,
  server: ModelServer,
  options: ForetabOptions,
): Promise<Page> {
  const page = await windows.newPage();
  await page.goto(server.origin);
  await page.waitForFunction(() => "createForetab" in window);
  await page.evaluate(async (options) => {
    const handle = window as unknown as ModelPage;
    handle.foretab = handle.createForetab(options);
    await handle.foretab.ready;
  }, options);
  return page;
}

/** Bytes of WebAssembly memory in the page's worker: the most that there has been, because it never shrinks. */
export async function wasmMemory(page: Page): Promise<number> {
  const bytes = await page.workers()[0]?.evaluate(() => {
    const { memories } = self as unknown as { memories: WebAssembly.Memory[] };
    return memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  });
  if (!bytes) throw new Error("the worker has no module");
  return bytes;
}

/** Peak of the memory that each kind of the browser's processes had resident, in bytes; of a kind, the largest. */
export async function peaks(browser: Browser): Promise<Map<string, number>> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const peaks = new Map<string, number>();
  for (const { type, id } of processInfo) {
    const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
    peaks.set(type, Math.max(peak, peaks.get(type) ?? 0));
  }
  return peaks;
}

/** Changes a document, and waits until the answer has so many tokens: of the prompt and of the answer. */
export function firstTokens(page: Page, wanted: number): Promise<{ prompt: number; answered: number }> {
  return page.evaluate(
    (wanted) =>
      new Promise((resolve, reject) => {
        const { foretab } = window as unknown as ModelPage;
        let prompt = 0;
        let answered = 0;
        foretab.on("prompt", (event) => {
          prompt = event.tokens;
        });
        foretab.on("pass", (pass) => {
          answered += pass.accepted + 1;
          if (answered >= wanted) resolve({ prompt, answered });
        });
        foretab.on("error", ({ message }) => reject(new Error(message)));
        const document = foretab.open("a.ts", "let a = 1;\nuse(a);\n");
        document.change([{ from: 4, to: 5, insert: "total" }], 9);
        const early = () => reject(new Error(`the answer ended after ${answered} tokens`));
        document.predict().then(early, reject);
      }),
    wanted,
  );
}
