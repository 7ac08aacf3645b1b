// What the page counts of the suggestions that were shown: the same in both editors.
// The suggestions are recorded ones.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { type EditorName, Playground } from "./playground.js";
import { Stage } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

async function open(editor: EditorName): Promise<Playground> {
  const playground = await Playground.open(browser, { editor, recorded: true });
  await playground.state("ready");
  return playground;
}

/** Waits until the panel has counted that. */
async function counted(playground: Playground, shown: number, ends: string, how = ""): Promise<void> {
  const figures = playground.byTestId("figures");
  const count = async () => ({
    shown: Number(/of (\d+) shown/.exec((await figures.textContent()) ?? "")?.[1]),
    ends: (await figures.locator(".key").allTextContents()).join(", "),
    how: await figures.locator(".key.accepted").getAttribute("title"),
  });
  await expect.poll(count).toEqual({ shown, ends, how });
}

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("shown, accepted and dismissed are counted once each, and how soon they came", async () => {
    const playground = await open(editor);
    await counted(playground, 0, "accepted 0, dismissed 0, contradicted 0, ignored 0");
    await playground.renameTotal("grandTotal");
    await playground.shows("total", "grandTotal");
    await playground.press("ArrowDown");
    await playground.shows("total", "grandTotal");
    await counted(playground, 1, "accepted 0, dismissed 0, contradicted 0, ignored 0");
    // The recorded worker answers 330 ms after a key.
    const delay = /suggestion(\d+) msmedian,/.exec(
      (await playground.byTestId("figures").textContent()) ?? "",
    );
    expect(Number(delay?.[1])).toBeGreaterThan(320);

    await playground.takeEdit();
    await playground.shows("total", "grandTotal");
    await counted(playground, 2, "accepted 1, dismissed 0, contradicted 0, ignored 0", "whole 1");
    await playground.press("Escape");
    await counted(playground, 2, "accepted 1, dismissed 1, contradicted 0, ignored 0", "whole 1");
    await playground.close();
  });

  test("an edit of one character that Tab accepts is not one that was typed", async () => {
    const files = { "a.ts": "let a = 1;\nlet b = 1\n" };
    const stage = await Stage.set(browser, editor, { files, answers: [["b = 1«»\n", ";"]] });
    const outcomes = () => stage.call("became");
    await stage.goTo("let b = ▏1");
    await stage.press("Delete");
    await stage.page.keyboard.type("1");
    await stage.showsGhost(";");
    await stage.press("Tab");
    await expect.poll(outcomes).toEqual(["whole"]);
    await stage.press("Control+z");
    await stage.page.keyboard.type(" ");
    await stage.press("Backspace");
    await stage.showsGhost(";");
    await stage.page.keyboard.type(";");
    await expect.poll(outcomes).toEqual(["whole", "typed"]);
    await stage.close();
  });

  test("the last word of ghost text is accepted, though it is one character", async () => {
    const stage = await Stage.set(browser, editor, {
      files: { "a.ts": "return\n" },
      answers: [["return «»\n", "ab;"]],
    });
    await stage.goTo("return▏");
    await stage.page.keyboard.type(" ");
    await stage.showsGhost("ab;");
    await stage.page.keyboard.type("ab");
    await stage.showsGhost(";");
    await stage.press("Control+ArrowRight");
    await expect.poll(() => stage.text()).toBe("return ab;\n");
    await expect.poll(() => stage.call("became")).toEqual([editor === "monaco" ? "whole" : "word"]);
    await stage.close();
  });

  test("an edit accepted word by word is one accept", async () => {
    const playground = await open(editor);
    await playground.goTo("function ▏total(");
    await playground.page.keyboard.type("g(a)");
    await playground.shows("a", "first, second");
    await playground.press("ArrowLeft");
    await playground.press("Control+ArrowRight");
    await counted(playground, 1, "accepted 1, dismissed 0, contradicted 0, ignored 0", "word 1");
    await playground.showsGhost(", second");
    await playground.pressUntil("Control+ArrowRight", (text) => text.includes("second"));
    await counted(playground, 1, "accepted 1, dismissed 0, contradicted 0, ignored 0", "word 1");
    await playground.close();
  });

  test("an edit that says something else contradicts it; what was accepted is still there later", async () => {
    const playground = await open(editor);
    await playground.renameTotal("grandTotal");
    await playground.shows("total", "grandTotal");
    await playground.takeEdit();
    await playground.shows("total", "grandTotal");
    await playground.goTo("formatPrice(▏total(");
    await playground.page.keyboard.type("x");
    await counted(playground, 2, "accepted 1, dismissed 0, contradicted 1, ignored 0", "whole 1");
    const survival = playground.byTestId("figures").getByRole("img", { name: /after 15 s 100 %/ });
    await expect.poll(() => survival.count()).toBe(1);
    expect(playground.errors).toEqual([]);
    await playground.close();
  });
});
