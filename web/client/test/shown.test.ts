import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Controller, createForetab, type EditKind, type Foretab, type TextChange } from "../src/index.js";
import { RecordedWorker } from "./recorded-worker.js";

const start = ["let total = 0;", "", "", "use(total);", "", "use(total);", ""].join("\n");

let worker: RecordedWorker;
let foretab: Foretab;
let controller: Controller;
let text: string;
/** What was told, in words. */
let told: string[];

beforeEach(async () => {
  vi.useFakeTimers();
  worker = new RecordedWorker();
  foretab = createForetab({ worker: worker as unknown as Worker });
  worker.loaded();
  text = start;
  told = [];
  foretab.on("shown", ({ suggestion, delay }) => told.push(`shown ${suggestion.insert} after ${delay}`));
  foretab.on("accepted", ({ suggestion, how }) => told.push(`accepted ${suggestion.insert}: ${how}`));
  foretab.on("rejected", ({ suggestion, why }) => told.push(`rejected ${suggestion.insert}: ${why}`));
  controller = new Controller({ foretab, document: foretab.open("a.ts", start), onChange: () => {} });
  edit({ from: 4, to: 9, insert: "sum" });
});

afterEach(() => {
  vi.useRealTimers();
});

function edit(change: TextChange, kind: EditKind = "typed"): void {
  text = text.slice(0, change.from) + change.insert + text.slice(change.to);
  controller.changed([change], change.from + change.insert.length, kind);
}

/** The answer that comes `delay` ms after that edit. */
async function offer(edits: TextChange[], delay = 0): Promise<void> {
  worker.begin();
  vi.advanceTimersByTime(delay);
  await worker.answer(...edits);
}

/** The nth use of `total`, to become that. */
function use(n: number, insert: string): TextChange {
  const from = [...text.matchAll(/total/g)][n]?.index ?? Number.NaN;
  return { from, to: from + 5, insert };
}

test("shown once, with the time from the last key, wherever the cursor goes and whatever hides it", async () => {
  await offer([use(0, "sum")], 120);
  controller.moved(use(0, "sum").from);
  controller.moved(3, false);
  controller.composing(true);
  controller.composing(false);
  controller.moved(3, true);
  edit({ from: 0, to: 0, insert: "// x\n" });
  expect(controller.view?.suggestion.insert).toBe("sum");
  expect(told).toEqual(["shown sum after 120"]);
});

test("an answer that says the same is no other suggestion; one that says something else is", async () => {
  await offer([use(0, "sum")]);
  await offer([use(0, "sum")]);
  expect(told).toEqual(["shown sum after 0"]);
  await offer([use(0, "other")]);
  expect(told).toEqual(["shown sum after 0", "rejected sum: ignored", "shown other after 0"]);
});

test("accepted at once; the next one is shown then, for the user's accept is its key", async () => {
  await offer([use(0, "sum"), use(1, "sum2")]);
  vi.advanceTimersByTime(5000);
  edit(use(0, "sum"), "accepted");
  expect(told).toEqual(["shown sum after 0", "accepted sum: whole", "shown sum2 after 0"]);
});

test("an accept that Monaco does not call one", async () => {
  await offer([use(0, "sum")]);
  edit(use(0, "sum"), "typed");
  expect(told.at(-1)).toBe("accepted sum: whole");
});

test("typed to its end is accepted, and deleting a letter again tells nothing new", async () => {
  await offer([{ from: 7, to: 7, insert: "s = 1" }]);
  for (const [at, key] of [..."s = 1"].entries()) edit({ from: 7 + at, to: 7 + at, insert: key });
  edit({ from: 11, to: 12, insert: "" });
  expect(controller.view?.suggestion.insert).toBe("1");
  expect(told).toEqual(["shown s = 1 after 0", "accepted s = 1: typed"]);
});

test.each(["word", "line"] as const)(
  "the first %s of it is an accept, the rest tells nothing more",
  async (unit) => {
    await offer([{ from: 7, to: 7, insert: "s one\nand two" }]);
    controller.moved(7);
    const part = controller.part(unit);
    edit(part?.edit ?? use(0, ""));
    expect(told).toEqual(["shown s one\nand two after 0", `accepted s one\nand two: ${unit}`]);
    controller.dismiss();
    expect(told).toHaveLength(2);
  },
);

