// What the panel tells of a prediction: what the model was asked, what it says while it says it, and what that took.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

test("the panel shows prompt, growing answer with its drafts, and times", async () => {
  const playground = await Playground.open(browser);
  await playground.state("ready");
  const answer = playground.byTestId("answer");
  await answer.evaluate((element) => {
    const lengths = new Set<number>();
    const look = () => lengths.add(element.textContent.length);
    new MutationObserver(look).observe(element, { childList: true, subtree: true });
    Object.assign(window, { lengths });
  });
  await playground.renameTotal("grandTotal");
  await playground.outcome(/suggestions/);

  const prompt = await playground.byTestId("prompt").textContent();
  expect(prompt).toMatch(/<\|file_sep\|>current\/src\/cart\.ts\n.*function grandTotal\(/s);
  expect(await playground.byTestId("prompt").locator(".control").first().textContent()).toBe("<|file_sep|>");
  expect(await answer.textContent()).toContain("grandTotal(items)");
  for (const kind of [".drafted", ".spoken"]) expect(await answer.locator(kind).count()).toBeGreaterThan(0);
  const steps = await playground.page.evaluate(
    () => (window as unknown as { lengths: Set<number> }).lengths.size,
  );
  expect(steps, "lengths of the answer that were on show").toBeGreaterThan(1);

  const figures = (await playground.page.locator(".stats").textContent()) ?? "";
  expect(figures).toMatch(/Prefill[\d.,]+ m?s.*Decode[\d.,]+ m?s.*Passes\d+/);
  const passes = await playground.byTestId("passes").locator("li").allTextContents();
  expect(passes[0]).toMatch(/^Prefill.*\d+ read/);
  expect(passes.at(-1)).toMatch(/^Verify/);
  const accepted = passes.map((pass) => Number(/(\d+) of \d+/.exec(pass)?.[1] ?? 0));
  expect(figures).toContain(`Drafts${accepted.reduce((a, b) => a + b)} of`);

  await playground.page.getByRole("button", { name: "Window now" }).click();
  const prompted = playground.byTestId("prompt");
  await expect.poll(() => prompted.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(0);
  await playground.close();
});

test("of a change that was made again by rule the panel tells that no model was asked", async () => {
  const playground = await Playground.open(browser, { byRule: true });
  await playground.state("ready");
  await playground.renameTotal("grandTotal");
  await playground.outcome(/suggestions/);
  expect(await playground.byTestId("outcome").textContent()).toMatch(/ms: your change again, by rule$/);
  for (const id of ["prompt", "answer"]) {
    const card = playground.byTestId(id);
    expect(await card.textContent()).toBe("");
    const said = await card.evaluate((element) => getComputedStyle(element, "::before").content);
    expect(said).toMatch(/The model was not asked/);
  }
  expect(await playground.page.locator(".stats").textContent()).toBe("");
  await playground.close();
});

test("while a model is fetched the panel tells bytes, speed and time left", async () => {
  const playground = await Playground.open(browser, { model: "models/good.gguf?slowly" });
  const amount = playground.byTestId("amount");
  await expect
    .poll(() => amount.textContent())
    .toMatch(/^[\d.]+ MB of 15\.7 MB · [\d.]+ MB\/s · \d+ s left$/);
  expect(await playground.byTestId("status").textContent()).toBe("Fetching the model");
  await playground.state("ready");
  expect(await amount.textContent()).toBe("");
  expect(await playground.byTestId("unkept").textContent()).toMatch(/neither an ETag nor a date/);
  await playground.close();
});
