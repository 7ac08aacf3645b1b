// An answer of several edits: the first one is shown while the answer goes on, and is not changed afterwards.

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

const text = "first\n\n\n\nlet a = total(x);\n\n\n\n\nlet b = total(y);\n";
const answers = [["= «total»(", "sum"]] as const;

/** A page that shows the first edit of an answer that goes on for some seconds. */
async function answering(editor: EditorName): Promise<Stage> {
  const setup = { files: { "a.ts": text }, answers, early: 50, wait: 10_000 };
  const stage = await Stage.set(browser, editor, setup);
  await stage.goTo("first▏");
  await stage.page.keyboard.type(";");
  await stage.shows("total", "sum");
  return stage;
}

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("the first edit is there before the answer has ended, and does not flicker when it does", async () => {
    const stage = await answering(editor);
    expect(await stage.call("events"), "the answer goes on").toEqual(["shown"]);
    const frames = await stage.frames();
    await expect.poll(() => stage.call("events")).toEqual(["shown", "suggestions"]);
    await stage.page.waitForTimeout(300);
    expect(await frames()).toEqual([{ removed: "total", inserted: "sum", ghost: "" }]);
    await stage.press("Alt+]"); // another one of the same answer
    await stage.goTo("let b = ▏total");
    await stage.takeEdit();
    expect(await stage.text()).toBe(text.replace("first", "first;").replace("total(y", "sum(y"));
    await stage.close();
  });

  test("an accept does not wait for the rest of the answer", async () => {
    const stage = await answering(editor);
    await stage.press("Tab");
    await expect.poll(() => stage.cursorLine()).toMatch(/^let a = ▏total/);
    await stage.press("Tab");
    await expect.poll(() => stage.text()).toBe(text.replace("first", "first;").replace("total", "sum"));
    expect(await stage.call("events")).not.toContain("suggestions");
    await stage.shows("total", "sum");
    await stage.close();
  });

  test("the embedded model's answer", async () => {
    const uses = ["a", "b", "c"].map(
      (x) => `export function ${x}(items) {\n  return total(items) / ${x}0;\n}\n`,
    );
    const file = `function total(items) {\n  return items.length;\n}\n\n${uses.join("\n")}`;
    const stage = await Stage.set(browser, editor, { files: { "a.js": file }, rejoin: false });
    await stage.renameTotal("grandTotal");
    // A half-typed name may have had an answer of its own, where keys came slowly.
    const last = async () => (await stage.call("events")).slice(-2);
    await expect.poll(last).toEqual(["shown", "suggestions"]);
    await stage.shows("total", "grandTotal");
    await stage.close();
  });
});