test("what an input method puts there on the way is no contradiction; what it ends with counts", async () => {
  await offer([{ from: 7, to: 7, insert: "日本" }]);
  controller.composing(true);
  edit({ from: 7, to: 7, insert: "に" });
  edit({ from: 7, to: 8, insert: "日本" });
  expect(told).toHaveLength(1);
  controller.composing(false);
  expect(told.at(-1)).toBe("accepted 日本: typed");
});

test("the next one on show does not end the first; all at once accepts what was seen of them", async () => {
  await offer([use(0, "sum"), use(1, "sum2"), { from: text.length, to: text.length, insert: "end" }]);
  controller.show("next");
  controller.show("previous");
  const all = controller.all();
  controller.changed(all?.edits ?? [], 0, "typed");
  expect(told).toEqual([
    "shown sum after 0",
    "shown sum2 after 0",
    "accepted sum: all",
    "accepted sum2: all",
  ]);
});

test("a word that Monaco itself accepts of ghost text", async () => {
  await offer([{ from: 7, to: 7, insert: "s one two" }]);
  edit({ from: 7, to: 7, insert: "s one" });
  expect(told).toHaveLength(1);
  controller.tookPart("word");
  expect(told.at(-1)).toBe("accepted s one two: word");
  vi.advanceTimersByTime(15_000);
  expect(foretab.figures.survival[0]).toEqual({ seconds: 15, accepts: 1, share: 1 });
});

test("dismissed, contradicted and ignored are told apart", async () => {
  const ends: [string, () => void][] = [
    ["dismissed", () => controller.dismiss()],
    ["contradicted", () => edit({ from: text.length - 3, to: text.length - 2, insert: "x" })],
    ["ignored", () => edit({ from: text.length - 3, to: text.length - 2, insert: "x" }, "other")],
    ["ignored", () => edit({ from: 0, to: 1, insert: "l" }, "undo")],
    ["ignored", () => worker.loaded()],
    ["ignored", () => controller.dispose()],
  ];
  for (const [why, end] of ends) {
    edit({ from: text.length, to: text.length, insert: "\ntotal" });
    await offer([{ from: text.length - 5, to: text.length, insert: why }]);
    end();
    expect(told.at(-1)).toBe(`rejected ${why}: ${why}`);
  }
  expect(told.filter((event) => event.startsWith("shown"))).toHaveLength(ends.length);
  expect(foretab.figures.rejected).toEqual({ dismissed: 1, contradicted: 1, ignored: 4 });
});

test("followed to another document it is still the same, and is accepted there", async () => {
  const document = foretab.open("b.ts", "use(total);");
  const open = vi.fn();
  controller = new Controller({ foretab, document: foretab.open("a.ts", text), open, onChange: () => {} });
  controller.entered(7);
  worker.begin();
  await worker.answerIn("b.ts", 0, { from: 4, to: 9, insert: "sum" });
  expect(controller.follow()).toBe(true);
  const other = new Controller({ foretab, document, onChange: () => {} });
  other.entered(4);
  other.changed([{ from: 4, to: 9, insert: "sum" }], 7, "accepted");
  expect(told).toEqual(["shown sum after 0", "accepted sum: whole"]);
});

test("the figures: counts, acceptance, delays and survival", async () => {
  let changes = 0;
  foretab.on("figures", () => changes++);
  expect(foretab.figures).toMatchObject({ shown: 0, acceptance: undefined, delay: undefined });
  for (const [delay, end] of [
    [100, "accepted"],
    [200, "dismissed"],
    [300, "accepted"],
    [900, "accepted"],
  ] as const) {
    edit({ from: text.length, to: text.length, insert: "\ntotal" });
    await offer([{ from: text.length - 5, to: text.length, insert: "sum" }], delay);
    if (end === "accepted") edit({ from: text.length - 5, to: text.length, insert: "sum" }, "accepted");
    else controller.dismiss();
  }
  expect(changes).toBe(8);
  expect(foretab.figures).toMatchObject({
    shown: 4,
    accepted: { whole: 3, word: 0, line: 0, all: 0, typed: 0 },
    acceptance: 0.75,
    delay: { median: 200, p90: 900 },
  });
  edit({ from: text.length - 3, to: text.length, insert: "" });
  vi.advanceTimersByTime(15_000);
  expect(foretab.figures.survival.slice(0, 2)).toEqual([
    { seconds: 15, accepts: 3, share: 2 / 3 },
    { seconds: 30, accepts: 0, share: undefined },
  ]);
});
