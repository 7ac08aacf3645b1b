// How suggestions look, pixel by pixel: one font that comes with the page, and nothing that blinks.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { launch } from "./chromium.js";
import { looksLike } from "./picture.js";
import type { EditorName } from "./playground.js";
import type { Answer } from "./stage/setup.js";
import { Stage } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false, pictured: true });
});
afterAll(() => browser.close());

/** What the user types at the `▏`, and what is suggested then. */
interface Scene {
  name: string;
  text: string;
  typed: string;
  answer: Answer;
  /** Worth a picture in the dark, too. */
  dark: boolean;
}

const scenes: Scene[] = [
  {
    name: "ghost text",
    text: "return▏\n",
    typed: " ",
    answer: ["return «»\n", "items.reduce(add, 0);"],
    dark: false,
  },
  {
    name: "words of an edit",
    text: "▏let a = 1;\nlet b = total(a, 2);\nlet c = 3;\n",
    typed: ";",
    answer: ["b = «total(a, 2)»;", "sum(a, 3)"],
    dark: true,
  },
  {
    name: "deletion",
    text: "▏let a = 1;\nlet b = 2;\nlet c = 3;\n",
    typed: ";",
    answer: ["\n«let b = 2;\n»let", ""],
    dark: false,
  },
  {
    name: "new lines",
    text: "▏let a = 1;\nlet d = 4;\n",
    typed: ";",
    answer: ["1;\n«»let", "let b = 2;\nlet c = 3;\n"],
    dark: false,
  },
  {
    name: "edit out of sight",
    text: `▏let a = 1;\n${"\n".repeat(40)}let b = total(a);\n`,
    typed: ";",
    answer: ["b = «total»(", "sum"],
    dark: true,
  },
];

describe.each(["codemirror", "monaco"] as EditorName[])("%s", (editor) => {
  const looks = scenes.flatMap((scene) =>
    (scene.dark ? [false, true] : [false]).map((dark) => ({ ...scene, dark })),
  );
  test.each(looks)("$name, dark: $dark", async ({ name, text, typed, answer, dark }) => {
    const files = { "a.ts": text.replace("▏", "") };
    const stage = await Stage.set(browser, editor, { files, answers: [answer], dark, still: true });
    await stage.page.mouse.click(300, 10); // Playwright would scroll Monaco to click on its middle
    await stage.moveTo(text);
    await stage.page.keyboard.type(typed);
    const picture = [editor, name.replaceAll(" ", "-"), ...(dark ? ["dark"] : [])].join("-");
    await looksLike(stage.page.locator(".editor"), picture);
    await stage.close();
  });
});
