// The bundle with the embedded model in Deno.

import type { Prediction } from "@foretab/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cases, edits, native } from "./cases.js";
import { type Server, startDeno } from "./server.js";

let server: Server;
beforeAll(async () => {
  server = await startDeno({});
});
afterAll(() => server.stop());

test("the answers are those of the native core", async () => {
  for (const asked of await cases(2)) {
    const response = await server.post("/v1/next-edit", asked);
    expect(response.status, asked.id).toBe(200);
    const found = edits((await response.json()) as Prediction);
    expect(found, asked.id).toEqual(await native(asked.id));
    expect(found).not.toHaveLength(0);
  }
});
