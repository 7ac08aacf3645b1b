// What a key costs the page's main thread in a file of 10,000 lines, with Foretab and without, as a Markdown table:
// `npm run measure -w tests/browser -- keystroke`.
//
// `SCENE` (default all) is one of the scenes below; `ONLY` (default both) one of the editors. `KEYS` (default 300) is the number of keys; `ROUNDS` (default 2) how often all of them are typed in each page.
// Times are those that the thread ran, whatever else the machine does. Nothing here decides a test.

import { cpus } from "node:os";
import type { Browser } from "playwright-core";
import { test } from "vitest";
import { launch } from "./chromium.js";
import type { EditorName } from "./playground.js";
import type { Setup } from "./stage/setup.js";
import { Stage } from "./stage.js";

const KEYS = Number(process.env.KEYS ?? 300);
const ROUNDS = Number(process.env.ROUNDS ?? 2);
const LINES = 10_000;
/** Between two keys, and after every tenth: so long that the model is asked, and answers are drawn; ms. */
const BETWEEN = 80;
const PAUSE = 1500;

/** What is typed, again and again: what the rest of the file says, and something else. */
const TYPED = "const sum = total(items) + 1; // new\n";
const FILE = `import { formatPrice } from "./format";

export function total(items: number[]): number {
  return items.reduce((sum, item) => sum + item, 0);
}

export function average(items: number[]): number {
  return items.length === 0 ? 0 : total(items) / items.length;
}
`;
const path = "src/large.ts";

/** What is on show while the user types. */
interface Scene {
  /** Typed before anything is measured. */
  first: string;
  /** Typed while it is measured, again and again. */
  typed: string;
  /** What a worker without a model answers; default: the embedded model. */
  answers?: Setup["answers"];
}

const CALL = "const mean = total(items) / items.length;\n";
const REST = "items.map((item) => item.price).filter((price) => price > 0).reduce((a, b) => a + b, 0) + ";
const SCENES: Record<string, Scene> = {
  "hardly any edit on show": { first: "\n", typed: TYPED },
  "typing what is suggested": {
    first: "\nconst sum = ",
    typed: REST,
    answers: [["const sum = «»\n", REST.repeat(Math.ceil(KEYS / REST.length) + 1)]],
  },
  "an edit on show elsewhere": {
    first: `\n${CALL}`,
    typed: TYPED,
    answers: [["mean = «total»(", "grandTotal"]],
  },
};
const EDITORS = ["codemirror", "monaco"] as const;

/** Of one way to type, in ms of the main thread. */
interface Cost {
  keys: number[];
  /** Tasks of more than 50 ms. */
  long: number[];
}

/** What Foretab is compared with: drawing the same costs something by itself, and Monaco has machinery of its own. */
const BESIDE = { codemirror: ["nothing", "same"], monaco: ["nothing", "silent", "same"] } as const;

test("keystroke", async () => {
  const browser = await launch({ webgpu: false });
  const rows: string[] = [];
  const { SCENE, ONLY } = process.env;
  const cases = EDITORS.filter((editor) => editor === (ONLY ?? editor)).flatMap((editor) =>
    Object.entries(SCENES)
      .filter(([name]) => name === (SCENE ?? name))
      .map(([name, scene]) => ({ editor, name, scene })),
  );
  for (const { editor, name, scene } of cases) {
    const ways = [...BESIDE[editor].filter((way) => way !== "same" || scene.answers), undefined];
    const costs = ways.map((): Cost[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, without] of ways.entries())
        costs[index]?.push(await typed(browser, editor, scene, without));
    }
    const times = costs.map((costs) => costs.flatMap(({ keys }) => keys));
    const ours = times.at(-1) ?? [];
    for (const [index, without] of ways.entries()) {
      const long = costs[index]?.flatMap(({ long }) => long) ?? [];
      const more = (part: number) => quantile(ours, part) - quantile(times[index] ?? [], part);
      const cells = [
        editor,
        name,
        without ?? "**Foretab**",
        quantile(times[index] ?? [], 0.5),
        quantile(times[index] ?? [], 0.99),
        ...(without ? [more(0.5), more(0.99)] : ["", ""]),
        long.length > 0 ? `${long.join(", ")} ms` : "none",
      ];
      rows.push(
        `| ${cells.map((cell) => (typeof cell === "number" ? cell.toFixed(2) : cell)).join(" | ")} |`,
      );
    }
  }
  await browser.close();
  console.log(`${cpus().length} × ${cpus()[0]?.model}, ${ROUNDS} × ${KEYS} keys, ${LINES} lines`);
  console.log("| Editor | while | with | median | p99 | Foretab more: median | p99 | long tasks |");
  console.log("|---|---|---|---:|---:|---:|---:|---|");
  console.log(rows.join("\n"));
}, 1_800_000);

async function typed(
  browser: Browser,
  editor: EditorName,
  { first, typed, answers }: Scene,
  without: Setup["without"],
): Promise<Cost> {
  const stage = await Stage.set(browser, editor, {
    files: { [path]: FILE },
    lines: LINES,
    ...(answers && { answers }),
    ...(without && { without }),
  });
  const { page } = stage;
  const middle = (await stage.text()).indexOf("\n", (await stage.text()).length / 2);
  await page.mouse.click(300, 40); // Playwright would scroll Monaco to click on its middle
  await stage.call("setCursors", [middle]);
  await page.keyboard.type(first, { delay: BETWEEN });
  if (answers && (!without || without === "same")) await stage.inserted.or(stage.ghost).first().waitFor();
  const { length } = await stage.text();
  await page.waitForTimeout(3000);
  await browser.startTracing(page, {
    categories: ["devtools.timeline", "disabled-by-default-devtools.timeline"],
  });
  for (let key = 0; key < KEYS; key++) {
    const letter = typed[key % typed.length] as string;
    await page.keyboard.press(letter === "\n" ? "Enter" : letter);
    await page.waitForTimeout(key % 10 === 9 ? PAUSE : BETWEEN);
  }
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  if (answers && (!without || without === "same")) await stage.inserted.or(stage.ghost).first().waitFor();
  const grown = (await stage.text()).length - length;
  if (grown < KEYS) throw new Error(`${KEYS} keys made the text ${grown} longer`);
  await stage.close();
  return cost(traceEvents);
}

/** Of Chromium's trace: times in us, `tdur` that which the thread ran. */
interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  tdur?: number;
  args: { name?: string; data?: { type?: string } };
}

/** What the main thread ran from each key going down to the next one. */
function cost(events: readonly TraceEvent[]): Cost {
  const isKey = ({ name, args }: TraceEvent) => name === "EventDispatch" && args.data?.type === "keydown";
  const main = events.find(isKey);
  const own = events
    .filter(({ pid, tid }) => pid === main?.pid && tid === main.tid)
    .sort((a, b) => a.ts - b.ts);
  const starts = own.filter(isKey).map(({ ts }) => ts);
  const keys = starts.map(() => 0);
  const long: number[] = [];
  let key = -1;
  for (const task of own.filter(({ name }) => name === "RunTask")) {
    const ms = (task.tdur ?? 0) / 1000;
    // The task that a key goes down in has begun before.
    while ((starts[key + 1] ?? Number.POSITIVE_INFINITY) <= task.ts + (task.tdur ?? 0)) key++;
    if (key < 0) continue;
    keys[key] = (keys[key] ?? 0) + ms;
    if (ms > 50) long.push(Math.round(ms));
  }
  return { keys, long };
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}
