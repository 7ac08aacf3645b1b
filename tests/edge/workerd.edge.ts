// The bundle with the embedded model in workerd, which is asked about all.

import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Prediction, Situation } from "@foretab/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cases, edits, MODEL_ALONE, native } from "./cases.js";
import { capped, processorTime, resident } from "./memory.js";
import { edge, type Server, startWorkerd } from "./server.js";

let server: Server;
beforeAll(async () => {
  server = await startWorkerd("workerd", MODEL_ALONE);
});
afterAll(() => server.stop());

test("the answers are those of the native core", async () => {
  let found = 0;
  for (const asked of await cases(6)) {
    const response = await server.post("/v1/next-edit", asked);
    expect(response.status, asked.id).toBe(200);
    const answer = edits((await response.json()) as Prediction);
    expect(answer, asked.id).toEqual(await native(asked.id, "model alone"));
    found += answer.length;
  }
  expect(found).toBeGreaterThan(5);
});

test("several at once are answered in turn, and more than the queue holds are sent away", async () => {
  // One that was not asked yet: an answer that is known comes too soon for a queue.
  const asked = (await cases(7)).at(-1);
  const responses = await Promise.all(Array.from({ length: 12 }, () => server.post("/v1/next-edit", asked)));
  const statuses = responses.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array(9).fill(200), ...Array(3).fill(503)]);
  const refused = responses.find(({ status }) => status === 503);
  expect(refused?.headers.get("retry-after")).toBe("1");
  const expected = await native(asked?.id ?? "", "model alone");
  for (const response of responses.filter(({ ok }) => ok)) {
    expect(edits((await response.json()) as Prediction)).toEqual(expected);
  }
});

/** Of the 128 MB of an isolate: 16 are the model's file, and 16 are left to JavaScript. */
const WASM_MEMORY = 96 << 20;

test("a file of 400 lines in an isolate's 128 MB", async () => {
  const [asked] = await cases(1);
  if (!asked?.before) throw new Error("no case");
  const rest = Array.from(
    { length: 400 },
    (_, line) => `export const line${line} = compute(${line}, "row");`,
  );
  const tail = `\n${rest.join("\n")}\n`;
  const excerpt = { path: "src/other.ts", text: rest.slice(0, 60).join("\n") };
  const large: Situation = {
    ...asked,
    text: asked.text + tail,
    before: asked.before + tail,
    context: [excerpt, { ...excerpt, path: "src/third.ts" }, { ...excerpt, path: "src/fourth.ts" }],
  };
  const folder = await mkdtemp(join(tmpdir(), "foretab-edge-"));
  await cp(join(edge, "dist/workerd"), join(folder, "dist/workerd"), { recursive: true });
  await cp(join(edge, "workerd.capnp"), join(folder, "workerd.capnp"));
  for (const name of ["foretab_bg.wasm", "foretab_relaxed_bg.wasm"]) {
    const file = join(folder, "dist/workerd", name);
    await writeFile(file, capped(await readFile(file), WASM_MEMORY));
  }
  const small = await startWorkerd("workerd", MODEL_ALONE, folder);
  try {
    const before = await processorTime(small.pid);
    const response = await small.post("/v1/next-edit", large);
    const first = (await processorTime(small.pid)) - before;
    expect(response.status).toBe(200);
    const { outcome, stats } = (await response.json()) as Prediction;
    expect(outcome).toBe("suggestions");
    expect(stats.promptTokens).toBeGreaterThan(1000);
    const { most } = await resident(small.pid);
    console.log(
      `${stats.promptTokens} prompt tokens: ${first} ms of processor time with loading, ` +
        `${Math.round(most / 1e6)} MB of workerd in memory`,
    );
  } finally {
    await small.stop();
    await rm(folder, { recursive: true });
  }
});
