// After the model and the grammars of the open files are loaded nothing goes over the network (invariant 10).

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

test.each(["codemirror", "monaco"] as const)("%s: no request while it predicts", async (editor) => {
  const playground = await Playground.open(browser, { editor, offline: true });
  await playground.state("ready");
  await playground.keptForOffline();
  await playground.page.waitForLoadState("networkidle");
  const byPage = playground.requests.filter((request) => request.serviceWorker() === null);
  const loading = byPage.map((request) => new URL(request.url()).pathname);
  expect(loading.join(" "), "what the worker fetches is seen too").toMatch(/\.gguf/);
  const grammars = loading.filter((path) => path.includes("grammar") || path.includes("tree-sitter-t"));
  expect(grammars, "one grammar for the two files").toEqual([
    expect.stringMatching(/tree-sitter-typescript/),
  ]);

  playground.requests.length = 0;
  await playground.page.context().setOffline(true);
  await playground.predicts();

  expect(playground.requests.map((request) => request.url())).toEqual([]);
  expect(await playground.byTestId("requests").textContent(), "what the page itself counts").toBe("0");
  await playground.close();
});
