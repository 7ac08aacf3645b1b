// Light or dark: as the system has it, until the user chooses, which is remembered.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

test.each([
  { editor: "codemirror", background: ".cm-editor" },
  { editor: "monaco", background: ".monaco-editor-background" },
] as const)(
  "$editor: the user's choice wins over the system's, and stays",
  async ({ editor, background }) => {
    const playground = await Playground.open(browser, { editor });
    const { page } = playground;
    const brightness = () =>
      page
        .locator(background)
        .first()
        .evaluate((element) => getComputedStyle(element).backgroundColor);
    const light = "rgb(255, 255, 255)";
    const dark = "rgb(22, 24, 29)";
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(brightness).toBe(dark);
    await playground.byTestId("theme").selectOption("light");
    await expect.poll(brightness).toBe(light);
    await page.reload();
    await expect.poll(brightness).toBe(light);
    await playground.byTestId("theme").selectOption("system");
    await expect.poll(brightness).toBe(dark);
    await playground.close();
  },
);
