// The oldest Monaco that the package names: an edit is shown, gone to, accepted and undone.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Stage } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

const answers = [["= «total»(", "sum"]] as const;

test("an edit elsewhere is gone to, accepted, and taken back", async () => {
  const text = "\n\n\n\nlet a = total(x);\nlet b = total(y);\n";
  const stage = await Stage.set(browser, "monaco", { files: { "a.ts": text }, answers }, { oldest: true });
  await stage.content.click();
  await stage.press("Control+Home");
  await stage.page.keyboard.type(";");
  await stage.shows("total", "sum");
  await stage.press("Tab");
  await expect.poll(() => stage.cursorLine()).toBe("let a = ▏total(x);");
  expect(await stage.text()).toBe(`;${text}`);
  await stage.press("Tab");
  const accepted = `;${text}`.replace("total", "sum");
  await expect.poll(() => stage.text()).toBe(accepted);
  await stage.press("Control+z");
  await expect.poll(() => stage.text()).toBe(`;${text}`);
  await stage.press("Control+y");
  await expect.poll(() => stage.text()).toBe(accepted);
  expect(stage.errors).toEqual([]);
  await stage.close();
});

test("going on at the cursor is ghost text, of which Tab takes what is left", async () => {
  const files = { "a.ts": "return\n" };
  const stage = await Stage.set(
    browser,
    "monaco",
    { files, answers: [["return «»\n", "sum"]] },
    { oldest: true },
  );
  await stage.goTo("return▏");
  await stage.page.keyboard.type(" ");
  await stage.showsGhost("sum");
  await stage.page.keyboard.type("s");
  await stage.showsGhost("um");
  await stage.press("Tab");
  await expect.poll(() => stage.text()).toBe("return sum\n");
  expect(stage.errors).toEqual([]);
  await stage.close();
});
