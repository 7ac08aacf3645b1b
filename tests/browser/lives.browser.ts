// Several editors on one worker, and editors that go while an answer is on its way.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Stage } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

const files = { "a.ts": "let a = total(x);\n", "b.ts": "let b = total(y);\n" };
const answers = [["= «total»(", "sum"]] as const;

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("each of two editors has the suggestion for its own document", async () => {
    const stage = await Stage.set(browser, editor, { files, answers });
    for (const n of [0, 1]) {
      await stage.contentOf(n).click();
      await stage.press("Control+Home");
      await stage.page.keyboard.type(";");
      await stage.shows("total", "sum");
      await stage.takeEdit();
      await stage.showsNothing();
    }
    expect(await stage.call("text", 0)).toBe(";let a = sum(x);\n");
    expect(await stage.call("text", 1)).toBe(";let b = sum(y);\n");
    expect(stage.errors).toEqual([]);
    await stage.close();
  });

  test("an editor that goes while the model computes leaves nothing behind", async () => {
    const model = {
      ...files,
      "a.ts": "function total(items) {\n  return items;\n}\n\ntotal(a);\ntotal(b);\n",
    };
    const stage = await Stage.set(browser, editor, { files: model });
    await stage.goTo("total▏(items");
    await stage.page.keyboard.type("Sum");
    await expect.poll(() => stage.call("asked")).toContain("a.ts");
    await stage.call("dispose", 0);
    await expect.poll(() => stage.call("outcomes")).toEqual(["cancelled"]);

    await stage.contentOf(1).click();
    await stage.page.keyboard.type(";");
    await expect.poll(() => stage.call("asked")).toContain("b.ts");
    expect(stage.errors).toEqual([]);
    await stage.close();
  });
});
