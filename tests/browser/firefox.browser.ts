// The main job in Firefox, which computes it on the CPU: rename, accept, undo. And that it keeps a model's file.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import puppeteer, { type Browser, type KeyInput } from "puppeteer-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { LIMIT } from "./limit.js";
import type { ModelPage } from "./memory.js";
import { ModelServer } from "./model-server.js";

let browser: Browser;
beforeAll(async () => {
  browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    extraPrefsFirefox: { "dom.webgpu.enabled": false },
  });
});
afterAll(() => browser?.close());

/** What each editor draws of a suggestion. */
const DRAWN = {
  codemirror: [".cm-content", ".cm-nextEdit-removed", ".cm-nextEdit-inserted"],
  monaco: [
    ".monaco-editor .view-lines",
    ".monaco-editor .foretab-removed",
    ".monaco-editor .word-replacement .view-line",
  ],
} as const;

test.each(["codemirror", "monaco"] as const)("%s: rename, accept, undo", async (editor) => {
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 1000 });
  await page.goto(`${inject("playground")}?editor=${editor}&backend=auto`);
  await page.waitForSelector('[data-testid="status"][data-state="ready"]', { timeout: LIMIT });
  expect(await page.$eval('[data-testid="backend"]', (element) => element.textContent)).toContain("CPU");

  const [content, removed, inserted] = DRAWN[editor];
  const press = async (key: KeyInput, times = 1) => {
    for (let time = 0; time < times; time++) await page.keyboard.press(key);
  };
  const text = () =>
    page.evaluate(() => (window as unknown as { foretab: { text(): string } }).foretab.text());
  const texts = (selector: string) =>
    page.$$eval(selector, (elements) =>
      elements
        .map((element) => element.textContent)
        .join("")
        .trim(),
    );

  const before = await text();
  const declaration = before.slice(0, before.indexOf("function total(") + "function ".length).split("\n");
  await page.click(content);
  await page.keyboard.down("Control");
  await press("Home");
  await page.keyboard.up("Control");
  await press("ArrowDown", declaration.length - 1);
  await press("ArrowRight", declaration.at(-1)?.length);
  await page.keyboard.down("Shift");
  await press("ArrowRight", "total".length);
  await page.keyboard.up("Shift");
  await page.keyboard.type("grandTotal", { delay: 40 });
  const shown = async () => [await texts(removed), await texts(inserted)];
  await expect.poll(shown).toEqual(["total", "grandTotal"]);

  const typed = await text();
  expect(typed).toContain("function grandTotal(");
  await press("Tab");
  expect(await text(), "a jump changes nothing").toBe(typed);
  await press("Tab");
  const renamed = typed.replace("0 : total(", "0 : grandTotal(");
  await expect.poll(text).toBe(renamed);
  await page.keyboard.down("Control");
  await press("z");
  await page.keyboard.up("Control");
  await expect.poll(text).toBe(typed);
  await page.close();
});

test("a model's file is kept: a download that was cut goes on, and the next visit reads it from the disk", async () => {
  const server = await ModelServer.start();
  const bytes = await readFile(join(import.meta.dirname, "../../models/foretab-mini.gguf"));
  server.files.set("/model.gguf", { bytes, etag: '"1"', cuts: [9_000_000] });
  const page = await browser.newPage();
  const visit = async () => {
    server.answered.length = 0;
    await page.goto(server.origin);
    await page.waitForFunction(() => "createForetab" in window);
    const loaded = await page.evaluate(async () => {
      const { createForetab } = window as unknown as ModelPage;
      const foretab = createForetab({ model: "/model.gguf", backend: "cpu", threads: 1, context: 512 });
      const { unkept = "" } = await foretab.ready;
      return [unkept, (await foretab.models.list()).map(({ complete }) => complete)];
    });
    return [...loaded, server.answered.map(({ method, status }) => `${method} ${status}`)];
  };
  expect(await visit()).toEqual(["", [true], ["GET 200", "GET 206"]]);
  expect(await visit()).toEqual(["", [true], ["HEAD 200"]]);
  await page.close();
  await server.stop();
});
