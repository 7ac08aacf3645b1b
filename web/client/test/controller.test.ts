import { beforeEach, expect, test } from "vitest";
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
  worker = new RecordedWorker();
  foretab = createForetab({ worker: worker as unknown as Worker });
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
  worker.begin();
  await worker.answer(use(0), use(1));
}

test("the worker is told of every edit, with what made it, and has the text", () => {
  edit(declaration);
  edit({ from: 0, to: 0, insert: "// x\n" }, "other");
  expect(worker.told).toEqual([
    { type: "edited", kind: "typed", changes: [declaration], cursor: 7 },
    { type: "edited", kind: "other", changes: [{ from: 0, to: 0, insert: "// x\n" }], cursor: 5 },
  ]);
  expect(worker.text("a.ts")).toBe(text);
});

test("an answer is awaited until the worker says that none will come, or it is there", async () => {
  expect(controller.busy).toBe(false);
  edit(declaration);
  expect(controller.busy, "the worker has not heard of it").toBe(true);
  worker.heard();
  expect(controller.busy, "and does not ask").toBe(false);

  edit({ from: 7, to: 7, insert: "s" });
  worker.begin();
  expect(controller.busy).toBe(true);
  await worker.answer();
  expect(controller.busy).toBe(false);
});

test("none is awaited for what the worker had heard of another document", () => {
  const other = new Controller({ foretab, document: foretab.open("b.ts", ""), onChange: () => {} });
  other.entered(0);
  edit(declaration);
  worker.begin();
  expect([controller.busy, other.busy]).toEqual([true, false]);
});

test("Tab goes to a far edit, then accepts it; the next is offered at once and the worker is told", async () => {
  await rename();
  expect(controller.view).toMatchObject({ place: "elsewhere", remaining: 1 });
  expect(controller.tab()).toEqual({ type: "jump", cursor: use(0).from });
  controller.moved(use(0).from);
  expect(worker.told.at(-1)).toEqual({ type: "moved", cursor: use(0).from, plain: true, offered: true });
  const action = controller.tab();
  expect(action).toMatchObject({ type: "accept", edit: use(0) });
  edit(use(0), "accepted");
  expect(controller.view?.suggestion).toMatchObject(use(0));
  expect(worker.told.at(-1)).toMatchObject({ type: "edited", kind: "accepted" });
});

test("the first edit of an answer is offered while that goes on, and is still the same one afterwards", async () => {
  const outcomes: string[] = [];
  foretab.on("shown", () => outcomes.push("shown"));
  foretab.on("rejected", ({ why }) => outcomes.push(why));
  edit(declaration);
  worker.begin();
  worker.answerEarly(use(0));
  expect(controller.busy).toBe(false);
  expect(controller.view).toMatchObject({ suggestion: use(0), remaining: 0 });
  const { from } = use(0);
  edit({ from, to: from, insert: "s" });
  await worker.answer(...[use(0), use(1)].map((one) => ({ ...one, from: one.from - 1, to: one.to - 1 })));
  expect(controller.view).toMatchObject({ suggestion: { from: from + 1, insert: "um" }, remaining: 1 });
  expect(outcomes).toEqual(["shown"]);
});

test("what was dismissed does not come back with the rest of its answer", async () => {
  edit(declaration);
  worker.begin();
  worker.answerEarly(use(0));
  controller.dismiss();
  worker.answerEarly(use(0));
  await worker.answer(use(0), use(1));
  expect(controller.view).toBeNull();
});

test("a suggestion that is typed to its end is accepted", async () => {
  await rename();
  const { from } = use(0);
  for (const [at, key] of [..."sum"].entries()) {
    edit({ from: from + at, to: from + at, insert: key });
    expect(worker.told.at(-1)).toMatchObject({ kind: "typed" });
  }
  edit({ from: from + 3, to: from + 8, insert: "" });
  expect(worker.told.at(-1)).toMatchObject({ kind: "accepted" });
  expect(controller.view).toMatchObject({ suggestion: use(0), remaining: 0 });
});

test("an answer without edits does not take away what the user is working through", async () => {
  await rename();
  edit(use(0), "accepted");
  worker.begin();
  await worker.answer();
  expect(controller.view?.suggestion).toMatchObject(use(0));
});

test("a newer answer's edit takes the place of an older one's that waited", async () => {
  await rename();
  edit(use(0), "accepted");
  worker.begin();
  const better = { ...use(0), insert: "sum!" };
  await worker.answer(better);
  expect(controller.view).toMatchObject({ suggestion: better, remaining: 0 });
});

