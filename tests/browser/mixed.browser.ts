// Files whose matrices are in llama.cpp's K formats, on WebGPU (SwiftShader) and on the CPU: the same answers.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { type ModelPage, openWith } from "./memory.js";
import { ModelServer } from "./model-server.js";
import { randomModel } from "./random-model.js";

let browser: Browser;
let server: ModelServer;
beforeAll(async () => {
  browser = await launch({ webgpu: true });
  server = await ModelServer.start();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Characters of an answer that are compared; the answers are longer. */
const ENOUGH = 40;

/** What the model at `path` says first. */
async function answer(path: string, backend: "gpu" | "cpu"): Promise<string> {
  const page = await openWith(browser, server, {
    model: path,
    backend,
    context: 1024,
    threads: 1,
    grammars: false,
  });
  const said = await page.evaluate(async (enough) => {
    const { foretab } = window as unknown as ModelPage;
    const document = foretab.open("sum.ts", "let all = 0;\nfor (const n of list) all += n;\n");
    // The change may lead to a request of its own, which ends the one below and asks the same.
    const texts = new Map<number, string>();
    const answer = new Promise<string>((resolve) => {
      foretab.on("answer", ({ request, pieces }) => {
        const text = (texts.get(request) ?? "") + pieces.map((piece) => piece.text).join("");
        texts.set(request, text);
        if (text.length >= enough) resolve(text.slice(0, enough));
      });
    });
    document.change([{ from: 4, to: 7, insert: "total" }], 9);
    void document.predict();
    return `${foretab.model?.backend}: ${await answer}`;
  }, ENOUGH);
  await page.close();
  return said;
}

test.each(["mixed", "Q6_K"])("%s: the same tokens on both", async (format) => {
  const path = `/${format}.gguf`;
  server.files.set(path, { bytes: await randomModel(format), etag: format });
  const onCpu = await answer(path, "cpu");
  expect(await answer(path, "gpu")).toBe(onCpu.replace("cpu", "gpu"));
});
