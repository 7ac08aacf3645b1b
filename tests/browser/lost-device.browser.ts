// The GPU is lost under the user's hands: the browser's GPU process ends, and every device with it.
// On SwiftShader, which is too slow to wait for an answer of.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: true });
});
afterAll(() => browser.close());

async function loseDevice(): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  await session.send("Browser.crashGpuProcess");
  await session.detach();
}

test("a new GPU takes over, and the CPU when that is lost too; what was typed stays", async () => {
  const playground = await Playground.open(browser, { backend: "gpu" });
  await playground.state("ready");
  const before = await playground.text();
  const backend = () => playground.byTestId("backend").textContent();
  // On show only while the model is loaded again.
  const error = playground.page.waitForFunction(
    () => document.querySelector('[data-testid="error"]')?.textContent,
  );

  await loseDevice();
  await playground.renameTotal("grandTotal");
  expect(await (await error).jsonValue()).toMatch(/GPU failed.*lost/);
  await expect.poll(() => playground.byTestId("lost").count()).toBe(1);
  expect(await playground.byTestId("lost").textContent()).toMatch(/lost/);
  expect(await backend()).toBe("WebGPU");

  await loseDevice();
  await expect.poll(backend).toBe("CPU");
  expect(await playground.byTestId("fallback").textContent()).toMatch(/lost/);
  await playground.shows("total", "grandTotal");
  expect(await playground.text()).toBe(before.replace("function total(", "function grandTotal("));
  expect(playground.errors).toEqual([]);
  await playground.close();
});
