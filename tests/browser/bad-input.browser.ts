// A model that cannot be had or cannot be used: the page says what is wrong, and goes on.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

const bad = [
  { model: "models/missing.gguf", says: /missing\.gguf.*404/ },
  { model: "models/truncated-header.gguf", says: /end|truncat|short/i },
  { model: "models/truncated-tensors.gguf", says: /end|truncat|short/i },
  { model: "models/page.html.gguf", says: /GGUF/ },
  { model: "models/empty.gguf", says: /GGUF|end|empty|truncat/i },
  { model: "models/architecture.gguf", says: /"llama"/ },
  { model: "models/block-format.gguf", says: /blk\.0\.attn_k\.weight is Q2_K/ },
  { model: "models/missing-tensor.gguf", says: /blk\.0\.attn_k\.weight is missing/ },
];

test.each(bad)("$model: an error, then the good model", async ({ model, says }) => {
  const playground = await Playground.open(browser, { model });
  await playground.state("error");
  expect(await playground.byTestId("error").textContent()).toMatch(says);

  await playground.load("models/good.gguf");
  await playground.state("ready");
  expect(await playground.byTestId("error").count()).toBe(0);
  await playground.predicts();
  expect(playground.errors).toEqual([]);
  await playground.close();
});

test("the model in use stays when the next one fails", async () => {
  const playground = await Playground.open(browser);
  await playground.state("ready");
  await playground.load("models/truncated-tensors.gguf");
  await expect.poll(() => playground.byTestId("error").count()).toBe(1);

  await playground.predicts();
  await playground.close();
});

test("a context that the text does not fit into: the panel says so, and a model with more goes on", async () => {
  const playground = await Playground.open(browser, { model: "models/short-context.gguf" });
  await playground.state("ready");
  await playground.renameTotal("grandTotal");
  await playground.outcome(/skipped/);
  expect(await playground.page.locator(".dropped").textContent()).toMatch(/does-not-fit.*300/);

  await playground.load("models/good.gguf");
  await playground.state("ready");
  await playground.goTo("function grandTotal▏(");
  await playground.press("s");
  await playground.outcome(/suggestions|nothing/);
  expect(playground.errors).toEqual([]);
  await playground.close();
});