test("but not while the user is typing that", async () => {
  await rename();
  edit({ from: use(0).from, to: use(0).from, insert: "s" });
  worker.begin();
  const { from } = use(0);
  await worker.answer({ from, to: from + 5, insert: "other" }, { ...use(1), insert: "sum!" });
  expect(controller.view).toMatchObject({ suggestion: { from, insert: "um" }, remaining: 1 });
});

test("an edit elsewhere moves what is on offer; an answer without edits then takes it away", async () => {
  await rename();
  edit({ from: 0, to: 0, insert: "// x\n" });
  expect(controller.view?.suggestion).toMatchObject(use(0));
  worker.begin();
  await worker.answer();
  expect(controller.view).toBeNull();
});

test("a name that is still being typed is offered nowhere", async () => {
  await rename();
  edit({ from: 7, to: 7, insert: "s" });
  expect(controller.view).toBeNull();

  worker.begin();
  const late = { ...use(0), insert: "sums" };
  edit({ from: 8, to: 8, insert: "2" });
  await worker.answer(late);
  expect(controller.view).toBeNull();
});

test("a late answer is carried over to what was typed meanwhile, or dropped", async () => {
  edit(declaration);
  worker.begin();
  const asked = use(0);
  edit({ from: 0, to: 0, insert: "// x\n" });
  await worker.answer(asked);
  expect(controller.view?.suggestion).toMatchObject(use(0));

  worker.begin();
  const stale = use(0);
  edit({ from: stale.from, to: stale.to, insert: "else" });
  await worker.answer(stale);
  expect(controller.view).toBeNull();
});

test("an answer to a text that is five edits old is carried over", async () => {
  edit(declaration);
  const asked = use(0);
  worker.begin();
  for (const n of [1, 2, 3, 4, 5]) {
    edit({ from: 0, to: 0, insert: `// ${n}\n` });
    if (n === 3) worker.heard();
  }
  await worker.answer(asked);
  expect(controller.view?.suggestion).toMatchObject(use(0));
});

test("a dismissed edit is reported and stays away, also where it was being computed again", async () => {
  await rename();
  const shown = use(0);
  worker.begin();
  expect(controller.dismiss()).toBe(true);
  expect(controller.view).toBeNull();
  expect(worker.told.at(-1)).toMatchObject({ type: "dismissed", suggestion: shown });
  await worker.answer(shown);
  expect(controller.view).toBeNull();
  expect(controller.dismiss()).toBe(false);
});

test("undo takes the suggestions away, and those that are being computed", async () => {
  await rename();
  worker.begin();
  const late = use(1);
  edit({ from: 4, to: 7, insert: "total" }, "undo");
  expect(controller.view).toBeNull();
  expect(worker.told.at(-1)).toMatchObject({ type: "edited", kind: "undo" });
  await worker.answer(late);
  expect(controller.view).toBeNull();
});

test("nothing is shown while an input method composes, and the worker is told of it", async () => {
  await rename();
  controller.composing(true);
  expect(controller.view).toBeNull();
  expect(controller.tab()).toBeNull();
  edit({ from: text.length, to: text.length, insert: "に" });
  controller.composing(false);
  expect(controller.view).not.toBeNull();
  const composing = worker.told.filter(({ type }) => type === "composing");
  expect(composing).toEqual([
    { type: "composing", active: true },
    { type: "composing", active: false },
  ]);
});

test("what an input method puts there on the way does not count, but what it ends with", async () => {
  await rename();
  const { from } = use(0);
  controller.composing(true);
  edit({ from, to: from, insert: "に" });
  edit({ from, to: from + 1, insert: "s" });
  controller.composing(false);
  expect(controller.view?.suggestion).toMatchObject({ from: from + 1, insert: "um" });
});

test("Tab is the editor's while something is selected", async () => {
  await rename();
  controller.moved(3, false);
  expect(controller.tab()).toBeNull();
  controller.moved(3, true);
  expect(controller.tab()).not.toBeNull();
});

test("in leading white space Tab is the editor's, unless the edit is on that line; the action is there", async () => {
  await rename();
  edit({ from: text.indexOf("use"), to: text.indexOf("use"), insert: "  " }, "other");
  worker.begin();
  await worker.answer(use(0), use(1));
  const at = (cursor: number) => {
    controller.moved(cursor);
    return [controller.tab()?.type, controller.action()?.type];
  };
  const line = text.lastIndexOf("\n", use(0).from) + 1;
  expect(at(0)).toEqual([undefined, "jump"]);
  expect(at(1)).toEqual(["jump", "jump"]);
  expect(at(line - 1), "an empty line next to it").toEqual([undefined, "accept"]);
  expect(at(line + 1)).toEqual(["accept", "accept"]);
});

