// What the keys do beside Tab and Esc (editors.browser.ts), and where Tab stays the editor's: the same in both.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { type EditorName, Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

/** A page with the first of three uses drawn as an edit, and its text. */
async function renamed(editor: EditorName): Promise<[Playground, string]> {
  const playground = await Playground.open(browser, { editor, recorded: true });
  await playground.state("ready");
  await playground.renameTotal("grandTotal");
  await playground.shows("total", "grandTotal");
  return [playground, await playground.text()];
}

/** Waits until the edit on show is on the line that has `text`. */
async function showsOn(playground: Playground, text: string): Promise<void> {
  const line = () =>
    playground.removed.first().evaluate((element) => element.closest(".cm-line, .view-line")?.textContent);
  await expect.poll(async () => (await line())?.replaceAll("\u00a0", " ")).toContain(text);
}

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("another edit is shown in place of the first, and Tab is for that", async () => {
    const [playground, typed] = await renamed(editor);
    await playground.press("Alt+]");
    await showsOn(playground, "formatPrice");
    await playground.press("Tab");
    await expect.poll(() => playground.cursorLine()).toContain("formatPrice(▏total");
    await playground.shows("total", "grandTotal");
    for (const use of ["count ===", "return"]) {
      await playground.press("Alt+[");
      await showsOn(playground, use);
    }
    await playground.press("Tab");
    await expect.poll(() => playground.cursorLine()).toContain("return ▏total");
    expect(await playground.text(), "nothing is accepted by it").toBe(typed);
    expect(playground.errors).toEqual([]);
    await playground.close();
  });

  test("all are accepted at once, where the cursor is, and undone at once", async () => {
    const [playground, typed] = await renamed(editor);
    await playground.press("Shift+Alt+Enter");
    await expect.poll(() => playground.text()).toBe(typed.replaceAll(/\btotal\(/g, "grandTotal("));
    expect(await playground.cursorLine()).toContain("function grandTotal▏(");
    await playground.press("Control+z");
    await expect.poll(() => playground.text()).toBe(typed);
    expect(playground.errors).toEqual([]);
    await playground.close();
  });
});
