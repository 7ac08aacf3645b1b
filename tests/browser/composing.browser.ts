// An input method composes: nothing is shown or changed meanwhile, and things go on afterwards.

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

const text = "first\n\nlet a = total(items);\n";
const nothing = { removed: "", inserted: "", ghost: "" };

interface InputMethod {
  /** Shows that at the cursor, underlined. */
  compose(text: string): Promise<unknown>;
  /** Ends composing with that. */
  commit(text: string): Promise<unknown>;
}

/** The cursor is behind what was typed at the end of the first line, with the default answer for the third. */
async function typed(
  editor: EditorName,
  keys: string,
  setup: { answers?: Answer[]; wait?: number } = {},
): Promise<[Stage, InputMethod]> {
  const answers: Answer[] = [["= «total»(", "sum"]];
  const stage = await Stage.set(browser, editor, { files: { "a.ts": text }, answers, ...setup });
  await stage.goTo("first▏");
  await stage.page.keyboard.type(keys);
  const cdp = await stage.page.context().newCDPSession(stage.page);
  const inputMethod: InputMethod = {
    compose: (text) =>
      cdp.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length }),
    commit: (text) => cdp.send("Input.insertText", { text }),
  };
  return [stage, inputMethod];
}

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("a suggestion on show is hidden meanwhile, and there again afterwards", async () => {
    const [stage, { compose, commit }] = await typed(editor, " ");
    await stage.shows("total", "sum");
    await compose("に");
    await stage.showsNothing();
    const frames = await stage.frames();
    await compose("にほ");
    await compose("日本");
    await stage.page.waitForTimeout(500);
    expect(await frames()).toEqual([nothing]);
    expect(await stage.text()).toBe(text.replace("first", "first 日本"));

    await commit("日本");
    await stage.shows("total", "sum");
    await stage.takeEdit();
    expect(await stage.text()).toBe(text.replace("first", "first 日本").replace("total", "sum"));
    expect(stage.errors).toEqual([]);
    await stage.close();
  });

  test("an answer that arrives meanwhile is shown afterwards", async () => {
    const [stage, { compose, commit }] = await typed(editor, " ", { wait: 300 });
    const frames = await stage.frames();
    await compose("日本");
    await expect.poll(() => stage.call("outcomes")).toContain("suggestions");
    await stage.page.waitForTimeout(300);
    expect(await frames()).toEqual([nothing]);
    await commit("日本");
    await stage.shows("total", "sum");
    expect(stage.errors).toEqual([]);
    await stage.close();
  });

  test("a composition that is given up leaves text and suggestion as they were", async () => {
    const [stage, { compose, commit }] = await typed(editor, " ");
    await stage.shows("total", "sum");
    await compose("にほん");
    await stage.showsNothing();
    await compose("");
    await commit("");
    await stage.shows("total", "sum");
    expect(await stage.text()).toBe(text.replace("first", "first "));
    await stage.close();
  });

  test("ghost text at the cursor does not end the composition beside it", async () => {
    const [stage, { compose, commit }] = await typed(editor, "=", { answers: [["first=«»\n", "日本語"]] });
    await stage.showsGhost("日本語");
    await compose("に");
    await stage.showsGhost("");
    await compose("日本");
    await commit("日本");
    await stage.showsGhost("語");
    expect(await stage.text()).toBe(text.replace("first", "first=日本"));
    await stage.press("Tab");
    await expect.poll(() => stage.text()).toBe(text.replace("first", "first=日本語"));
    expect(stage.errors).toEqual([]);
    await stage.close();
  });

  test("composing in the suggestion's own text something else drops it", async () => {
    const [stage, { compose, commit }] = await typed(editor, "=", { answers: [["first=«»\n", "日本語"]] });
    await stage.showsGhost("日本語");
    await compose("か");
    await commit("漢字");
    await stage.showsGhost("");
    await stage.showsNothing();
    expect(await stage.text()).toBe(text.replace("first", "first=漢字"));
    await stage.press("Tab");
    await expect.poll(() => stage.text()).toMatch(/^ +first=漢字\n|^first=漢字 +\n/);
    await stage.close();
  });
});
