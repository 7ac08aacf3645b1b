// The bundle with the embedded model in workerd.

import type { Prediction } from "@foretab/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cases, edits, native } from "./cases.js";
import { type Server, startWorkerd } from "./server.js";

let server: Server;
beforeAll(async () => {
  server = await startWorkerd("workerd", {});
});
afterAll(() => server.stop());

test("the answers are those of the native core", async () => {
  let found = 0;
  for (const asked of await cases(6)) {
    const response = await server.post("/v1/next-edit", asked);
    expect(response.status, asked.id).toBe(200);
    const answer = edits((await response.json()) as Prediction);
    expect(answer, asked.id).toEqual(await native(asked.id));
    found += answer.length;
  }
  expect(found).toBeGreaterThan(5);
});
