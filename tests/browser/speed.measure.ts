// What a user waits for, as JSON and as a Markdown table: `npm run measure -w tests/browser`.
//
// `RUNS` (default 10) is the number of keystrokes. Nothing here decides a test.

import { cpus } from "node:os";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { launch } from "./chromium.js";
import { DRAWN, type EditorName, Playground } from "./playground.js";

const RUNS = Number(process.env.RUNS ?? 10);

/** All times in ms. */
interface Speed {
  editor: EditorName;
  device: string;
  /** From navigation to a model that is ready. */
  ready: number;
  /** From navigation to the first suggestion on the screen; the user begins to type when the model is ready. */
  firstSuggestion: number;
  /** From the last key going down to the suggestion on the screen, waiting after typing included; median. */
  keystroke: number;
  /** Of that, what the model took; median. */
  prediction: number;
}

test("speed", async () => {
  const speeds: Speed[] = [];
  for (const editor of ["codemirror", "monaco"] as const) {
    for (const backend of ["cpu", "gpu"] as const) speeds.push(await measure(editor, backend));
  }
  console.log(JSON.stringify({ processor: cpus()[0]?.model, cores: cpus().length, runs: RUNS, speeds }));
  console.log(table(speeds));
}, 1_800_000);

async function measure(editor: EditorName, backend: "cpu" | "gpu"): Promise<Speed> {
  const browser = await launch({ webgpu: backend === "gpu" });
  try {
    const playground = await Playground.open(browser, { editor, backend });
    const { page } = playground;
    const ready = await seen(page, '[data-testid="status"][data-state="ready"]', /./);
    await page.evaluate(() => {
      addEventListener("keydown", ({ timeStamp }) => Object.assign(window, { lastKey: timeStamp }), true);
    });

    await playground.renameTotal("grandTota");
    const keystrokes: number[] = [];
    const predictions: number[] = [];
    let firstSuggestion = 0;
    for (let run = 0; run < RUNS; run++) {
      await page.waitForTimeout(300); // the prediction for the shorter name is over, or given up
      await playground.press("l");
      const shown = await seen(page, DRAWN[editor].inserted, /^grandTotal$/);
      keystrokes.push(
        shown - (await page.evaluate(() => (window as unknown as { lastKey: number }).lastKey)),
      );
      firstSuggestion ||= shown;
      predictions.push(Number(await playground.byTestId("outcome").getAttribute("data-total-ms")));
      await playground.press("Backspace");
      await expect.poll(() => playground.text()).toContain("function grandTota(");
    }
    const device = backend === "gpu" ? "WebGPU (SwiftShader)" : "CPU";
    const [keystroke, prediction] = [median(keystrokes), median(predictions)];
    return { editor, device, ready, firstSuggestion, keystroke, prediction };
  } finally {
    await browser.close();
  }
}

/** When that text was first on the screen, in ms since the navigation, by the page's own clock. */
async function seen(page: Page, selector: string, text: RegExp): Promise<number> {
  const now = await page.waitForFunction(
    ([selector, text]) => {
      const found = [...document.querySelectorAll(selector)].map((element) => element.textContent);
      return new RegExp(text).test(found.join("").trim()) && performance.now();
    },
    [selector, text.source] as const,
    { polling: "raf", timeout: 120_000 },
  );
  return Number(await now.jsonValue());
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function table(speeds: readonly Speed[]): string {
  const ms = (value: number) => `${Math.round(value)} ms`;
  return [
    "| Editor | Backend | Model ready | First suggestion | Keystroke to suggestion | of that the model |",
    "|---|---|---:|---:|---:|---:|",
    ...speeds.map((s) =>
      ["", s.editor, s.device, ms(s.ready), ms(s.firstSuggestion), ms(s.keystroke), ms(s.prediction), ""]
        .join(" | ")
        .trim(),
    ),
  ].join("\n");
}
