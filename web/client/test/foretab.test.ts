import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cancelled } from "../src/cancelled.js";
import { createForetab, type Foretab } from "../src/index.js";
import { RecordedWorker } from "./recorded-worker.js";

let worker: RecordedWorker;
let foretab: Foretab;

beforeEach(() => {
  worker = new RecordedWorker();
  foretab = createForetab({ worker: worker as unknown as Worker });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test("loads a model at once, and is ready when the worker says so", async () => {
  expect(worker.received).toMatchObject([{ type: "load", options: { backend: "auto" } }]);
  expect(foretab.model).toBeUndefined();
  worker.loaded();
  expect((await foretab.ready).name).toBe("recorded");
});

test("an answer is awaited from the moment that the rule can be asked, before any model", () => {
  const document = foretab.open("a.ts", "a");
  document.tell({ type: "asked" });
  expect(document.awaiting).toBe(false);
  worker.say({ type: "rule" });
  expect(document.awaiting).toBe(true);
  worker.heard();
  expect(document.awaiting).toBe(false);
  expect(foretab.loaded).toBe(false);
  expect(foretab.status.state).toBe("loading");
});

test("every model is loaded with the options that it was made with", async () => {
  const options = {
    context: 2048,
    threads: 2,
    dialect: "sweep_server" as const,
    imports: false,
    rejoin: false,
    debounce: 100,
    ahead: false,
    worker: worker as unknown as Worker,
  };
  const foretab = createForetab(options);
  void foretab.load(undefined, "cpu");
  const asked = worker.received.flatMap((request) => (request.type === "load" ? [request.options] : []));
  const { worker: _, ...same } = options;
  expect(asked.slice(-2)).toEqual([
    { backend: "auto", ...same },
    { backend: "cpu", ...same },
  ]);
});

test.each([
  ["m.gguf", { url: "https://example.org/page/m.gguf" }],
  [new URL("https://example.org/m.gguf"), { url: "https://example.org/m.gguf" }],
  [
    { url: "m.gguf", name: "M", bytes: 3, sha256: "00" },
    { url: "https://example.org/page/m.gguf", name: "M", bytes: 3, sha256: "00" },
  ],
  [{ id: "7", name: "M", bytes: 3, loaded: 1, complete: false }, { id: "7" }],
  [undefined, undefined],
])("a model by %s", (model, asked) => {
  vi.stubGlobal("document", { baseURI: "https://example.org/page/" });
  void foretab.load(model);
  expect(worker.received.at(-1)).toMatchObject({ type: "load", model: asked, keep: true });
});

test("an aborted load is cancelled, and the error is no event", async () => {
  worker.loaded();
  const errors: unknown[] = [];
  foretab.on("error", (error) => errors.push(error));
  const control = new AbortController();
  const load = foretab.load(new Blob(), "cpu", { signal: control.signal });
  const { id } = worker.received.at(-1) as { id: number };
  control.abort();
  expect(worker.received.at(-1)).toEqual({ type: "cancel", id });
  worker.say({ type: "failed", id, failure: { code: "cancelled", message: "aborted" } });
  await expect(load).rejects.toMatchObject({ code: "cancelled" });
  expect(errors).toEqual([]);
});

test("what a model takes is asked of the worker; that it cannot be told is no status", async () => {
  worker.loaded();
  const inspection = foretab.inspect(new Blob());
  const { id } = worker.received.at(-1) as { id: number };
  worker.say({ type: "inspected", id, problem: "not a GGUF file" });
  await expect(inspection).rejects.toMatchObject({ code: "model", message: "not a GGUF file" });
  expect(foretab.status.state).toBe("ready");
});

test("the models that are kept are listed and deleted; a worker that ends answers no more", async () => {
  const model = { id: "7", name: "M", bytes: 3, loaded: 3, complete: true };
  const answer = (models: (typeof model)[], deleted: boolean) => {
    const { id } = worker.received.at(-1) as { id: number };
    worker.say({ type: "models", id, models, deleted });
  };
  const list = foretab.models.list();
  answer([model], false);
  expect(await list).toEqual([model]);
  const deleted = foretab.models.delete(model);
  expect(worker.received.at(-1)).toMatchObject({ type: "models", unwanted: "7" });
  answer([], true);
  expect(await deleted).toBe(true);
  const last = foretab.models.list();
  foretab.dispose();
  await expect(last).rejects.toMatchObject({ code: "worker" });
});

test("what was not shown is counted by its reason", async () => {
  worker.loaded();
  const document = foretab.open("a.ts", "");
  const dropped = ["whitespace", "whitespace", "reverts"].map((reason) => ({
    reason,
    message: "",
    from: 0,
    to: 0,
  }));
  const prediction = document.predict();
  const { id } = worker.received.at(-1) as { id: number };
  const nothing = { ...cancelled(), outcome: "nothing", dropped } as const;
  worker.say({ type: "prediction", request: 1, id, document: "a.ts", prediction: nothing, moment: 1 });
  await prediction;
  expect([...foretab.figures.dropped]).toEqual([
    ["whitespace", 2],
    ["reverts", 1],
  ]);
});

test.each([
  [undefined, []],
  [false, [{ type: "grammars", source: false }]],
  ["grammars", [{ type: "grammars", source: "https://example.org/page/grammars/" }]],
] as const)("grammars: %s is said before anything is opened", (grammars, said) => {
  vi.stubGlobal("document", { baseURI: "https://example.org/page/" });
  const worker = new RecordedWorker();
  createForetab({ grammars, worker: worker as unknown as Worker });
  expect(worker.received.slice(0, -1)).toEqual(said);
});

test("which grammars are there, and why one is not", () => {
  const seen: string[] = [];
  foretab.on("syntax", ({ language, state }) => seen.push(`${language} ${state}`));
  worker.say({ type: "syntax", status: { language: "css", state: "loading" } });
  worker.say({ type: "syntax", status: { language: "css", state: "failed", reason: "404" } });
  expect(seen).toEqual(["css loading", "css failed"]);
  expect([...foretab.syntax.values()]).toEqual([{ language: "css", state: "failed", reason: "404" }]);
});

test("a load that fails is an error of its own; the model in use stays", async () => {
  worker.loaded();
  const errors: string[] = [];
  foretab.on("error", ({ message }) => errors.push(message));
  const load = foretab.load(new Blob(["not a model"]));
  const { id } = worker.received.at(-1) as { id: number };
  worker.say({ type: "failed", id, failure: { code: "model", message: "not a GGUF file" } });
  await expect(load).rejects.toMatchObject({ code: "model", message: "not a GGUF file" });
  expect(errors).toEqual(["not a GGUF file"]);
  expect(foretab.model?.name).toBe("recorded");
});

test("a lost GPU is an error and then loaded again; a prediction that is open goes on", async () => {
  worker.loaded();
  const seen: unknown[] = [];
  foretab.on("error", ({ code }) => seen.push(code));
  foretab.on("model", ({ lost }) => seen.push(lost));
  const prediction = foretab.open("a.ts", "").predict();
  worker.say({ type: "failed", failure: { code: "device", message: "The GPU failed." } });
  worker.loaded({ lost: "lost: the driver was reset" });
  expect(seen).toEqual(["device", "lost: the driver was reset"]);
  expect(foretab.model?.lost).toBe("lost: the driver was reset");
  await worker.answer();
  expect((await prediction).outcome).toBe("nothing");
});

test("a GPU that is lost and not replaced leaves no model; the next prediction may bring it back", async () => {
  worker.loaded();
  const document = foretab.open("a.ts", "");
  const prediction = document.predict();
  worker.say({ type: "failed", failure: { code: "device", message: "The GPU failed." } });
  worker.fail("out of memory");
  await expect(prediction).rejects.toMatchObject({ code: "predict", message: "out of memory" });
  expect(foretab.model).toBeUndefined();

  const next = document.predict();
  worker.loaded({ lost: "lost: the driver was reset" });
  await worker.answer();
  expect((await next).outcome).toBe("nothing");
  expect(foretab.model?.lost).toBe("lost: the driver was reset");
});

test("a failure that belongs to no request ends none", async () => {
  worker.say({ type: "failed", failure: { code: "worker", message: "no such document" } });
  worker.loaded();
  await expect(foretab.ready).resolves.toBeDefined();
});

test("a worker that cannot start ends every request", async () => {
  const prediction = foretab.open("a.ts", "").predict();
  worker.dispatchEvent(new Event("error"));
  await expect(foretab.ready).rejects.toMatchObject({ code: "worker" });
  await expect(prediction).rejects.toMatchObject({ code: "worker" });
});

test("events of a prediction name their document", async () => {
  const seen: unknown[] = [];
  foretab.on("answer", (event) => seen.push(event));
  const prediction = foretab.open("a.ts", "x").predict();
  const pieces = [{ text: "x", drafted: true }];
  worker.say({ type: "event", request: 7, document: "a.ts", event: { type: "answer", pieces } });
  expect(seen).toEqual([{ request: 7, document: "a.ts", pieces }]);
  await worker.answer();
  expect((await prediction).outcome).toBe("nothing");
});

test("a path is one document: opening it again brings it up to date by what differs", () => {
  const document = foretab.open("a.ts", "let total = 0;");
  expect(foretab.open("a.ts", "let sum = 0;")).toBe(document);
  expect(worker.received.at(-1)).toMatchObject({ changes: [{ from: 4, to: 9, insert: "sum" }] });
  expect(document.text).toBe("let sum = 0;");
});

test("a closed document says nothing more, and its requests are cancelled", async () => {
  const document = foretab.open("a.ts", "x");
  document.dispose();
  const { length } = worker.received;
  document.change([{ from: 0, to: 1, insert: "y" }], 1);
  document.cursor(0);
  expect((await document.predict()).outcome).toBe("cancelled");
  expect(worker.received.length).toBe(length);
});

test("disposing resolves what is open as cancelled", async () => {
  const prediction = foretab.open("a.ts", "x").predict();
  foretab.dispose();
  expect((await prediction).outcome).toBe("cancelled");
});
