import type { DeviceNeeds, Inspection } from "@foretab/client";
import { expect, test } from "vitest";
import { needs } from "../src/panel/needs.js";

const device: DeviceNeeds = { weightBytes: 1.6e9, cacheBytes: 1e8, bufferBytes: 7e7, wasmBytes: 1.8e9 };
const model: Inspection = {
  architecture: "qwen2",
  parameters: 1_445_014_016,
  formats: { F32: 1e6, Q8_0: 1.53e9 },
  context: 4096,
  fileBytes: 1_537_269_856,
  headerBytes: 2e6,
  missing: [],
  gpu: device,
  cpu: device,
};

test("what a model takes is said in a sentence", async () => {
  expect(await needs(model, "cpu")).toEqual({
    sentence: "1.45B parameters, mostly Q8_0; a file of 1.5 GB, which takes 1.8 GB of memory on the CPU.",
  });
});

test.each([
  [
    { missing: ["the architecture is llama", "no tokenizer"], gpu: undefined, cpu: undefined },
    /used.*llama; no tok/,
  ],
  [{ gpu: { ...device, obstacle: "too wide" } }, /does not fit.*on the GPU: too wide/],
])("why it cannot be had: %j", async (about, says) => {
  expect((await needs({ ...model, ...about }, "gpu")).obstacle).toMatch(says);
});
