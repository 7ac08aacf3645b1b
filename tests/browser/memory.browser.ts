// What a model takes of WebAssembly memory, which never shrinks: pieces of it on its way to the GPU, and on the CPU the
// model itself, once.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { openWith, WATCHED, wasmMemory } from "./memory.js";
import { ModelServer } from "./model-server.js";

let browser: Browser;
let server: ModelServer;
const bytes = await readFile(join(import.meta.dirname, "../../models/foretab-mini.gguf"));
beforeAll(async () => {
  browser = await launch({ webgpu: true });
  server = await ModelServer.start();
  server.workerFirst = WATCHED;
  server.files.set("/model.gguf", { bytes, etag: '"1"' });
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

test.each([
  { backend: "gpu", most: 1.5, why: "pieces of 4 MiB, and what works without the model" },
  { backend: "cpu", most: 2.3, why: "the weights once, and what works without them" },
] as const)("$backend: at most $most times the file: $why", async ({ backend, most }) => {
  const options = { model: "/model.gguf", backend, context: 512, threads: 1, grammars: false } as const;
  const page = await openWith(browser, server, options);
  expect(await wasmMemory(page)).toBeLessThan(most * bytes.length);
  await page.close();
});
