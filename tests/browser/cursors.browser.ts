// Several cursors, none (read-only), and undo and redo.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import type { EditorName } from "./playground.js";
import type { Answer, Setup } from "./stage/setup.js";
import { Stage } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

const answers: readonly Answer[] = [["= «total»(", "sum"]];

/** A document with cursors at each `▏`, the first of them the main one. */
async function open(editor: EditorName, marked: string, setup: Partial<Setup> = {}): Promise<Stage> {
  const files = { "a.ts": marked.replaceAll("▏", "") };
  const stage = await Stage.set(browser, editor, { files, answers, ...setup });
  await stage.content.click();
  const cursors = [...marked.matchAll(/▏/g)].map((found, before) => found.index - before);
  await stage.call("setCursors", cursors);
  return stage;
}

/** The document with `▏` at each cursor. */
async function marked(stage: Stage): Promise<string> {
  const text = await stage.text();
  const cursors = await stage.call("cursors");
  return [0, ...cursors].map((from, i) => text.slice(from, cursors[i] ?? text.length)).join("▏");
}

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("with several cursors the suggestion is the main one's, and accepting keeps them", async () => {
    const stage = await open(editor, "let a▏ = total(x);\n\n\nlet b▏\nlet c▏\n");
    await stage.page.keyboard.type("1");
    await stage.shows("total", "sum");
    await stage.takeEdit();
    await expect.poll(() => marked(stage)).toBe("let a1 = sum▏(x);\n\n\nlet b1▏\nlet c1▏\n");
    expect(stage.errors).toEqual([]);
    await stage.close();
  });

  test("going to a suggestion elsewhere takes the main cursor there, and keeps the others", async () => {
    const stage = await open(editor, "a▏\nb▏\n\n\n\n\nlet c = total(x);\n");
    await stage.page.keyboard.type("1");
    await stage.shows("total", "sum");
    await stage.takeEdit();
    await expect.poll(() => marked(stage)).toBe("a1\nb1▏\n\n\n\n\nlet c = sum▏(x);\n");
    await stage.page.keyboard.type("2");
    await expect.poll(() => marked(stage)).toBe("a1\nb12▏\n\n\n\n\nlet c = sum2▏(x);\n");
    await stage.close();
  });

  test("what goes on at the cursor is put at the main one alone", async () => {
    const stage = await open(editor, "a▏\nb▏\n", { answers: [["a1«»\n", " + tax"]] });
    await stage.page.keyboard.type("1");
    await stage.page.getByText("+ tax").filter({ visible: true }).first().waitFor();
    await stage.press("Tab");
    await expect.poll(() => marked(stage)).toBe("a1 + tax▏\nb1▏\n");
    await stage.close();
  });

  test("a read-only editor asks nothing and shows nothing", async () => {
    const stage = await open(editor, "a▏ = total(x);\n", { readOnly: true });
    const frames = await stage.frames();
    await stage.page.keyboard.type("1");
    await stage.press("Alt+\\");
    await stage.call("remote", [{ from: 0, to: 1, insert: "b" }]);
    await stage.page.waitForTimeout(500);
    expect(await stage.call("asked")).toEqual([]);
    expect(await frames()).toEqual([{ removed: "", inserted: "", ghost: "" }]);
    expect(await stage.text()).toBe("b = total(x);\n");
    expect(stage.errors).toEqual([]);
    await stage.close();
  });

  test("undo and redo go back and forth over accepts, one step each", async () => {
    const texts = ["let a = total(x);\nlet b = total(y);\n"];
    const stage = await open(editor, `▏${texts[0]}`);
    await stage.page.keyboard.type(";");
    for (let accepted = 0; accepted < 2; accepted++) {
      await stage.shows("total", "sum");
      texts.push(await stage.text());
      await stage.takeEdit();
    }
    await stage.showsNothing();
    texts.push(await stage.text());
    expect(texts[3]).toBe(";let a = sum(x);\nlet b = sum(y);\n");
    for (const text of texts.toReversed().slice(1)) {
      await stage.press("Control+z");
      await expect.poll(() => stage.text()).toBe(text);
    }
    for (const text of texts.slice(1)) {
      await stage.press("Control+y");
      await expect.poll(() => stage.text()).toBe(text);
    }
    await stage.showsNothing();
    expect(stage.errors).toEqual([]);
    await stage.close();
  });
});
