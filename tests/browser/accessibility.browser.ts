// What axe-core finds in the playground, with a suggestion on show, in both themes.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { type EditorName, Playground } from "./playground.js";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What Monaco draws itself, and we have no say in. */
const THEIRS = { codemirror: [], monaco: [".monaco-editor"] };

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

test.each(
  (["codemirror", "monaco"] as EditorName[]).flatMap((editor) =>
    (["light", "dark"] as const).map((colorScheme) => ({ editor, colorScheme })),
  ),
)("$editor, $colorScheme", async ({ editor, colorScheme }) => {
  const playground = await Playground.open(browser, { editor, byRule: true });
  const { page } = playground;
  await page.emulateMedia({ colorScheme });
  await playground.state("ready");
  await page.getByText("Another model").click();
  await playground.renameTotal("grandTotal");
  await playground.shows("total", "grandTotal");

  await page.evaluate(await readFile(axe, "utf8"));
  const { violations } = await page.evaluate((exclude): Promise<AxeResults> => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    return axe.run({ exclude });
  }, THEIRS[editor]);
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => ({ id, html, failureSummary })),
  );
  expect(found).toEqual([]);
  await playground.close();
});
