// The main job: a function is renamed where it is declared, and its uses follow, by rule or by the model.
// On the CPU; a software GPU would take minutes for what is the same code but for the kernels, which have tests of their own.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { type EditorName, Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

/** A page whose model is ready, on the CPU. */
async function open(editor: EditorName, byRule: boolean): Promise<Playground> {
  const playground = await Playground.open(browser, { editor, backend: "cpu", byRule });
  await playground.state("ready");
  expect(await playground.byTestId("backend").textContent()).toBe("CPU");
  return playground;
}

describe.each([
  { editor: "codemirror", byRule: true },
  { editor: "codemirror", byRule: false },
  { editor: "monaco", byRule: true },
  { editor: "monaco", byRule: false },
] as const)("$editor, by rule: $byRule", ({ editor, byRule }) => {
  test("Tab goes to a use, Tab renames it, undo takes that back", async () => {
    const playground = await open(editor, byRule);
    await playground.renameTotal("grandTotal");
    await playground.shows("total", "grandTotal");
    const typed = await playground.text();
    expect(typed).toContain("function grandTotal(");

    await playground.press("Tab");
    await expect.poll(() => playground.cursorLine()).toContain("count === 0");
    expect(await playground.text(), "a jump changes nothing").toBe(typed);

    await playground.press("Tab");
    const renamed = typed.replace("0 : total(", "0 : grandTotal(");
    await expect.poll(() => playground.text()).toBe(renamed);

    await playground.press("Control+z");
    await expect.poll(() => playground.text()).toBe(typed);
    expect(playground.errors).toEqual([]);
    await playground.close();
  });

  test("use after use is offered, and Tab takes it", async () => {
    const playground = await open(editor, byRule);
    const before = await playground.text();
    await playground.renameTotal("grandTotal");
    for (let use = 0; use < 3; use++) {
      await playground.shows("total", "grandTotal");
      await playground.takeEdit();
    }
    expect(await playground.text()).toBe(
      before
        .replace("function total(", "function grandTotal(")
        .replace("0 : total(", "0 : grandTotal(")
        .replace("formatPrice(total(", "formatPrice(grandTotal(")
        .replace("return total(", "return grandTotal("),
    );
    await playground.close();
  });

  test("Esc dismisses the suggestion, and Tab is the editor's again", async () => {
    const playground = await open(editor, byRule);
    await playground.renameTotal("grandTotal");
    await playground.shows("total", "grandTotal");
    await playground.dismissEdit();
    await playground.close();
  });
});
