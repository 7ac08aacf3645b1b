// A page without a model, which asks an edge: workerd, in front of a server that the test answers for.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { KEY, type Server, startWorkerd } from "../edge/server.js";
import { says, Upstream } from "../edge/upstream.js";
import { launch } from "./chromium.js";
import { Stage } from "./stage.js";

const upstream = new Upstream();
let browser: Browser;
let server: Server;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
  const variables = { OPENAI_URL: await upstream.start(), OPENAI_MODEL: "sweep", FORETAB_ORIGINS: "*" };
  server = await startWorkerd("workerd-openai", variables);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  await upstream.stop();
});
beforeEach(() => {
  upstream.exchanges.length = 0;
});

const text = "first\n\n\nlet a = total(items);\n\n\nlast\n";
const files = { "a.ts": text };

test.each(["codemirror", "monaco"] as const)("what the edge says is drawn, in %s", async (editor) => {
  upstream.behaviour = says(text.replace("first", "first;").replace("total", "sum"));
  const edge = { url: server.url, key: KEY };
  const stage = await Stage.set(browser, editor, { files, edge, backend: "edge" });
  expect(await stage.call("backend")).toBe("edge");
  await stage.goTo("first▏");
  await stage.page.keyboard.type(";");
  await stage.shows("total", "sum");
  expect(upstream.last.asked.body.prompt).toContain("<|file_sep|>current/a.ts\nfirst;\n");
  await stage.page.keyboard.press("Tab");
  await stage.page.keyboard.press("Tab");
  await expect.poll(() => stage.text()).toBe(text.replace("first", "first;").replace("total", "sum"));
  await stage.close();
});

test.each([
  ["answers", () => server.url, "edge"],
  ["does not answer", () => "http://127.0.0.1:9/", "cpu"],
])("without WebGPU, an edge that %s", async (_does, url, backend) => {
  const stage = await Stage.set(browser, "codemirror", {
    files,
    edge: { url: url(), key: KEY },
    backend: "auto",
  });
  expect(await stage.call("backend")).toBe(backend);
  await stage.close();
});
