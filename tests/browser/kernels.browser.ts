// The same kernels, compiled for the browser and run by its WebGPU (shaders by Tint), against the CPU's.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { launch } from "./chromium.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: true });
});
afterAll(() => browser.close());

test.each([1, 2])("every kernel gives what its twin gives, seed %i", async (seed) => {
  expect(await run("compareWithCpu", seed)).toEqual({ differences: [] });
});

test("whole forward passes of random models, in every block format, give what they give on the CPU", async () => {
  expect(await run("compareModelsWithCpu", 3)).toEqual({ differences: [] });
});

/** Runs a comparison of the module in a worker. */
async function run(comparison: string, seed: number): Promise<unknown> {
  const page = await browser.newPage();
  await page.goto(inject("playground"));
  const result = await page.evaluate(
    (asked) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/kernels/worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message || "the worker did not start"));
        worker.postMessage(asked);
      }),
    [comparison, seed],
  );
  await page.close();
  return result;
}
