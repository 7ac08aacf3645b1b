// The main job: a function is renamed where it is declared, and its uses follow.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { type Backend, type EditorName, Playground } from "./playground.js";

const cases: { editor: EditorName; backend: Backend; device: string }[] = [
  { editor: "codemirror", backend: "cpu", device: "CPU" },
  { editor: "monaco", backend: "cpu", device: "CPU" },
  { editor: "codemirror", backend: "auto", device: "WebGPU" },
  { editor: "monaco", backend: "gpu", device: "WebGPU" },
];

describe.each(cases.map((c) => [`${c.editor} on ${c.device} (backend ${c.backend})`, c] as const))(
  "%s",
  (_, { editor, backend, device }) => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch({ webgpu: device === "WebGPU" });
    });
    afterAll(() => browser.close());

    test("Tab goes to the first use, Tab renames it, undo takes that back", async () => {
      const playground = await Playground.open(browser, { editor, backend });
      await playground.state("ready");
      expect(await playground.byTestId("backend").textContent()).toBe(device);

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

    test("the uses that follow are offered, one after the other", async () => {
      const playground = await Playground.open(browser, { editor, backend });
      await playground.state("ready");
      const before = await playground.text();

      await playground.renameTotal("grandTotal");
      // Two uses are in the window of the model: `average` and `describe`.
      for (let use = 0; use < 2; use++) {
        await playground.shows("total", "grandTotal");
        const text = await playground.text();
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

    test("Esc dismisses the suggestion and leaves the text alone", async () => {
      const playground = await Playground.open(browser, { editor, backend });
      await playground.state("ready");
      await playground.renameTotal("grandTotal");
      await playground.shows("total", "grandTotal");
      const typed = await playground.text();

      await playground.press("Escape");
      await playground.showsNothing();
      await playground.press("Tab"); // now it is the editor's again
      await expect.poll(() => playground.text()).not.toBe(typed);
      expect((await playground.text()).replaceAll(/\s/g, "")).toBe(typed.replaceAll(/\s/g, ""));
      await playground.close();
    });
  },
);
