// What the editors do with suggestions: draw them, go to them, apply them, drop them.
// The suggestions are recorded ones; rename.browser.ts has those of the model.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("Tab goes to the first use, Tab renames it, undo takes that back", async () => {
    const [playground, typed] = await Playground.renamed(browser, { editor, recorded: true });
    await playground.press("Tab");
    await expect.poll(() => playground.cursorLine()).toContain("count === 0");
    expect(await playground.text(), "a jump changes nothing").toBe(typed);

    await playground.press("Tab");
    await expect.poll(() => playground.text()).toBe(typed.replace("0 : total(", "0 : grandTotal("));

    await playground.press("Control+z");
    await expect.poll(() => playground.text()).toBe(typed);
    expect(playground.errors).toEqual([]);
    await playground.close();
  });

  test("the next use is offered after the first, until none is left", async () => {
    const [playground, typed] = await Playground.renamed(browser, { editor, recorded: true });
    for (const use of ["0 : ", "formatPrice(", "return "]) {
      const text = await playground.text();
      await playground.shows("total", "grandTotal");
      await playground.takeEdit();
      await expect.poll(() => playground.text()).toBe(text.replace(`${use}total(`, `${use}grandTotal(`));
    }
    expect(await playground.text()).toBe(typed.replaceAll(/\btotal\(/g, "grandTotal("));
    await playground.showsNothing();
    await playground.close();
  });

  test("where no use is left, Tab goes to the one in the next file, and then renames it", async () => {
    const [playground] = await Playground.renamed(browser, { editor, recorded: true });
    for (let use = 0; use < 3; use++) {
      await playground.shows("total", "grandTotal");
      await playground.takeEdit();
    }
    await playground.offers("src/checkout.ts");
    await playground.press("Tab");
    await expect.poll(() => playground.text()).toContain("function checkout(");
    await expect.poll(() => playground.cursorLine()).toContain("return ▏total(items) >=");
    await playground.shows("total", "grandTotal");
    const text = await playground.text();
    await playground.takeEdit();
    expect(await playground.text()).toBe(text.replace("total(", "grandTotal("));
    expect(playground.errors).toEqual([]);
    await playground.close();
  });

  test("typing that agrees with the suggestion shortens it, and backspace brings it back", async () => {
    const [playground, typed] = await Playground.renamed(browser, { editor, recorded: true });
    await playground.goTo("0 : ▏total(");
    await playground.shows("total", "grandTotal");
    await playground.page.keyboard.type("gr");
    await playground.shows("grtotal", "grandTotal");
    await playground.press("Backspace");
    await playground.shows("gtotal", "grandTotal");
    await playground.press("Tab");
    await expect.poll(() => playground.text()).toBe(typed.replace("0 : total(", "0 : grandTotal("));
    await playground.close();
  });

  test("what only adds to the rest of the line is ghost text between what stands there", async () => {
    const playground = await Playground.open(browser, { editor, recorded: true });
    await playground.state("ready");
    await playground.goTo("function ▏total(");
    await playground.page.keyboard.type("f(y, z)");
    for (const _ of "y, z)") await playground.press("ArrowLeft");
    await playground.page.keyboard.type("x, ");
    await playground.showsGhost("=10=20");
    await playground.showsNothing();
    await playground.press("Tab");
    await expect.poll(() => playground.cursorLine()).toContain("f(x, y=10, z=20▏)");
    await playground.close();
  });

  test("an edit is accepted word by word", async () => {
    const playground = await Playground.open(browser, { editor, recorded: true });
    await playground.state("ready");
    await playground.goTo("function ▏total(");
    await playground.page.keyboard.type("g(a)");
    await playground.shows("a", "first, second");
    await playground.press("ArrowLeft");
    await playground.press("Control+ArrowRight");
    await expect.poll(() => playground.cursorLine()).toContain("g(first▏)");
    await playground.showsGhost(", second");
    await playground.pressUntil("Control+ArrowRight", (text) => text.includes("second"));
    expect(await playground.cursorLine()).toContain("g(first, second▏)");
    await playground.close();
  });

  test("Esc dismisses the suggestion, and Tab is the editor's again", async () => {
    const [playground] = await Playground.renamed(browser, { editor, recorded: true });
    await playground.dismissEdit();
    await playground.close();
  });
});

test("the switch puts the text as it is into the other editor, and back", async () => {
  const [playground, typed] = await Playground.renamed(browser, { recorded: true });
  for (const name of ["Monaco", "CodeMirror"]) {
    await playground.page.getByRole("radio", { name }).check({ force: true });
    await playground.page
      .locator(name === "Monaco" ? ".monaco-editor .view-lines" : ".cm-content")
      .first()
      .waitFor();
    await expect.poll(() => playground.text()).toBe(typed);
  }
  expect(playground.errors).toEqual([]);
  await playground.close();
});
