// An answer that would break code that parses, with a grammar and without one. The model is the real one: it carries a
// new name on whatever that is, also `class`, which no function can be called by.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground, type PlaygroundOptions } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

async function open(options: PlaygroundOptions, says: RegExp): Promise<Playground> {
  const playground = await Playground.open(browser, options);
  await playground.state("ready");
  await expect.poll(() => playground.byTestId("syntax").textContent()).toMatch(says);
  return playground;
}

test("it is held back, and the panel says why", async () => {
  const playground = await open({}, /^Syntax is checked in typescript/);
  await playground.renameTotal("class");
  await playground.outcome(/nothing/);
  expect(await playground.page.locator(".edits .dropped code").allTextContents()).toContain("syntax");
  await playground.showsNothing();
  expect(playground.errors).toEqual([]);
  await playground.close();
});

test.each([
  ["is broken", { broken: /tree-sitter-typescript/ }, /^No syntax check in typescript/],
  ["is not there", { missing: /tree-sitter-typescript/ }, /^No syntax check in typescript.*404/],
  ["has no parser", { missing: /tree-sitter-[^/]*\.js/ }, /^No syntax check in typescript/],
])(
  "where the grammar %s, it is shown as everything else is, and the panel says so",
  async (_, options, says) => {
    const playground = await open(options, says);
    await playground.renameTotal("class");
    await playground.shows("total", "class");
    expect(await playground.byTestId("error").count()).toBe(0);
    expect(playground.errors).toEqual([]);
    await playground.close();
  },
);
