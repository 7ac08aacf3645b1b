// Suggestions in lines that read from right to left, beside wide characters and behind tabs: drawn in the right
// place, and applied right.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Stage } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

/** A line with `«»` around what is replaced, and the text that comes there instead. */
const lines = [
  ["Hebrew", 'let שם = «שלום»("עולם");', "ברכה"],
  ["Arabic", '  print("مرحبا", «total»);', "sum"],
  ["a comment that is all Hebrew", "// «שלום» עולם", "ברוך"],
  ["Chinese", 'const 名前 = "日本語の文字列" + «total»(x);', "sum"],
  ["emoji of several code units", 'say("👩‍👩‍👧‍👦 🇨🇭") || «total»(x);', "sum"],
  ["combining characters", "let cafe\u0301 = «e\u0301te\u0301»;", "hiver"],
  ["tabs", "\t\tlet\ta\t= «total»(x);", "sum"],
] as const;

function edges(box: { x: number; y: number; width: number; height: number } | null) {
  const { x: left, y: top, width, height } = box ?? { x: 0, y: 0, width: 0, height: 0 };
  return { left, top, right: left + width, bottom: top + height };
}

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test.each(lines)("%s", async (_, marked, insert) => {
    const line = marked.replace(/[«»]/g, "");
    const text = `\n${line}\n`;
    const stage = await Stage.set(browser, editor, { files: { "a.ts": text }, answers: [[marked, insert]] });
    await stage.content.click();
    await stage.press("Control+Home");
    await stage.page.keyboard.type(";");
    const from = marked.indexOf("«") + 2;
    const replaced = marked.slice(marked.indexOf("«") + 1, marked.indexOf("»"));
    await stage.shows(replaced, insert);

    const start = await stage.call("coordinates", from);
    const struck = edges(await stage.removed.first().boundingBox());
    const drawn = edges(await stage.inserted.first().boundingBox());
    const fromStart = [struck.left, struck.right].map((edge) => Math.abs(edge - start.left));
    expect(Math.min(...fromStart), "it begins where the text does, at its right edge in Hebrew").toBeLessThan(
      5,
    );
    expect(struck.top, "in its line").toBeGreaterThan(start.top - 4);
    expect(struck.bottom).toBeLessThan(start.bottom + 4);
    expect(drawn.top, "the new text is in the same line, or right below").toBeLessThan(start.bottom + 24);
    expect(drawn.left - struck.right, "and beside the old").toBeLessThan(60);
    expect(struck.left - drawn.right).toBeLessThan(60);

    await stage.takeEdit();
    expect(await stage.text()).toBe(`;\n${marked.replace(/«.*»/, insert)}\n`);
    expect(stage.errors).toEqual([]);
    await stage.close();
  });

  test("an emoji is replaced as a whole", async () => {
    const answers = [['say("«👍🏽»");', "👎🏽"]] as const;
    const stage = await Stage.set(browser, editor, { files: { "a.ts": '\nsay("👍🏽");\n' }, answers });
    await stage.content.click();
    await stage.press("Control+Home");
    await stage.page.keyboard.type(";");
    // Monaco 0.57 draws half a character where two emoji share a code unit.
    if (editor === "codemirror") await stage.shows("👍🏽", "👎🏽");
    else await stage.inserted.first().waitFor();
    await stage.takeEdit();
    expect(await stage.text()).toBe(';\nsay("👎🏽");\n');
    await stage.close();
  });

  test("ghost text behind wide characters begins at the cursor", async () => {
    const text = 'say("日本語👍🏽"\n';
    const answers = [['👍🏽"«»\n', ", loudly)"]] as const;
    const stage = await Stage.set(browser, editor, { files: { "a.ts": text }, answers });
    await stage.content.click();
    await stage.press("Control+Home");
    await stage.press("End");
    await stage.page.keyboard.type(" ");
    await stage.press("Backspace");
    await stage.showsGhost(", loudly)");
    const cursor = await stage.call("coordinates", text.length - 1);
    const ghost = await stage.ghost.first().boundingBox();
    expect(ghost?.x).toBeCloseTo(cursor.left, -1);
    await stage.press("Tab");
    await expect.poll(() => stage.text()).toBe('say("日本語👍🏽", loudly)\n');
    await stage.close();
  });

  test("with reduced motion nothing of the suggestion moves", async () => {
    const files = { "a.ts": `${"\n".repeat(35)}let a = total(x);\n` };
    const stage = await Stage.set(browser, editor, { files, answers: [["= «total»(", "sum"]] });
    await stage.page.emulateMedia({ reducedMotion: "reduce" });
    await stage.page.mouse.click(300, 40); // Playwright would scroll Monaco to click on its middle
    await stage.press("Control+Home");
    await stage.page.keyboard.type(";");
    await expect.poll(() => stage.call("outcomes")).toContain("suggestions");
    await stage.press("Tab");
    await stage.shows("total", "sum");
    await stage.takeEdit();
    const moving = await stage.page.evaluate(() =>
      document.getAnimations().flatMap(({ effect }) => {
        const target = effect instanceof KeyframeEffect ? effect.target : null;
        return target?.closest("[class*=nextEdit], [class*=foretab]") ? [target.className] : [];
      }),
    );
    expect(moving).toEqual([]);
    await stage.close();
  });
});