test("who has just accepted one goes on by Tab, wherever the cursor is then", async () => {
  edit(declaration);
  worker.begin();
  const gone = { from: text.indexOf("use"), to: text.indexOf("use") + "use(total);\n".length, insert: "" };
  await worker.answer(gone, use(1));
  controller.moved(gone.from);
  edit(gone, "accepted");
  controller.moved(gone.from);
  expect(controller.tab()).toMatchObject({ type: "accept", edit: use(0) });
  edit({ from: 0, to: 0, insert: "// x\n" });
  expect(controller.tab()).toBeNull();
});

test("subtle: nothing is shown until Alt is held or the user asks, and Tab is the editor's", async () => {
  controller.mode = "subtle";
  await rename();
  expect([controller.view, controller.tab(), controller.action()]).toEqual([null, null, null]);
  expect(controller.hidden?.suggestion).toMatchObject(use(0));
  expect(controller.dismiss(), "Escape is the editor's").toBe(false);

  expect(controller.holding(true)).toBe(true);
  expect([controller.view?.suggestion, controller.hidden]).toMatchObject([use(0), null]);
  expect([controller.tab(), controller.action()]).toMatchObject([null, { type: "jump" }]);
  expect(controller.holding(false)).toBe(true);
  expect(controller.view).toBeNull();

  controller.request();
  expect(controller.tab()).toMatchObject({ type: "jump" });
  controller.mode = "eager";
  expect(controller.holding(true), "Alt alone does nothing").toBe(false);
});

test("collapsed: a mark until the cursor is there; what is accepted leaves the next one collapsed", async () => {
  controller.mode = "collapsed";
  await rename();
  const near = use(0).from - 1;
  controller.moved(near);
  expect(controller.view).toMatchObject({ suggestion: use(0), collapsed: true, place: "elsewhere" });
  controller.moved(near - 1);
  expect(controller.action()).toEqual({ type: "jump", cursor: use(0).from });
  controller.moved(use(0).from);
  expect(controller.view).toMatchObject({ collapsed: false, place: "here" });
  edit(use(0), "accepted");
  expect(controller.view).toMatchObject({ suggestion: use(0), collapsed: true });
  controller.request();
  expect(controller.view).toMatchObject({ suggestion: use(0), collapsed: false });
});

test("coming to another document is told, and its answer is shown there", async () => {
  const document = foretab.open("b.ts", "use(total);");
  const other = new Controller({ foretab, document, onChange: () => {} });
  edit(declaration);
  other.entered(4);
  expect(worker.received.at(-1)).toMatchObject({ document: "b.ts", event: { type: "entered", cursor: 4 } });
  worker.begin("b.ts");
  await worker.answer({ from: 4, to: 9, insert: "sum" });
  expect(other.view?.suggestion).toMatchObject({ from: 4, to: 9, insert: "sum" });
  expect(controller.view).toBeNull();
});

test("a failed prediction leaves the controller able to show the next", async () => {
  edit(declaration);
  worker.begin();
  worker.fail("out of memory");
  expect(controller.busy).toBe(false);
  edit({ from: 7, to: 7, insert: "s" });
  worker.begin();
  await worker.answer(use(0));
  expect(controller.view?.suggestion).toMatchObject(use(0));
});

test("another model takes the suggestions away, the same one on another device does not", async () => {
  await rename();
  worker.loaded({ lost: "lost: the driver was reset" });
  expect(controller.view?.suggestion).toMatchObject(use(0));
  worker.loaded();
  expect(controller.view).toBeNull();
});

test("nothing is awaited of no model, but of one whose GPU was lost: asking loads it again", () => {
  const unloaded = new RecordedWorker();
  const other = createForetab({ worker: unloaded as unknown as Worker });
  const waiting = new Controller({ foretab: other, document: other.open("a.ts", start), onChange: () => {} });
  waiting.request();
  expect(unloaded.told).toEqual([{ type: "asked" }]);
  expect(waiting.busy).toBe(false);

  worker.say({ type: "failed", failure: { code: "device", message: "The GPU failed." } });
  edit(declaration);
  worker.begin();
  expect(controller.busy).toBe(true);
});

test("what the page asks for itself is shown nowhere", async () => {
  edit(declaration);
  worker.heard();
  const asked = foretab.document("a.ts")?.predict();
  await worker.answer(use(0));
  expect((await asked)?.outcome).toBe("suggestions");
  expect(controller.view).toBeNull();
});

