// While a suggestion is on show, what follows its accept is computed already.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

test.each(["codemirror", "monaco"] as const)(
  "the edit after the accept is known beforehand: %s",
  async (editor) => {
    const [playground] = await Playground.renamed(browser, { editor });
    await playground.page.waitForTimeout(1000); // what is accepted sooner counts as one step with what was typed
    await playground.takeEdit();
    await playground.shows("total", "grandTotal");
    const outcome = () => playground.byTestId("outcome").textContent();
    await expect.poll(outcome).toMatch(/^1 edit in .* known beforehand$/);
    const figures = playground.page.locator(".stats dt");
    expect(await figures.allTextContents()).toEqual(["Prefill", "Decode", "Prompt"]);
    await playground.close();
  },
);
