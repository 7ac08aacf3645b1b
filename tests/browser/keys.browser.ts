// What the keys do beside Tab and Esc (editors.browser.ts), and where Tab stays the editor's: the same in both.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

/** Waits until the edit on show is on the line that has `text`. */
async function showsOn(playground: Playground, text: string): Promise<void> {
  const line = () =>
    playground.removed.first().evaluate((element) => element.closest(".cm-line, .view-line")?.textContent);
  await expect.poll(async () => (await line())?.replaceAll("\u00a0", " ")).toContain(text);
}

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("another edit is shown in place of the first, and Tab is for that", async () => {
    const [playground, typed] = await Playground.renamed(browser, { editor, recorded: true });
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
    const [playground, typed] = await Playground.renamed(browser, { editor, recorded: true });
    await playground.press("Shift+Alt+Enter");
    await expect.poll(() => playground.text()).toBe(typed.replaceAll(/\btotal\(/g, "grandTotal("));
    expect(await playground.cursorLine()).toContain("function grandTotal▏(");
    await playground.press("Control+z");
    await expect.poll(() => playground.text()).toBe(typed);
    expect(playground.errors).toEqual([]);
    await playground.close();
  });

  test("in leading white space Tab indents, and Alt+Enter goes to the edit and accepts it", async () => {
    const [playground, typed] = await Playground.renamed(browser, { editor, recorded: true });
    await playground.goTo("▏  return items.reduce");
    await playground.shows("total", "grandTotal");
    await playground.press("Tab");
    const indented = typed.replace("  return items.reduce", "    return items.reduce");
    await expect.poll(() => playground.text()).toBe(indented);
    await playground.shows("total", "grandTotal");
    await playground.press("Alt+Enter");
    await expect.poll(() => playground.cursorLine()).toContain("0 : ▏total(");
    await playground.press("Alt+Enter");
    await expect.poll(() => playground.text()).toBe(indented.replace("0 : total(", "0 : grandTotal("));
    expect(playground.errors).toEqual([]);
    await playground.close();
  });

  test("with a selection nothing is shown, and Tab is the editor's", async () => {
    const [playground, typed] = await Playground.renamed(browser, { editor, recorded: true });
    await playground.press("Shift+ArrowLeft");
    await playground.showsNothing();
    await playground.press("Tab");
    await expect.poll(() => playground.text()).not.toBe(typed);
    const outside = (text: string) => text.split("\n").filter((line) => !line.includes("function grand"));
    expect(outside(await playground.text())).toEqual(outside(typed));
    await playground.close();
  });

  test("while a list of completions is open Tab is not for the edit, but Alt+Enter is", async () => {
    const [playground, typed] = await Playground.renamed(browser, { editor, recorded: true });
    await playground.goTo("cents. */▏");
    await playground.press("Enter");
    await playground.page.keyboard.type("fo");
    await playground.shows("total", "grandTotal");
    await playground.openList();
    await playground.press("Alt+Enter");
    await expect.poll(() => playground.cursorLine()).toContain("0 : ▏total(");

    await playground.goTo("fo▏\n");
    await playground.shows("total", "grandTotal");
    await playground.openList();
    await playground.press("Tab");
    const uses = (text: string) => text.match(/grandTotal/g)?.length;
    await playground.page.waitForTimeout(300);
    expect(uses(await playground.text())).toBe(uses(typed));
    expect(await playground.cursorLine()).toContain("fo");
    expect(playground.errors).toEqual([]);
    await playground.close();
  });

  test("in a snippet nothing is shown, and Tab goes to its next field", async () => {
    const [playground] = await Playground.renamed(browser, { editor, recorded: true });
    await playground.goTo("cents. */▏");
    await playground.press("Enter");
    await playground.page.keyboard.type("for");
    await playground.openList();
    await playground.press("Enter");
    await expect.poll(() => playground.cursorLine()).toContain("for (let ");
    await playground.page.keyboard.type("k");
    await playground.page.waitForTimeout(1000); // by then the answer is there
    await playground.showsNothing();
    const text = await playground.text();
    await playground.press("Tab");
    await expect.poll(() => playground.cursorLine()).toMatch(/for \(let k = 0; \w+ < bound▏;/);
    expect(await playground.text()).toBe(text);
    await playground.press("Escape");
    await playground.press("ArrowRight");
    await playground.shows("total", "grandTotal");
    expect(playground.errors).toEqual([]);
    await playground.close();
  });

  test("switched off for the language nothing is shown until one asks, nor at the next visit", async () => {
    const [playground, typed] = await Playground.renamed(browser, { editor, recorded: true });
    const { page } = playground;
    await playground.drive("toggleLanguage");
    await playground.showsNothing();
    await page.keyboard.type("s");
    await page.waitForTimeout(800);
    await playground.showsNothing();
    await playground.press("Backspace");
    expect(await playground.text()).toBe(typed);
    await playground.press("Alt+\\");
    await playground.shows("total", "grandTotal");

    await page.reload();
    await playground.content.waitFor();
    await playground.state("ready");
    await playground.renameTotal("grandTotal");
    await page.waitForTimeout(800);
    await playground.showsNothing();
    await playground.drive("toggleLanguage");
    await page.keyboard.type("s");
    await playground.press("Backspace");
    await playground.shows("total", "grandTotal");
    expect(playground.errors).toEqual([]);
    await playground.close();
  });
});
