// With a finger: accept and dismiss by tap.

import type { Mode } from "@foretab/client";
import type { Browser } from "playwright-core";
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

/** A semicolon is typed at the start of the text. */
async function typed(
  editor: EditorName,
  text: string,
  answers: Answer[],
  { touch = true, mode = "eager" }: { touch?: boolean; mode?: Mode } = {},
): Promise<Stage> {
  const stage = await Stage.set(browser, editor, { files: { "a.ts": text }, answers, mode }, { touch });
  await (touch ? stage.content.tap() : stage.content.click());
  await stage.press("Control+Home");
  await stage.page.keyboard.type(";");
  return stage;
}

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("tapping goes to an edit and accepts it, and the next one", async () => {
    const stage = await typed(editor, "\n\n\nlet a = total(x);\nlet b = total(y);\n", [
      ["= «total»(", "sum"],
    ]);
    await stage.shows("total", "sum");
    await stage.button(/go to/i).tap();
    await expect.poll(() => stage.cursorLine()).toBe("let a = ▏total(x);");
    await stage.button(/accept/i).tap();
    await expect.poll(() => stage.text()).toBe(";\n\n\nlet a = sum(x);\nlet b = total(y);\n");
    await stage.button(/accept/i).tap();
    await expect.poll(() => stage.text()).toBe(";\n\n\nlet a = sum(x);\nlet b = sum(y);\n");
    await expect.poll(() => stage.button(/accept|go to/i).count()).toBe(0);
    expect(stage.errors).toEqual([]);
    await stage.close();
  });

  test("ghost text is accepted by tap", async () => {
    const stage = await typed(editor, "\n", [[";«»\n", " // done"]]);
    await stage.showsGhost("// done");
    await stage.button(/accept/i).tap();
    await expect.poll(() => stage.text()).toBe("; // done\n");
    await stage.close();
  });

  test("tapping dismisses", async () => {
    const stage = await typed(editor, "let a = total(x);\n", [["= «total»(", "sum"]]);
    await stage.shows("total", "sum");
    await stage.button(/dismiss/i).tap();
    await stage.showsNothing();
    expect(await stage.text()).toBe(";let a = total(x);\n");
    await expect.poll(() => stage.button(/dismiss/i).count()).toBe(0);
    await stage.close();
  });

  test("in subtle mode, where an edit waits for Alt, it is shown by tap", async () => {
    const answers: Answer[] = [["= «total»(", "sum"]];
    const stage = await typed(editor, "let a = total(x);\n", answers, { mode: "subtle" });
    await stage.button(/show/i).waitFor();
    expect(await stage.button(/accept|dismiss/i).count()).toBe(0);
    await stage.showsNothing();
    await stage.button(/show/i).tap();
    await stage.shows("total", "sum");
    await stage.button(/accept/i).tap();
    await expect.poll(() => stage.text()).toBe(";let a = sum(x);\n");
    expect(stage.errors).toEqual([]);
    await stage.close();
  });

  test("what is tapped is at least 24 pixels wide and high, and in sight", async () => {
    const stage = await typed(editor, `let a = total(x); // ${"long ".repeat(100)}\n`, [
      ["= «total»(", "sum"],
    ]);
    await stage.shows("total", "sum");
    for (const name of [/accept/i, /dismiss/i]) {
      const box = await stage.button(name).boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(900);
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(400);
    }
    await stage.close();
  });

  test("with a mouse there are no such buttons", async () => {
    const stage = await typed(editor, "let a = total(x);\n", [["= «total»(", "sum"]], { touch: false });
    await stage.shows("total", "sum");
    expect(await stage.button(/dismiss/i).count()).toBe(0);
    await stage.close();
  });
});
