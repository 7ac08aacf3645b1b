// The rule that makes the newest change again: before the embedded model, before a serving engine, and alone.

import type { Prediction } from "@foretab/client";
import { expect, test } from "vitest";
import { cases, edits, named, native } from "./cases.js";
import { runtimes, type Server, startDeno, startWorkerd } from "./server.js";
import { answer, situation } from "./situation.js";
import { says, Upstream } from "./upstream.js";

async function ask(server: Server, situation: unknown): Promise<Prediction> {
  const response = await server.post("/v1/next-edit", situation);
  expect(response.status).toBe(200);
  return response.json() as Promise<Prediction>;
}

test.each([
  ["workerd", () => startWorkerd("workerd", {})],
  ["Deno", () => startDeno({})],
])("by default it answers before the embedded model, in %s", async (_runtime, start) => {
  const server = await start();
  for (const asked of await cases(3)) {
    const prediction = await ask(server, asked);
    expect(edits(prediction), asked.id).toEqual(await native(asked.id, "rule first"));
    expect(prediction.suggestions, asked.id).not.toHaveLength(0);
    expect(prediction.stats).toMatchObject({ backend: "rule", byRule: "repetition", passes: 0 });
  }
  // A name that the rule takes for another one.
  const open = await named("quiet-src/price.ts-24");
  const prediction = await ask(server, open);
  expect(edits(prediction)).toEqual(await native(open.id, "rule first"));
  expect(prediction.stats).toMatchObject({ backend: "cpu", passes: 1 });
  expect(prediction.stats.byRule).toBeUndefined();
  await server.stop();
});

test("without a model it answers alone", async () => {
  const server = await startWorkerd("workerd-openai", { FORETAB_REPEAT: "on" });
  expect(await (await server.fetch("/health")).json()).toMatchObject({ engine: "rule", model: "rule" });
  const [asked] = await cases(1);
  expect((await ask(server, asked)).suggestions.map(({ insert }) => insert)).toEqual([
    "runningSum",
    "runningSum",
  ]);
  expect(await ask(server, situation)).toMatchObject({ outcome: "nothing", suggestions: [] });
  await server.stop();
});

test.each(runtimes)(
  "before a serving engine, which is asked for the rest, in %s",
  async (_runtime, start) => {
    const upstream = new Upstream();
    upstream.behaviour = says(answer);
    const engine = { OPENAI_URL: await upstream.start(), OPENAI_MODEL: "sweep" };
    const server = await start({ ...engine, FORETAB_REPEAT: "on" });
    const [asked] = await cases(1);
    expect((await ask(server, asked)).stats).toMatchObject({ byRule: "repetition" });
    expect(upstream.exchanges).toHaveLength(0);
    expect((await ask(server, situation)).suggestions.map(({ insert }) => insert)).toEqual([" * rate"]);
    expect(upstream.exchanges).toHaveLength(1);
    await server.stop();
    await upstream.stop();
  },
);

test("what is neither on nor off is refused", async () => {
  await expect(startDeno({ FORETAB_REPEAT: "yes" })).rejects.toThrow("FORETAB_REPEAT is neither on nor off");
});
