// What the handler promises besides predictions: its description, who may ask, and how much.

import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KEY, type Server, startWorkerd } from "./server.js";
import { answer, situation } from "./situation.js";
import { says, Upstream } from "./upstream.js";

const upstream = new Upstream();
const page = "https://editor.example";
let server: Server;
beforeAll(async () => {
  server = await startWorkerd("workerd-openai", {
    OPENAI_URL: await upstream.start(),
    OPENAI_MODEL: "sweep",
    FORETAB_KEYS: `${KEY}, another-key`,
    FORETAB_ORIGINS: page,
    FORETAB_PER_MINUTE: "30",
    FORETAB_CONCURRENCY: "4",
  });
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const another = { authorization: "Bearer another-key" };

test("an OpenAPI document, and answers as it has them", async () => {
  const document = await (await server.fetch("/openapi.json")).json();
  expect(await new Validator().validate(document)).toEqual({ valid: true });
  const { paths, components } = document as {
    paths: Record<string, object>;
    components: { schemas: Record<string, { required: string[]; properties: object }> };
  };
  expect(Object.keys(paths)).toEqual([
    "/v1/next-edit",
    "/backend/next_edit_autocomplete",
    "/v1/models",
    "/health",
  ]);
  upstream.behaviour = says(answer);
  const answers = {
    Prediction: await server.post("/v1/next-edit", situation),
    Models: await server.fetch("/v1/models"),
    Health: await server.fetch("/health"),
    Problem: await server.post("/v1/next-edit", {}),
  };
  for (const [name, response] of Object.entries(answers)) {
    const schema = components.schemas[name];
    const fields = Object.keys((await response.json()) as object);
    expect(fields, name).toEqual(expect.arrayContaining(schema?.required ?? []));
    expect(Object.keys(schema?.properties ?? {}), name).toEqual(expect.arrayContaining(fields));
  }
  const { required, properties } = components.schemas.Situation ?? { required: [], properties: {} };
  expect(required).toEqual(["path", "text", "cursor"]);
  expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(situation)));
});

test("a field that is wrong is named, and nothing of what it holds", async () => {
  const history = [{ path: "a.ts", old: "", new: 7 }];
  const response = await server.post("/v1/next-edit", { ...situation, history });
  expect(await response.json()).toMatchObject({
    status: 422,
    detail: "history.0.new is not what is expected: string.",
  });
});

test("health is for everybody, models for those with a key", async () => {
  const nobody = { headers: { authorization: "none" } };
  expect(await (await server.fetch("/health", nobody)).json()).toEqual({
    status: "ok",
    engine: "openai",
    model: "sweep",
  });
  const refused = await server.fetch("/v1/models", nobody);
  expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="foretab"']);
  const models = await server.fetch("/v1/models", { headers: another });
  expect(await models.json()).toMatchObject({ data: [{ id: "sweep" }] });
});

test("pages of the list may ask, and read why they are refused", async () => {
  const preflight = await server.fetch("/v1/next-edit", {
    method: "OPTIONS",
    headers: { origin: page, "access-control-request-method": "POST" },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe(page);
  expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
  for (const body of [situation, {}]) {
    const response = await server.post("/v1/next-edit", body, { headers: { origin: page, ...another } });
    expect(response.headers.get("access-control-allow-origin")).toBe(page);
  }
  const other = await server.post("/v1/next-edit", situation, {
    headers: { origin: "https://evil.example" },
  });
  expect([other.status, other.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  const health = await server.fetch("/health", { headers: { origin: "https://evil.example" } });
  expect([health.status, health.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
});

test("no more at once than is allowed", async () => {
  let release = () => {};
  const refused = new Promise<void>((resolve) => {
    release = resolve;
  });
  upstream.behaviour = async (exchange) => {
    await refused;
    await says(answer)(exchange);
  };
  let refusals = 0;
  const asked = Array.from({ length: 6 }, async () => {
    const response = await server.post("/v1/next-edit", situation, { headers: another });
    if (response.status === 503) refusals += 1;
    if (refusals === 2) release();
    return response;
  });
  const responses = await Promise.all(asked);
  expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 503, 503]);
  const busy = responses.find(({ status }) => status === 503);
  expect(busy?.headers.get("retry-after")).toBe("1");
});

test("a key that asks too often is told so, and others are not", async () => {
  const statuses: number[] = [];
  for (let asked = 0; asked < 40; asked += 1) statuses.push((await server.fetch("/v1/models")).status);
  expect(statuses.at(0)).toBe(200);
  expect(statuses.at(-1)).toBe(429);
  const late = await server.fetch("/v1/models");
  expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await server.fetch("/v1/models", { headers: another })).status).toBe(200);
});

test("without keys nothing is answered", async () => {
  const open = await startWorkerd("workerd-openai", {
    FORETAB_KEYS: "*",
    OPENAI_URL: "http://127.0.0.1:9/v1",
    OPENAI_MODEL: "m",
  });
  expect((await open.fetch("/v1/models", { headers: { authorization: "none" } })).status).toBe(200);
  await open.stop();
  await expect(startWorkerd("workerd-openai", { FORETAB_KEYS: "" })).rejects.toThrow(
    "FORETAB_KEYS is not set",
  );
});
