// How suggestions look, in both themes and in whatever font the machine has: by geometry and computed styles. The
// pictures are in `pictures.browser.ts`.

import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import type { EditorName } from "./playground.js";
import type { Answer } from "./stage/setup.js";
import { Stage } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

const looks = (["codemirror", "monaco"] as EditorName[]).flatMap((editor) =>
  [false, true].map((dark) => ({ editor, dark })),
);

/** A semicolon is typed at the start of the text. */
async function typed(look: { editor: EditorName; dark: boolean }, text: string, answers: Answer[]) {
  const stage = await Stage.set(browser, look.editor, { files: { "a.ts": text }, answers, dark: look.dark });
  await stage.content.click();
  await stage.press("Control+Home");
  await stage.page.keyboard.type(";");
  return stage;
}

interface Look {
  font: string;
  struck: boolean;
  /** WCAG's contrast of the text with what is behind it. */
  contrast: number;
}

/** How a person sees it. */
function look(locator: Locator): Promise<Look> {
  return locator.first().evaluate((element) => {
    const context = new OffscreenCanvas(1, 1).getContext("2d") as OffscreenCanvasRenderingContext2D;
    const chain: Element[] = [];
    for (let at: Element | null = element; at; at = at.parentElement) chain.unshift(at);
    const luminance = () => {
      const [r = 0, g = 0, b = 0] = [...context.getImageData(0, 0, 1, 1).data].map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paint = (colour: string) => {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    };
    paint("white");
    for (const one of chain) paint(getComputedStyle(one).backgroundColor);
    const behind = luminance();
    const style = getComputedStyle(element);
    context.globalAlpha = chain.reduce((alpha, one) => alpha * Number(getComputedStyle(one).opacity), 1);
    paint(style.color);
    const [low = 0, high = 0] = [behind, luminance()].sort((a, b) => a - b);
    return {
      font: `${style.fontFamily} ${style.fontSize}`,
      struck: chain.some((one) => getComputedStyle(one).textDecorationLine.includes("line-through")),
      contrast: (high + 0.05) / (low + 0.05),
    };
  });
}

describe.each(looks)("$editor, dark: $dark", (theme) => {
  test("an edit: the old text struck through, the new one not, both legible, in the editor's font", async () => {
    const stage = await typed(theme, "let a = total(x);\n", [["= «total»(", "sum"]]);
    await stage.shows("total", "sum");
    const text = await look(stage.content.locator("span, .cm-line").first());
    const removed = await look(stage.removed);
    const inserted = await look(stage.inserted);
    expect([removed.struck, inserted.struck]).toEqual([true, false]);
    for (const { contrast } of [removed, inserted]) expect(contrast).toBeGreaterThanOrEqual(4.5);
    expect([removed.font, inserted.font]).toEqual([text.font, text.font]);
    await stage.close();
  });

  test("ghost text is paler than text, and in the same font", async () => {
    const stage = await typed(theme, "\n", [[";«»\n", "done"]]);
    await stage.showsGhost("done");
    const text = await look(stage.content.locator("span, .cm-line").first());
    const ghost = await look(stage.ghost);
    expect(ghost.contrast).toBeLessThan(text.contrast);
    // Monaco's has the colour of its theme, which is paler.
    if (theme.editor === "codemirror") expect(ghost.contrast).toBeGreaterThanOrEqual(4.5);
    expect(ghost.font).toBe(text.font);
    await stage.close();
  });
});

test.each([false, true])(
  "codemirror: an edit out of sight is named at the edge that it lies behind, dark: %s",
  async (dark) => {
    const text = `${"\n".repeat(60)}let a = total(x);\n`;
    const stage = await typed({ editor: "codemirror", dark }, text, [["= «total»(", "sum"]]);
    const hint = stage.page.locator(".cm-nextEdit-far");
    await expect.poll(() => hint.textContent()).toContain("61");
    const editor = await stage.page.locator(".editor").boundingBox();
    const box = await hint.boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual((editor?.y ?? 0) + (editor?.height ?? 0));
    expect(box?.y).toBeGreaterThan((editor?.height ?? 0) - 60);
    expect((await look(hint)).contrast).toBeGreaterThanOrEqual(4.5);
    await stage.close();
  },
);
