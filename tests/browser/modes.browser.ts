// How much of an edit is shown, by mode, and that a screen reader hears of it in each: the same in both editors.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { type EditorName, Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

/** A page with the first of three uses on offer, and what its live regions say from then on. */
async function renamed(editor: EditorName, mode: string): Promise<[Playground, () => Promise<string[]>]> {
  const playground = await Playground.open(browser, { editor, recorded: true });
  await playground.state("ready");
  await playground.page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        const text = element?.closest("[aria-live], .monaco-aria-container")?.textContent?.trim();
        if (text) heard.push(text);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await playground.drive("setMode", mode);
  await playground.renameTotal("grandTotal");
  const heard = () => playground.page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  return [playground, heard];
}

/** Waits until a live region has said that. */
function says(heard: () => Promise<string[]>, what: RegExp) {
  return expect.poll(heard).toContainEqual(expect.stringMatching(what));
}

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("eager: an edit is shown at once, and said", async () => {
    const [playground, heard] = await renamed(editor, "eager");
    await playground.shows("total", "grandTotal");
    await says(heard, /on line 16, (press )?Tab (goes there|to jump)/);
    await playground.close();
  });

  test("subtle: an edit is said, and shown while Alt is held; Alt+Enter goes there and accepts", async () => {
    const [playground, heard] = await renamed(editor, "subtle");
    const { page } = playground;
    await says(heard, /on line 16, shown while Alt is held/);
    await playground.showsNothing();
    const typed = await playground.text();
    await page.keyboard.down("Alt");
    await playground.shows("total", "grandTotal");
    await page.keyboard.up("Alt");
    await playground.showsNothing();
    await page.keyboard.down("Alt");
    await playground.shows("total", "grandTotal");
    await page.keyboard.press("Enter");
    await expect.poll(() => playground.cursorLine()).toContain("0 : ▏total(");
    await page.keyboard.press("Enter");
    const once = typed.replace("0 : total(", "0 : grandTotal(");
    await expect.poll(() => playground.text()).toBe(once);
    await page.keyboard.up("Alt");
    await playground.showsNothing();

    await playground.press("Tab");
    await expect.poll(async () => (await playground.text()).length).toBeGreaterThan(once.length);
    await playground.press("Backspace");
    await playground.press("Alt+\\");
    await playground.shows("total", "grandTotal");
    expect(playground.errors).toEqual([]);
    await playground.close();
  });

  test("collapsed: a mark and the key until Tab goes there, then the edit", async () => {
    const [playground, heard] = await renamed(editor, "collapsed");
    await says(heard, /on line 16, (press )?Tab (goes there|to jump)/);
    await expect.poll(() => playground.marks.count()).toBe(1);
    expect(await playground.removed.count()).toBe(0);
    const typed = await playground.text();
    await playground.press("Tab");
    await expect.poll(() => playground.cursorLine()).toContain("0 : ▏total(");
    await playground.shows("total", "grandTotal");
    expect(await playground.text()).toBe(typed);
    await playground.press("Tab");
    await expect.poll(() => playground.text()).toBe(typed.replace("0 : total(", "0 : grandTotal("));
    expect(playground.errors).toEqual([]);
    await playground.close();
  });

  test("collapsed: one that is asked for is shown whole, where the cursor is not", async () => {
    const [playground] = await renamed(editor, "collapsed");
    await expect.poll(() => playground.marks.count()).toBe(1);
    await playground.press("Alt+\\");
    await playground.shows("total", "grandTotal");
    expect(await playground.cursorLine()).toContain("function grandTotal▏(");
    expect(playground.errors).toEqual([]);
    await playground.close();
  });
});
