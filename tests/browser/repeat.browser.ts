// With `repeat` the user's newest change is made again by rule, at once: the model is not asked.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Stage } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

const text = `function total(items) {
  return items.length;
}

export const mean = (items) => sum(items) / total(items);
// The total of what is open.
export const log = () => console.log(total(open), "total");
`;

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("a renamed function is renamed in all its uses, and in nothing else", async () => {
    const stage = await Stage.set(browser, editor, { files: { "a.js": text }, repeat: true });
    await stage.renameTotal("grandTotal");
    await stage.shows("total", "grandTotal");
    expect(await stage.call("asked"), "no prompt").toEqual([]);
    for (let use = 0; use < 2; use++) {
      await stage.shows("total", "grandTotal");
      await stage.takeEdit();
    }
    expect(await stage.text()).toBe(text.replaceAll("total(", "grandTotal("));
    await stage.close();
  });
});
