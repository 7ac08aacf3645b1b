// The page is drawn, and takes keys, without waiting for the model, the module that computes it, or the other editor.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { heldBack, Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

test.each(["codemirror", "monaco"] as const)("%s", async (editor) => {
  const files = editor === "monaco" ? /\.(gguf|wasm)/ : /\.(gguf|wasm)|monaco|editor\.api/;
  const { late, send } = heldBack(files);
  const playground = await Playground.open(browser, { editor, late });
  const { page } = playground;
  await playground.renameTotal("grandTotal");
  expect(await playground.text(), "what was typed").toContain("function grandTotal(");
  expect(await playground.byTestId("status").getAttribute("data-state")).toBe("loading");

  const { painted, shift } = await page.evaluate(async () => {
    const entries = (type: string) =>
      new Promise<PerformanceEntryList>((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type, buffered: true });
        setTimeout(resolve, 1_000, []);
      });
    const shifts = (await entries("layout-shift")) as (PerformanceEntry & { value: number })[];
    return {
      painted: performance.getEntriesByName("first-contentful-paint").length,
      shift: shifts.reduce((sum, { value }) => sum + value, 0),
    };
  });
  expect(painted).toBe(1);
  expect(shift, "what is drawn stays where it is: a good page has 0.1 at most").toBeLessThan(0.1);

  send();
  await playground.state("ready");
  expect(await playground.text()).toContain("function grandTotal(");
  await playground.close();
});
