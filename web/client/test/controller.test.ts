import { beforeEach, expect, test, vi } from "vitest";
import {
  Controller,
  createForetab,
  type EditKind,
  type Foretab,
  type ForetabDocument,
  type TextChange,
} from "../src/index.js";
import { RecordedWorker } from "./recorded-worker.js";

// Line 1 declares, lines 4 and 6 use.
const start = ["let total = 0;", "", "", "use(total);", "", "use(total);", ""].join("\n");
const declaration = { from: 4, to: 9, insert: "sum" };

let worker: RecordedWorker;
let foretab: Foretab;
let controller: Controller;
let text: string;

beforeEach(() => {
  vi.useFakeTimers();
  worker = new RecordedWorker();
  foretab = createForetab({ worker: worker as unknown as Worker, debounce: 100 });
  worker.loaded();
  text = start;
  controller = new Controller({ foretab, document: foretab.open("a.ts", start), onChange: () => {} });
});

function edit(change: TextChange, kind: EditKind = "typed"): void {
  text = text.slice(0, change.from) + change.insert + text.slice(change.to);
  controller.changed([change], change.from + change.insert.length, kind);
}

/** The nth use of `total` as it is now, to become `sum`. */
function use(n: number): TextChange {
  const from = [...text.matchAll(/total/g)][n]?.index ?? Number.NaN;
  return { from, to: from + 5, insert: "sum" };
}

async function rename(): Promise<void> {
  edit(declaration);
  vi.advanceTimersByTime(100);
  await worker.answer(use(0), use(1));
}

test("asks once, a debounce after the last key", () => {
  edit({ from: 4, to: 9, insert: "s" });
  vi.advanceTimersByTime(99);
  edit({ from: 5, to: 5, insert: "um" });
  vi.advanceTimersByTime(99);
  expect(worker.asked).toBe(0);
  vi.advanceTimersByTime(1);
  expect(worker.asked).toBe(1);
});

test("Tab goes to a far edit, then accepts it; the next is offered at once and a new answer asked for", async () => {
  await rename();
  expect(controller.view).toMatchObject({ place: "elsewhere", remaining: 1 });
  expect(controller.tab()).toEqual({ type: "jump", cursor: use(0).from });
  controller.moved(use(0).from);
  const action = controller.tab();
  expect(action).toMatchObject({ type: "accept", edit: use(0) });
  edit(use(0), "accepted");
  expect(controller.view?.suggestion).toMatchObject(use(0));
  vi.advanceTimersByTime(0);
  expect(worker.asked).toBe(2);
});

test("an answer without edits does not take away what the user is working through", async () => {
  await rename();
  edit(use(0), "accepted");
  vi.advanceTimersByTime(0);
  await worker.answer();
  expect(controller.view?.suggestion).toMatchObject(use(0));
});

test("a newer answer's edit takes the place of an older one's that waited", async () => {
  await rename();
  edit(use(0), "accepted");
  vi.advanceTimersByTime(0);
  const better = { ...use(0), insert: "sum!" };
  await worker.answer(better);
  expect(controller.view).toMatchObject({ suggestion: better, remaining: 0 });
});

test("but not while the user is typing that", async () => {
  await rename();
  edit({ from: use(0).from, to: use(0).from, insert: "s" });
  vi.advanceTimersByTime(100);
  const { from } = use(0);
  await worker.answer({ from, to: from + 5, insert: "other" }, { ...use(1), insert: "sum!" });
  expect(controller.view).toMatchObject({ suggestion: { from, insert: "um" }, remaining: 1 });
});

test("an edit elsewhere moves what is on offer; an answer without edits then takes it away", async () => {
  await rename();
  edit({ from: 0, to: 0, insert: "// x\n" });
  expect(controller.view?.suggestion).toMatchObject(use(0));
  vi.advanceTimersByTime(100);
  await worker.answer();
  expect(controller.view).toBeNull();
});

test("a name that is still being typed is offered nowhere", async () => {
  await rename();
  edit({ from: 7, to: 7, insert: "s" });
  expect(controller.view).toBeNull();

  vi.advanceTimersByTime(100);
  const late = { ...use(0), insert: "sums" };
  edit({ from: 8, to: 8, insert: "2" });
  await worker.answer(late);
  expect(controller.view).toBeNull();
});

test("a late answer is carried over to what was typed meanwhile, or dropped", async () => {
  edit(declaration);
  vi.advanceTimersByTime(100);
  const asked = use(0);
  edit({ from: 0, to: 0, insert: "// x\n" });
  await worker.answer(asked);
  expect(controller.view?.suggestion).toMatchObject(use(0));

  vi.advanceTimersByTime(100);
  const stale = use(0);
  edit({ from: stale.from, to: stale.to, insert: "else" });
  await worker.answer(stale);
  expect(controller.view).toBeNull();
});

test("a dismissed edit is reported and stays away until the next edit", async () => {
  await rename();
  expect(controller.dismiss()).toBe(true);
  expect(controller.view).toBeNull();
  expect(worker.received.at(-1)).toMatchObject({ type: "reject", suggestion: use(0) });
  controller.moved(text.length);
  vi.advanceTimersByTime(1000);
  expect(worker.asked).toBe(1);
  expect(controller.dismiss()).toBe(false);
});

