// The main job: a function is renamed where it is declared, and its uses follow.
// On the CPU; a software GPU would take minutes for what is the same code but for the kernels, which have tests of their own.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { type Backend, type EditorName, Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: true });
});
afterAll(() => browser.close());

/** A page whose model is ready, and runs where it should. */
async function open(editor: EditorName, backend: Backend, device: "CPU" | "WebGPU"): Promise<Playground> {
  const playground = await Playground.open(browser, { editor, backend });
  await playground.state("ready");
  expect(await playground.byTestId("backend").textContent()).toBe(device);
  return playground;
}

test.each([
  ["codemirror", "cpu", "CPU"],
  ["monaco", "cpu", "CPU"],
] as const)(
  "%s, backend %s: Tab goes to a use, Tab renames it, undo takes that back",
  async (editor, backend, device) => {
    const playground = await open(editor, backend, device);
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
  },
);

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("the next use is offered after the first, and Tab takes it", async () => {
    const playground = await open(editor, "cpu", "CPU");
    const before = await playground.text();
    await playground.renameTotal("grandTotal");
    for (let use = 0; use < 2; use++) {
      await playground.shows("total", "grandTotal");
      const text = await playground.text();
      // CodeMirror goes there first; Monaco does both at once after an accept.
      for (let key = 0; key < 2 && (await playground.text()) === text; key++) {
        await playground.press("Tab");
        await playground.page.waitForTimeout(100);
      }
      await expect.poll(() => playground.text()).not.toBe(text);
    }
    expect(await playground.text()).toBe(
      before
        .replace("function total(", "function grandTotal(")
        .replace("0 : total(", "0 : grandTotal(")
        .replace("formatPrice(total(", "formatPrice(grandTotal("),
    );
    await playground.close();
  });

  test("Esc dismisses the suggestion, and Tab is the editor's again", async () => {
    const playground = await open(editor, "cpu", "CPU");
    await playground.renameTotal("grandTotal");
    await playground.shows("total", "grandTotal");
    const typed = await playground.text();

    await playground.press("Escape");
    await playground.showsNothing();
    await playground.press("Tab");
    await expect.poll(() => playground.text()).not.toBe(typed);
    const withoutSpace = (text: string) => text.replaceAll(/\s/g, "");
    expect(withoutSpace(await playground.text())).toBe(withoutSpace(typed));
    await playground.close();
  });
});
