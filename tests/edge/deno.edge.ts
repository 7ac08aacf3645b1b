// The bundle with the embedded model in Deno, which is asked about all: on the CPU, and on Deno's own WebGPU.

import type { Prediction } from "@foretab/client";
import { expect, test } from "vitest";
import { cases, edits, MODEL_ALONE, native } from "./cases.js";
import { type Server, startDeno } from "./server.js";

/** Asks about the first cases; gives each answer's backend. */
async function answersAsNative(server: Server, count: number): Promise<string[]> {
  const backends: string[] = [];
  for (const asked of await cases(count)) {
    const response = await server.post("/v1/next-edit", asked);
    expect(response.status, asked.id).toBe(200);
    const prediction = (await response.json()) as Prediction;
    const found = edits(prediction);
    expect(found, asked.id).toEqual(await native(asked.id, "model alone"));
    expect(found).not.toHaveLength(0);
    backends.push(prediction.stats.backend);
  }
  return backends;
}

test("the answers are those of the native core", async () => {
  const server = await startDeno(MODEL_ALONE);
  expect(await answersAsNative(server, 2)).toEqual(["cpu", "cpu"]);
  await server.stop();
});

test("on WebGPU they are the same", async () => {
  const server = await startDeno({ ...MODEL_ALONE, FORETAB_ENGINE: "webgpu" });
  expect(await (await server.fetch("/health")).json()).toMatchObject({ engine: "webgpu" });
  expect(await answersAsNative(server, 1)).toEqual(["gpu"]);
  await server.stop();
});

test.each([
  [
    "there is no adapter",
    { FORETAB_ENGINE: "webgpu", DENO_WEBGPU_BACKEND: "dx12" },
    "WebGPU has no adapter here",
  ],
  ["the engine is none", { FORETAB_ENGINE: "opencl" }, "FORETAB_ENGINE is neither wasm nor webgpu"],
])("it does not start where %s, and says so", async (_where, variables, says) => {
  await expect(startDeno(variables)).rejects.toThrow(says);
});
