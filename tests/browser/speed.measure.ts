// What a user waits for, as JSON and as a Markdown table: `npm run measure -w tests/browser`.
//
// `RUNS` (default 10) is the number of keystrokes. Nothing here decides a test.

import { cpus } from "node:os";
import type { Page } from "playwright-core";
import { test } from "vitest";
import { launch } from "./chromium.js";
import { type EditorName, Playground } from "./playground.js";

const RUNS = Number(process.env.RUNS ?? 10);
/** `BACKENDS=cpu` leaves out the software GPU, which may take minutes. */
const BACKENDS = (process.env.BACKENDS ?? "cpu gpu").split(" ") as ("cpu" | "gpu")[];
/** `THREADS="1 2"`: on the CPU, with each number of threads in turn. */
const THREADS = (process.env.THREADS ?? "1").split(" ").map(Number);

/** The panel names the outcome in the same task in which the editor draws it. "Nothing to suggest" is an answer too. */
const ANSWER = '[data-testid="outcome"]:is([data-outcome="suggestions"], [data-outcome="nothing"])';

/** All times in ms. */
interface Speed {
  editor: EditorName;
  device: string;
  /** From navigation to a model that is ready. */
  ready: number;
  /** From navigation to the first answer on the screen; the user begins to type when the model is ready. */
  firstAnswer: number;
  /** From a key going down to its answer on the screen, waiting after typing included; median. */
  keystroke: number;
  /** Of that, what the model took; median. */
  prediction: number;
  /** From the Tab that accepts the first suggestion, shown for two seconds, to the next answer on the screen. */
  next: number;
}

test("speed", async () => {
  const speeds: Speed[] = [];
  for (const backend of BACKENDS) {
    for (const editor of ["codemirror", "monaco"] as const) {
      for (const threads of backend === "cpu" ? THREADS : [1]) {
        speeds.push(await measure(editor, backend, threads));
      }
    }
  }
  console.log(JSON.stringify({ processor: cpus()[0]?.model, cores: cpus().length, runs: RUNS, speeds }));
  console.log(table(speeds));
}, 1_800_000);

async function measure(editor: EditorName, backend: "cpu" | "gpu", threads: number): Promise<Speed> {
  const browser = await launch({ webgpu: backend === "gpu" });
  try {
    const playground = await Playground.open(browser, { editor, backend, threads });
    const { page } = playground;
    const ready = await seen(page, '[data-testid="status"][data-state="ready"]');
    await page.evaluate(() => {
      addEventListener("keydown", ({ timeStamp }) => Object.assign(window, { lastKey: timeStamp }), true);
    });

    await playground.renameTotal("grandTotal");
    const firstAnswer = await seen(page, ANSWER);
    const keystrokes: number[] = [];
    const predictions: number[] = [];
    /** From the last key that these keys press to its answer. */
    const answered = async (keys: () => Promise<void>) => {
      const version = await playground.byTestId("outcome").getAttribute("data-version");
      await keys();
      const shown = await seen(page, `${ANSWER}:not([data-version="${version}"])`);
      const key = await page.evaluate(() => (window as unknown as { lastKey: number }).lastKey);
      return shown - key;
    };
    for (let run = 0; run < RUNS; run++) {
      // A letter, and the letter taken back again; one of its own each time, for what was asked before is known.
      keystrokes.push(
        await answered(() => playground.press("abcdefghijklmnopqrstuvwxyz"[run % 26] as string)),
      );
      predictions.push(Number(await playground.byTestId("outcome").getAttribute("data-total-ms")));
      await answered(() => playground.press("Backspace"));
    }
    await playground.shows("total", "grandTotal");
    await page.waitForTimeout(2000);
    const next = await answered(() => playground.takeEdit());
    const device =
      backend === "gpu" ? "WebGPU (SwiftShader)" : `CPU, ${threads} thread${threads > 1 ? "s" : ""}`;
    const [keystroke, prediction] = [median(keystrokes), median(predictions)];
    return { editor, device, ready, firstAnswer, keystroke, prediction, next };
  } finally {
    await browser.close();
  }
}

/** When such an element was first on the screen, in ms since the navigation, by the page's own clock. */
async function seen(page: Page, selector: string): Promise<number> {
  const now = await page.waitForFunction(
    (selector) => document.querySelector(selector) !== null && performance.now(),
    selector,
    { polling: "raf", timeout: 300_000 },
  );
  return Number(await now.jsonValue());
}

/** Of an even number the mean of the middle two. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

function table(speeds: readonly Speed[]): string {
  const ms = (value: number) => `${Math.round(value)} ms`;
  return [
    "| Editor | Backend | Model ready | First answer | Key to answer | of that the model | Accept to answer |",
    "|---|---|---:|---:|---:|---:|---:|",
    ...speeds.map((s) =>
      ["", s.editor, s.device, ...[s.ready, s.firstAnswer, s.keystroke, s.prediction, s.next].map(ms), ""]
        .join(" | ")
        .trim(),
    ),
  ].join("\n");
}
