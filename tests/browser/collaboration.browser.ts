// Another user edits the document while a suggestion is on show: it moves along or goes, and never corrupts.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import type { EditorName } from "./playground.js";
import { Stage } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

const text = "first\n\n\nlet a = total(items);\n\n\nlast\n";

/** The suggestion for the call is on show. */
async function shown(editor: EditorName): Promise<Stage> {
  const answers = [["= «total»(", "sum"]] as const;
  const stage = await Stage.set(browser, editor, { files: { "a.ts": text }, answers });
  await stage.goTo("first▏");
  await stage.page.keyboard.type(";");
  await stage.shows("total", "sum");
  expect(await stage.text()).toBe(typed);
  return stage;
}
const typed = text.replace("first", "first;");

/** What another user does: the first place of that piece of text becomes another one. */
async function theirs(stage: Stage, piece: string, insert: string): Promise<void> {
  const from = typed.indexOf(piece);
  await stage.call("remote", [{ from, to: from + piece.length, insert }]);
  await stage.page.waitForTimeout(600); // Monaco asks its providers anew
}

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test.each([
    ["before it", "first", "// what they think of this\nfirst"],
    ["in its line, before it", "let a", "const answer"],
    ["in its line, behind it", "(items)", "(items, taxRate)"],
    ["after it", "last", ""],
  ])("an edit %s moves it along", async (_, piece, insert) => {
    const stage = await shown(editor);
    await theirs(stage, piece, insert);
    await stage.shows("total", "sum");
    await expect.poll(() => stage.call("isReachable")).toBe(true);
    await stage.takeEdit();
    expect(await stage.text()).toBe(typed.replace(piece, insert).replace("total", "sum"));
    expect(stage.errors).toEqual([]);
    await stage.close();
  });

  test.each([
    ["of what it replaces", "total(", "count("],
    ["inside of it", "ota", "OTA"],
    ["across its edge", "l(items)", "(all)"],
    ["of everything around it", "let a = total(items);\n", ""],
  ])("an edit %s drops it, and Tab is the editor's", async (_, piece, insert) => {
    const stage = await shown(editor);
    await theirs(stage, piece, insert);
    await stage.showsNothing();
    const text = typed.replace(piece, insert);
    expect(await stage.text()).toBe(text);
    await stage.press("Tab");
    await expect.poll(() => stage.text()).not.toBe(text);
    expect((await stage.text()).replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
    expect(stage.errors).toEqual([]);
    await stage.close();
  });

  test("they make the edit themselves: nothing is left to suggest", async () => {
    const stage = await shown(editor);
    await theirs(stage, "total", "sum");
    await stage.showsNothing();
    expect(await stage.text()).toBe(typed.replace("total", "sum"));
    await stage.close();
  });

  test("edits at the same time as the answer: it is for the text as it is then", async () => {
    const answers = [["= «total»(", "sum"]] as const;
    const stage = await Stage.set(browser, editor, { files: { "a.ts": text }, answers, wait: 400 });
    await stage.goTo("first▏");
    await stage.page.keyboard.type(";");
    await theirs(stage, "first", "// 1\n// 2\nfirst");
    await stage.press("Alt+\\");
    await theirs(stage, "first", "// 3\nfirst");
    await stage.shows("total", "sum");
    await stage.takeEdit();
    await expect.poll(() => stage.text()).toContain("let a = sum(items);\n\n\nlast\n");
    await stage.close();
  });
});

// Monaco's own history does not survive `applyEdits`; who edits together there brings one along.
test("undo takes back what was accepted, and leaves what they did", async () => {
  const stage = await shown("codemirror");
  await stage.takeEdit();
  await theirs(stage, "first", "// theirs\nfirst");
  await stage.press("Control+z");
  const back = typed.replace("first", "// theirs\nfirst");
  await expect.poll(() => stage.text()).toBe(back);
  await stage.close();
});
