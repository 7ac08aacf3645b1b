// Pages that ask an edge in place of a model: workerd, in front of a server that the test answers for.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { KEY, type Server, startWorkerd } from "../edge/server.js";
import { type Behaviour, says, Upstream } from "../edge/upstream.js";
import { launch } from "./chromium.js";
import { SILENT_GPU, WRONG_GPU } from "./guises.js";
import { Playground } from "./playground.js";
import { Stage } from "./stage.js";

const upstream = new Upstream();
let browser: Browser;
let server: Server;
/** The same for pages of another origin. */
let others: Server;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
  const variables = { OPENAI_URL: await upstream.start(), OPENAI_MODEL: "sweep", FORETAB_ORIGINS: "*" };
  server = await startWorkerd("workerd-openai", variables);
  others = await startWorkerd("workerd-openai", { ...variables, FORETAB_ORIGINS: "https://editor.example" });
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  await others.stop();
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

test("with `repeat` the edge is not asked where the newest change can be made again", async () => {
  upstream.behaviour = says(text);
  const edge = { url: server.url, key: KEY };
  const file = "function total(list) {\n  return list;\n}\n\nlet a = total(items);\n";
  const setup = { files: { "a.js": file }, edge, backend: "edge", repeat: true } as const;
  const stage = await Stage.set(browser, "codemirror", setup);
  await stage.renameTotal("sum");
  await stage.shows("total", "sum");
  expect(upstream.exchanges).toEqual([]);
  await stage.takeEdit();
  await stage.page.keyboard.type(";");
  // Other edits are the edge's.
  await expect.poll(() => upstream.exchanges.length).toBeGreaterThan(0);
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

test.each([
  ["computes wrongly", WRONG_GPU],
  ["never answers", SILENT_GPU],
])("auto, a GPU that %s: asks the edge", async (_, workerFirst) => {
  const software = await launch({ webgpu: true });
  const setup = { files, edge: { url: server.url, key: KEY }, backend: "auto" } as const;
  const stage = await Stage.set(software, "codemirror", setup, { workerFirst });
  // Until the edge has answered, the CPU would.
  await expect.poll(() => stage.call("backend")).toBe("edge");
  await stage.close();
  await software.close();
});

/** Answers with the window that was asked about, in which every call of `total` is one of `grandTotal`. */
const renames: Behaviour = (exchange) => {
  const [, window = ""] =
    /<\|file_sep\|>current\/[^\n]*\n(.*?)<\|file_sep\|>/s.exec(exchange.asked.body.prompt) ?? [];
  return says(window.replaceAll(/\btotal\(/g, "grandTotal("))(exchange);
};

test.each(["codemirror", "monaco"] as const)(
  "the playground with an edge by its address, in %s",
  async (editor) => {
    upstream.behaviour = renames;
    const playground = await Playground.open(browser, { editor, threads: 1 });
    const { page } = playground;
    const ask = async (url: string, key: string) => {
      await playground.byTestId("edge-url").fill(url);
      await playground.byTestId("edge-key").fill(key);
      await playground.byTestId("edge-connect").click();
    };
    const refuses = (why: RegExp) =>
      expect.poll(() => playground.byTestId("error").textContent()).toMatch(why);
    await playground.state("ready");
    await page.getByText("Another model").click();

    await ask("http://127.0.0.1:9", KEY);
    await refuses(/127\.0\.0\.1:9\/ does not answer: Nobody is there\..*Check the edge’s address/);
    await ask(server.url, "another");
    await refuses(/does not know this key/);
    await ask(others.url, KEY);
    await refuses(/Pages of http:\/\/127\.0\.0\.1:\d+ may not ask it.*FORETAB_ORIGINS/);
    expect(await playground.byTestId("backend").textContent(), "the model in use stays").toBe("CPU");

    await ask(server.url, KEY);
    await expect.poll(() => playground.byTestId("backend").textContent()).toBe("Edge");
    expect(await playground.byTestId("device").textContent()).toBe(server.url);
    expect(await playground.byTestId("error").count()).toBe(0);
    await playground.renameTotal("grandTotal");
    await playground.shows("total", "grandTotal");
    expect(upstream.exchanges).not.toEqual([]);
    const figures = await page.locator(".stats dt").allTextContents();
    expect(figures, "no passes, which it does not tell of").toEqual(["Prefill", "Decode", "Prompt"]);

    await page.getByText("Auto", { exact: true }).click(); // which is about this page alone
    await expect.poll(() => playground.byTestId("backend").textContent()).toBe("CPU");
    await playground.close();
  },
);

test("of an edge the playground remembers the address, and the key only if the user wants that", async () => {
  const playground = await Playground.open(browser, { threads: 1 });
  const { page } = playground;
  const visit = async (keep: boolean) => {
    await page.getByText("Another model").click();
    await playground.byTestId("edge-url").fill(server.url);
    await playground.byTestId("edge-key").fill(KEY);
    await playground.byTestId("edge-keep-key").setChecked(keep);
    await playground.byTestId("edge-connect").click();
    await expect.poll(() => playground.byTestId("backend").textContent()).toBe("Edge");
    await page.reload();
    await playground.state("ready");
    const values = [
      playground.byTestId("edge-url").inputValue(),
      playground.byTestId("edge-key").inputValue(),
    ];
    return [...(await Promise.all(values)), await playground.byTestId("backend").textContent()];
  };
  await playground.state("ready");
  expect(await visit(false)).toEqual([server.url, "", "CPU"]);
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(KEY);
  expect(await visit(true)).toEqual([server.url, KEY, "CPU"]);
  await playground.close();
});
