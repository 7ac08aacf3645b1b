// What a screen reader is told, read back from the editors' own live regions; and that keys are enough for everything.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import type { EditorName } from "./playground.js";
import type { Setup } from "./stage/setup.js";
import { Stage } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

const answers = [["= «total»(", "sum"]] as const;

/** What is said when a semicolon is typed at the start of the first file. */
async function said(editor: EditorName, files: Setup["files"]): Promise<[Stage, () => Promise<string[]>]> {
  const stage = await Stage.set(browser, editor, { files, answers });
  const spoken = await stage.speech();
  await stage.content.click();
  await stage.press("Control+Home");
  await stage.page.keyboard.type(";");
  return [stage, spoken];
}

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("an edit at the cursor: the line, and that Tab accepts it", async () => {
    const [stage, spoken] = await said(editor, { "a.ts": "let a = total(x);\n" });
    await expect.poll(spoken).toContainEqual(expect.stringMatching(/edit .*line 1, .*Tab.* accept/i));
    await stage.close();
  });

  test("one elsewhere: the line, that Tab goes there, and once there that Tab accepts it", async () => {
    const [stage, spoken] = await said(editor, { "a.ts": "\n\n\n\nlet a = total(x);\n" });
    await expect
      .poll(spoken)
      .toContainEqual(expect.stringMatching(/edit .*line 5, .*Tab.* (jump|goes there)/i));
    await stage.press("Tab");
    await expect.poll(spoken).toContainEqual(expect.stringMatching(/edit .*line 5, .*Tab.* accept/i));
    await stage.close();
  });

  test("one in another document: which, and that Tab goes there", async () => {
    const [stage, spoken] = await said(editor, { "a.ts": "\n", "src/b.ts": "let a = total(x);\n" });
    await expect.poll(spoken).toContainEqual(expect.stringMatching(/edit .*src\/b\.ts, .*Tab/i));
    await stage.close();
  });

  test("in leading white space, where Tab indents: the key that is for the edit", async () => {
    const [stage, spoken] = await said(editor, { "a.ts": "\n\n\n\nlet a = total(x);\n" });
    await stage.shows("total", "sum");
    await stage.press("Home");
    await expect.poll(spoken).toContainEqual(expect.stringMatching(/edit .*line 5, Alt.Enter goes there/i));
    await stage.close();
  });

  test("focus comes to the editor by Tab, and to the edit, and nowhere else on the way", async () => {
    const stage = await Stage.set(browser, editor, { files: { "a.ts": "\nlet a = total(x);\n" }, answers });
    await stage.press("Tab");
    await stage.press("Control+Home");
    await stage.page.keyboard.type(";");
    await stage.shows("total", "sum");
    await stage.press("Tab");
    await expect.poll(() => stage.text()).toBe(";\nlet a = sum(x);\n");
    await stage.close();
  });
});

test("codemirror: a reader tells what is suggested from what stands there", async () => {
  const [stage] = await said("codemirror", { "a.ts": "let a = total(x);\n" });
  await stage.shows("total", "sum");
  const snapshot = await stage.page.getByRole("textbox", { name: "a.ts" }).ariaSnapshot();
  expect(snapshot).toContain("deletion: total");
  expect(snapshot).toContain("insertion: sum");
  await stage.close();
});