test("undo takes the suggestions away and does not ask", async () => {
  await rename();
  edit({ from: 4, to: 7, insert: "total" }, "undo");
  expect(controller.view).toBeNull();
  vi.advanceTimersByTime(1000);
  expect(worker.asked).toBe(1);
});

test("nothing is shown or asked while an input method composes", async () => {
  await rename();
  controller.composing(true);
  expect(controller.view).toBeNull();
  expect(controller.tab()).toBeNull();
  edit({ from: text.length, to: text.length, insert: "に" });
  vi.advanceTimersByTime(1000);
  expect(worker.asked).toBe(1);
  controller.composing(false);
  vi.advanceTimersByTime(100);
  expect(worker.asked).toBe(2);
});

test("Tab is the editor's while something is selected", async () => {
  await rename();
  controller.moved(0, false);
  expect(controller.tab()).toBeNull();
  controller.moved(0, true);
  expect(controller.tab()).not.toBeNull();
});

test("coming to another document asks there while the user is editing, and not otherwise", () => {
  const document = foretab.open("b.ts", "use(total);");
  const other = new Controller({ foretab, document, onChange: () => {} });
  other.entered(0);
  vi.advanceTimersByTime(1000);
  expect(worker.asked).toBe(0);
  edit(declaration);
  vi.advanceTimersByTime(100);
  other.entered(4);
  vi.advanceTimersByTime(100);
  expect(worker.asked).toBe(2);
  expect(worker.received.at(-1)).toMatchObject({ type: "predict", document: "b.ts", cursor: 4 });
});

test("a failed prediction leaves the controller able to ask again", async () => {
  edit(declaration);
  vi.advanceTimersByTime(100);
  worker.fail("out of memory");
  await Promise.resolve();
  edit({ from: 7, to: 7, insert: "s" });
  vi.advanceTimersByTime(100);
  await worker.answer(use(0));
  expect(controller.view?.suggestion).toMatchObject(use(0));
});

test("asks for no model, but asks one whose GPU was lost: that loads it again", () => {
  const unloaded = new RecordedWorker();
  const other = createForetab({ worker: unloaded as unknown as Worker });
  new Controller({ foretab: other, document: other.open("a.ts", start), onChange: () => {} }).request();
  vi.advanceTimersByTime(1000);
  expect(unloaded.asked).toBe(0);

  worker.say({ type: "failed", failure: { code: "device", message: "The GPU failed." } });
  edit(declaration);
  vi.advanceTimersByTime(100);
  expect(worker.asked).toBe(1);
});

/** What the controllers of a page with two editors asked it to show. */
function twoEditors() {
  const opened: [string, number][] = [];
  const open = (path: string, offset: number) => void opened.push([path, offset]);
  const options = { foretab, open, onChange: () => {} };
  controller = new Controller({ ...options, document: foretab.document("a.ts") as ForetabDocument });
  const other = new Controller({
    ...options,
    document: foretab.open("b.ts", "import './a';\n\nuse(total);\n"),
  });
  return { opened, other };
}

/** The use in `b.ts`. */
const far = { from: 19, to: 24, insert: "sum" };

test("Tab follows an edit into another document, whose editor goes on with it unasked", async () => {
  const { opened, other } = twoEditors();
  edit(declaration);
  vi.advanceTimersByTime(100);
  expect(worker.received.at(-1)).toMatchObject({ type: "predict", elsewhere: true });
  await worker.answerIn("b.ts", 0, far);
  expect(controller.view).toMatchObject({
    place: "document",
    document: "b.ts",
    suggestion: far,
    remaining: 0,
  });
  expect(controller.tab()).toEqual({ type: "open", document: "b.ts", cursor: far.from });

  expect(controller.follow()).toBe(true);
  expect(opened).toEqual([["b.ts", far.from]]);
  expect([controller.view, other.view]).toEqual([null, null]);
  other.entered(0);
  expect(other.view).toMatchObject({ place: "elsewhere", suggestion: far });
  other.moved(far.from);
  expect(other.tab()).toMatchObject({ type: "accept", edit: far });
  vi.advanceTimersByTime(1000);
  expect(worker.asked).toBe(1);
});

test("an edit in either document ends what is on offer for the other one", async () => {
  const { other } = twoEditors();
  const offered = async () => {
    edit(declaration);
    vi.advanceTimersByTime(100);
    await worker.answerIn("b.ts", foretab.document("b.ts")?.version ?? 0, far);
    return controller.view?.place;
  };
  expect(await offered()).toBe("document");
  edit({ from: 0, to: 0, insert: " " });
  expect(controller.view).toBeNull();

  expect(await offered()).toBe("document");
  controller.follow();
  other.changed([{ from: 0, to: 0, insert: "// " }], 3, "other");
  other.entered(0);
  expect(other.view).toBeNull();
});

test("what is dismissed for another document is rejected there", async () => {
  twoEditors();
  edit(declaration);
  vi.advanceTimersByTime(100);
  await worker.answerIn("b.ts", 0, far);
  expect(controller.dismiss()).toBe(true);
  expect(controller.view).toBeNull();
  expect(worker.received.at(-1)).toMatchObject({ type: "reject", document: "b.ts", suggestion: far });
});

test("without a way to open another document none is asked about", () => {
  edit(declaration);
  vi.advanceTimersByTime(100);
  expect(worker.received.at(-1)).toMatchObject({ type: "predict", elsewhere: false });
});
