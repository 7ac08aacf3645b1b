// After the first visit the page works without a network.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

test.each(["codemirror", "monaco"] as const)("%s: a second visit needs no network", async (editor) => {
  const playground = await Playground.open(browser, { editor, offline: true });
  const { page } = playground;
  await playground.state("ready");
  await playground.keptForOffline();

  await page.context().setOffline(true);
  await page.reload();
  await playground.content.waitFor();
  await playground.state("ready");
  expect(await page.evaluate(() => crossOriginIsolated), "threads need the headers").toBe(true);
  await playground.renameTotal("grandTotal");
  await playground.shows("total", "grandTotal");
  expect(await playground.byTestId("syntax").textContent()).toContain("typescript");
  expect(playground.errors).toEqual([]);
  await playground.close();
});

test("the page can be installed", async () => {
  const playground = await Playground.open(browser, { offline: true });
  await playground.keptForOffline();
  const session = await playground.page.context().newCDPSession(playground.page);
  const manifest = await session.send("Page.getAppManifest");
  expect(manifest.errors).toEqual([]);
  expect(manifest.url).toMatch(/manifest\.webmanifest$/);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // Playwright's windows are private ones, which install nothing.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
  await playground.close();
});
