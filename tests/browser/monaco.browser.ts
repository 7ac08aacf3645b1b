// What is Monaco's own: its options for how edits are drawn, and when it sets itself up.

import type { InlineEditOptions } from "@foretab/monaco";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Stage } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

/** Types in the first line, so that there is an edit for what is between `«»`. */
async function typed(marked: string, insert: string, edits: InlineEditOptions): Promise<Stage> {
  const text = marked.replace(/[«»]/g, "");
  const stage = await Stage.set(browser, "monaco", {
    files: { "a.txt": text },
    answers: [[marked.slice(marked.indexOf("«")), insert]],
    edits,
  });
  await stage.contentOf(0).click({ position: { x: 60, y: 8 } });
  await stage.press("Control+Home");
  await stage.page.keyboard.type(";");
  return stage;
}

/** Lines that read so and can be seen, of the text or of a preview. */
function line(stage: Stage, text: string): Locator {
  const withBlanks = new RegExp(`^\\s*${text.replaceAll(" ", "\\s").replaceAll(/[()[\]*+]/g, "\\$&")}\\s*$`);
  return stage.page
    .locator(".monaco-editor .view-line")
    .filter({ hasText: withBlanks })
    .filter({ visible: true });
}

describe("two lines in place of three", () => {
  const before = "\nlet s = 0;\n«for (x of xs)\n  s += x * x;\nshow(s);»\n";
  const draw = (edits: InlineEditOptions) => typed(before, "s = squares(xs);\nprint(s);", edits);
  /** The places of an old line and of a new one. */
  const places = async (stage: Stage) => {
    await line(stage, "print(s);").waitFor();
    const boxes = [line(stage, "for (x of xs)"), line(stage, "s = squares(xs);")].map((one) =>
      one.last().boundingBox(),
    );
    return (await Promise.all(boxes)).map((box) => box ?? expect.fail("nothing there"));
  };

  test("stand beside them where there is room", async () => {
    const stage = await draw({ renderSideBySide: "auto" });
    const [old, fresh] = await places(stage);
    expect(Math.abs((old?.y ?? 0) - (fresh?.y ?? 0))).toBeLessThan(4);
    await stage.close();
  });

  test("stand below them if asked to", async () => {
    const stage = await draw({ renderSideBySide: "never" });
    const [old, fresh] = await places(stage);
    expect((fresh?.y ?? 0) - (old?.y ?? 0)).toBeGreaterThan(2 * (old?.height ?? 0));
    await stage.close();
  });
});

describe("an edit that is out of sight", () => {
  const far = `\n${"// and so on\n".repeat(80)}// before\n«let total = 0;»\n`;
  const draw = (edits: InlineEditOptions) => typed(far, "let sum = 0;", edits);

  test("is previewed beside the cursor, with as much around it as is asked for", async () => {
    const stage = await draw({ showLongDistanceHint: true, longDistanceHintContextLineCount: 1 });
    await line(stage, "let sum = 0;").waitFor();
    await line(stage, "// before").waitFor();
    await stage.press("Tab");
    await stage.press("Tab");
    await expect.poll(() => stage.text()).toContain("let sum = 0;");
    await stage.close();
  });

  test("is only pointed to if that is asked for", async () => {
    const stage = await draw({ showLongDistanceHint: false });
    await stage.page.locator(".inline-edits-view-gutter-indicator .codicon").first().waitFor();
    expect(await line(stage, "let sum = 0;").count()).toBe(0);
    await stage.close();
  });
});

// Monaco would set up what asks for edits when the page is idle, and not know of a key before that.
test("an edit for the first key, before all is set up", async () => {
  const setup = { files: { "a.ts": "\nlet a = total(x);\n" }, answers: [["= «total»(", "sum"]] } as const;
  const stage = await Stage.set(browser, "monaco", setup, { busy: true });
  await stage.content.click();
  await stage.page.keyboard.type(";");
  await stage.shows("total", "sum");
  await stage.close();
});
