// Typing what is suggested only shortens it: frame by frame it never disappears in between, nor changes and comes back.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Stage } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("ghost text", async () => {
    const rest = "items.reduce(add, 0)";
    const answers = [["return «»\n", rest]] as const;
    const stage = await Stage.set(browser, editor, { files: { "a.ts": "return\n" }, answers });
    await stage.goTo("return▏");
    await stage.page.keyboard.type(" ");
    await stage.showsGhost(rest);
    const frames = await stage.frames();
    await stage.page.keyboard.type("items.re", { delay: 60 });
    await stage.showsGhost("duce(add, 0)");
    await stage.page.waitForTimeout(500);
    const shown = (await frames()).map(({ ghost }) => ghost);
    expect(shown).toEqual([...shown].sort((a, b) => b.length - a.length));
    expect(shown.filter((ghost) => !rest.endsWith(ghost) || ghost === "")).toEqual([]);
    await stage.close();
  });

  test("an edit at the cursor", async () => {
    const answers = [["= «total»(", "grandSum"]] as const;
    const stage = await Stage.set(browser, editor, { files: { "a.ts": "let a = total(x);\n" }, answers });
    await stage.goTo("▏let");
    await stage.page.keyboard.type(";");
    await stage.shows("total", "grandSum");
    await stage.goTo("= ▏total");
    await stage.shows("total", "grandSum");
    const frames = await stage.frames();
    await stage.page.keyboard.type("gran", { delay: 60 });
    await stage.shows("grantotal", "grandSum");
    await stage.page.waitForTimeout(500);
    const gone = (await frames()).filter(
      ({ removed, inserted }) => removed === "" || inserted !== "grandSum",
    );
    expect(gone).toEqual([]);
    await stage.close();
  });

  test("an edit elsewhere, while its answer comes once more", async () => {
    const files = { "a.ts": "first\n\n\n\nlet a = total(x);\n" };
    const stage = await Stage.set(browser, editor, { files, answers: [["= «total»(", "sum"]] });
    await stage.goTo("first▏");
    await stage.page.keyboard.type(";");
    await stage.shows("total", "sum");
    const frames = await stage.frames();
    await stage.press("ArrowLeft");
    await stage.press("ArrowRight");
    await stage.page.waitForTimeout(500);
    expect(await frames()).toEqual([{ removed: "total", inserted: "sum", ghost: "" }]);
    await stage.close();
  });
});
