// The same kernels, compiled for the browser and run by its WebGPU (shaders by Tint), against the CPU's.
// Nearly all the time goes into compiling them, which a browser does one after the other: so there are several.

import { expect, inject, test } from "vitest";
import { launch } from "./chromium.js";

test.concurrent.each([1, 2])("every kernel gives what its twin gives, seed %i", async (seed) => {
  expect(await run("compareWithCpu", seed, false)).toEqual({ differences: [] });
});

test.concurrent("kernels that round activations give what their twins give", async () => {
  expect(await run("compareWithCpu", 4, true)).toEqual({ differences: [] });
});

test.concurrent("whole forward passes of random models, in every block format, give what they give on the CPU", async () => {
  expect(await run("compareModelsWithCpu", 3)).toEqual({ differences: [] });
});

/** Runs a comparison of the module in a worker, in a browser of its own. */
async function run(comparison: string, ...how: (number | boolean)[]): Promise<unknown> {
  const browser = await launch({ webgpu: true });
  try {
    const page = await browser.newPage();
    await page.goto(inject("playground"));
    return await page.evaluate(
      (asked) =>
        new Promise((resolve, reject) => {
          const worker = new Worker("/kernels/worker.js", { type: "module" });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message || "the worker did not start"));
          worker.postMessage(asked);
        }),
      [comparison, ...how],
    );
  } finally {
    await browser.close();
  }
}