test("who is disposed of is shown nothing more, nor who comes after with what was asked before", async () => {
  edit(declaration);
  worker.begin();
  const asked = use(0);
  controller.dispose();
  expect(worker.told.at(-1)).toEqual({ type: "left" });
  const document = foretab.document("a.ts") ?? foretab.open("a.ts", text);
  const next = new Controller({ foretab, document, onChange: () => {} });
  await worker.answer(asked);
  expect([controller.view, next.view]).toEqual([null, null]);
});

test("an answer for a document that was closed is not one for what is opened by its name", async () => {
  edit(declaration);
  worker.begin();
  const asked = use(0);
  foretab.document("a.ts")?.dispose();
  const document = foretab.open("a.ts", start);
  const next = new Controller({ foretab, document, onChange: () => {} });
  next.changed([declaration], 7, "typed");
  await worker.answer(asked);
  expect(next.view).toBeNull();
});

test("a word is accepted, and the rest stays on offer", async () => {
  edit(declaration);
  worker.begin();
  await worker.answer({ from: 7, to: 7, insert: ": number | null" });
  const words: unknown[] = [];
  for (let part = controller.part("word"); part; part = controller.part("word")) {
    words.push(part.edit.insert);
    edit(part.edit);
  }
  expect(words).toEqual([":", " number", " |", " null"]);
  expect(text).toContain("let sum: number | null = 0;");
  expect(worker.told.at(-1), "what follows is asked for at once").toMatchObject({ kind: "accepted" });
});

test("nothing is accepted in part where the cursor is not", async () => {
  await rename();
  expect(controller.part("word")).toBeNull();
  const { from } = use(0);
  controller.moved(from - 1);
  expect([controller.view?.place, controller.part("word")]).toEqual(["here", null]);
  controller.moved(from);
  expect(controller.part("word")?.edit).toEqual(use(0));
});

test("the next one is shown in place of the first, and the previous one again; Tab is for that", async () => {
  await rename();
  expect(controller.show("next")).toBe(true);
  expect(controller.view).toMatchObject({ suggestion: use(1), remaining: 1 });
  expect(controller.tab()).toMatchObject({ type: "jump", cursor: use(1).from });
  edit(use(1), "accepted");
  expect(controller.view, "what was passed over is still on offer").toMatchObject({ suggestion: use(0) });
  expect(controller.show("next"), "nothing waits").toBe(false);
});

test("round and round, also past one that was typed in full", async () => {
  edit(declaration);
  worker.begin();
  await worker.answer(use(0), use(1), { from: text.length, to: text.length, insert: "end" });
  edit({ ...use(0), insert: "sum" });
  const shown = [];
  for (const which of ["previous", "previous", "next", "next", "next"] as const) {
    controller.show(which);
    shown.push(controller.view?.suggestion.insert);
  }
  expect(shown).toEqual(["end", "sum", "end", "sum", "end"]);
});

test("all are accepted as one edit; the cursor stays in the text, or goes behind what is put at it", async () => {
  edit(declaration);
  worker.begin();
  await worker.answer(use(1), { from: 7, to: 7, insert: ": number" }, use(0));
  controller.show("next");
  const all = controller.all();
  expect(all).toEqual({ edits: [{ from: 7, to: 7, insert: ": number" }, use(0), use(1)], cursor: 15 });
  controller.moved(text.length);
  expect(controller.all()?.cursor).toBe(
    text.length + ": number".length + 2 * ("sum".length - "total".length),
  );

  controller.changed(all?.edits ?? [], 15, "accepted");
  expect(worker.text("a.ts")).toBe(start.replaceAll("total", "sum").replace("sum =", "sum: number ="));
  expect([controller.view, controller.all()]).toEqual([null, null]);
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
  expect(worker.received.at(-1)).toMatchObject({ type: "user", elsewhere: true });
  worker.begin();
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
  const moved = { type: "moved", cursor: far.from, plain: true, offered: true };
  expect(worker.told.slice(1), "which asks for nothing").toEqual([moved]);
});

test("an edit in either document ends what is on offer for the other one", async () => {
  const { other } = twoEditors();
  const offered = async () => {
    edit(declaration);
    worker.begin();
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
  worker.begin();
  await worker.answerIn("b.ts", 0, far);
  expect(controller.dismiss()).toBe(true);
  expect(controller.view).toBeNull();
  expect(worker.received.at(-1)).toMatchObject({
    type: "user",
    document: "b.ts",
    event: { type: "dismissed", suggestion: far },
  });
});

test("without a way to open another document none is asked about", () => {
  edit(declaration);
  expect(worker.received.at(-1)).toMatchObject({ type: "user", elsewhere: false });
});
