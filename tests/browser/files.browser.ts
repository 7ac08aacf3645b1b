// Files of the user's own: opened, dropped, and in a link; nothing of them leaves the page.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

const OVEN = `export function heat(oven: Oven): void {
  oven.celsius += 10;
}

export function bake(oven: Oven): void {
  while (oven.celsius < 200) heat(oven);
}
`;

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
  folder = await mkdtemp(join(tmpdir(), "foretab-files-"));
  const files = {
    "src/oven.ts": OVEN,
    "pan.ts": "let pan;\n",
    "src/logo.png": "\u0089PNG\0",
    "node_modules/x/index.js": "x",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

/** Clicks, and answers the file chooser that opens. */
async function choose(playground: Playground, testId: string, path: string): Promise<void> {
  const chooser = playground.page.waitForEvent("filechooser");
  await playground.byTestId(testId).click();
  await (await chooser).setFiles(path);
}

/** Renames what the user's own file declares, as a person types. */
async function renameHeat(playground: Playground): Promise<void> {
  await playground.goTo("function ▏heat(");
  for (let i = 0; i < "heat".length; i++) await playground.press("Shift+ArrowRight");
  await playground.page.keyboard.type("warmUp", { delay: 40 });
}

test.each(["codemirror", "monaco"] as const)(
  "%s: a folder is opened, and edited like a story",
  async (editor) => {
    const playground = await Playground.open(browser, { editor });
    await playground.page.evaluate(() => Object.assign(window, { showDirectoryPicker: undefined }));
    await playground.state("ready");
    await choose(playground, "open-folder", folder);

    const tabs = playground.page.getByRole("tab");
    await expect
      .poll(() => tabs.allTextContents())
      .toEqual([expect.stringMatching(/pan\.ts$/), expect.stringMatching(/src\/oven\.ts$/)]);
    expect(await playground.byTestId("notice").textContent()).toMatch(/src\/logo\.png is no text/);
    await tabs.last().click();
    expect(await playground.text()).toBe(OVEN);
    await renameHeat(playground);
    await playground.shows("heat", "warmUp");
    await playground.close();
  },
);

/** Drops files or folders onto the editor, as the browser tells the page. */
async function drop(playground: Playground, ...paths: string[]): Promise<void> {
  const session = await playground.page.context().newCDPSession(playground.page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x: 300, y: 400, data });
  }
}

test("what is dropped is opened, and what is no text is not", async () => {
  const playground = await Playground.open(browser);
  const tabs = () => playground.page.getByRole("tab").allTextContents();
  await drop(playground, join(folder, "src/oven.ts"));
  await expect.poll(() => playground.text()).toBe(OVEN);
  await drop(playground, join(folder, "src/logo.png"));
  await expect.poll(() => playground.byTestId("notice").textContent()).toContain("logo.png is no text");
  expect(await tabs(), "what was open stays").toEqual(["oven.ts"]);
  await drop(playground, join(folder, "pan.ts"));
  await expect.poll(tabs).toEqual(["oven.ts", "pan.ts"]);
  await drop(playground, join(folder, "src"));
  await expect.poll(tabs).toEqual(["src/oven.ts"]);
  await playground.close();
});

test.each(["codemirror", "monaco"] as const)(
  "%s: a link brings a case back, with its suggestion",
  async (editor) => {
    const first = await Playground.open(browser, { editor });
    await first.state("ready");
    await choose(first, "open-files", join(folder, "src/oven.ts"));
    await expect.poll(() => first.text()).toBe(OVEN);
    await renameHeat(first);
    await first.shows("heat", "warmUp");
    const line = await first.cursorLine();
    await first.byTestId("share").click();
    await expect.poll(() => first.page.url()).toContain("#case=");
    const { hash } = new URL(first.page.url());
    expect(first.requests.map((request) => request.url()).join(" ")).not.toContain("case=");
    await first.close();

    const second = await Playground.open(browser, { editor, fragment: hash });
    await expect.poll(() => second.text()).toBe(OVEN.replace("heat(oven: Oven)", "warmUp(oven: Oven)"));
    expect(await second.cursorLine()).toBe(line);
    await second.shows("heat", "warmUp");
    await second.close();
  },
);

test("a broken link is an error, and the page is as without it", async () => {
  const playground = await Playground.open(browser, { fragment: "#case=broken" });
  await expect.poll(() => playground.byTestId("notice").textContent()).toContain("This link is damaged");
  expect(await playground.text()).toContain("export function total(");
  await playground.state("ready");
  await playground.predicts();
  expect(playground.errors).toEqual([]);
  await playground.close();
});
