// A random model of the sizes of Sweep's 1.5B in the page, on WebGPU, which SwiftShader computes: what it takes is said
// from its first bytes, it is loaded, and answers. `cargo xtask test --large` writes the file and names it in `MODEL`.

import { readFile } from "node:fs/promises";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchOnDisk } from "./chromium.js";
import { firstTokens, type ModelPage, openWith, peaks, WATCHED, wasmMemory } from "./memory.js";
import { ModelServer } from "./model-server.js";

/** WebAssembly memory at its peak, in bytes; the model that was there before, the embedded one, included. */
const MOST = 150e6;

let context: BrowserContext;
let server: ModelServer;
beforeAll(async () => {
  // A private window would hold the kept file in memory.
  context = await launchOnDisk({ webgpu: true });
  server = await ModelServer.start();
  server.workerFirst = WATCHED;
  server.files.set("/model.gguf", { bytes: await readFile(process.env.MODEL ?? ""), etag: '"1"' });
});
afterAll(async () => {
  await context.close();
  await server.stop();
});

test("a model of the true size says what it takes, loads and answers", async () => {
  const page = await openWith(context, server, {
    backend: "cpu",
    context: 1024,
    threads: 1,
    grammars: false,
  });
  const needs = await page.evaluate(async () => {
    const { foretab } = window as unknown as ModelPage;
    const { missing, gpu } = await foretab.inspect("/model.gguf");
    if (!gpu || gpu.obstacle) throw new Error(gpu?.obstacle ?? missing.join());
    return gpu;
  });
  expect(server.sent).toBeLessThan(16e6);

  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1000);
  const status = await page.evaluate(() =>
    (window as unknown as ModelPage).foretab.load("/model.gguf", "gpu"),
  );
  expect(status.backend).toBe("gpu");
  expect(status.unkept).toBeUndefined();
  const times = { loaded: seconds(), answered: 0 };
  const { prompt, answered } = await firstTokens(page, 4);
  times.answered = seconds();
  const wasm = await wasmMemory(page);
  const browser = context.browser();
  const resident = browser ? Object.fromEntries(await peaks(browser)) : {};
  console.log(JSON.stringify({ needs, wasm, resident, prompt, answered, seconds: times }));
  expect(wasm).toBeLessThan(MOST);
}, 3_600_000);
