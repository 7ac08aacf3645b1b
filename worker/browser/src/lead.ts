// The worker that the page talks to: one wasm Session behind the messages of @foretab/client's protocol.

import type { Failure, LoadProgress, ModelStatus, Request, Response } from "@foretab/client";
import type { LoadEvent, Session } from "../../../crates/wasm/pkg/foretab.js";
import { connectEdge, hasGpu } from "./edge.js";
import { Grammars } from "./grammars.js";
import { inspect } from "./inspect.js";
import { keep, recall } from "./measured.js";
import { modelFile, rangeReader } from "./model.js";
import { type Compiled, type Exports, start } from "./module.js";
import { PageClock } from "./page-clock.js";
import { Requests } from "./requests.js";
import { list, type Obtained, remove } from "./store/store.js";
import { startTeam } from "./team.js";

/** A session, who asks it, the module that it is of, what it parses with, and the clock of the page. */
interface Started {
  session: Session;
  requests: Requests;
  clock: PageClock;
  grammars: Grammars;
  exports: Exports;
  compiled: Compiled;
}

/** Starts the session, and answers. */
export function lead(): void {
  const grammars = new Grammars((status) => post({ type: "syntax", status }));
  const starting = start().then(({ exports, compiled }): Started => {
    const session = new exports.Session(
      (language, text) => grammars.errors(language, text),
      (language, text, from, to) => grammars.nodes(language, text, from, to),
    );
    const requests = new Requests(session, post, (code, cause, id) => fail(code, reason(cause), id));
    return { session, requests, clock: new PageClock(), grammars, exports, compiled };
  });

  // Messages that arrive while the module starts wait in order behind it; afterwards each is handled at once.
  let started: Started | undefined;
  starting.then(
    (value) => {
      started = value;
    },
    (cause) => fail("worker", notStarted(cause)),
  );
  addEventListener("message", ({ data }: MessageEvent<Request>) => {
    if (started) return receive(started, data);
    starting.then(
      (value) => receive(value, data),
      (cause) => "id" in data && fail("worker", notStarted(cause), data.id),
    );
  });

  // Whoever wants to know what this worker fetches gets the browser's own list.
  new PerformanceObserver((list) => {
    for (const { name } of list.getEntries()) post({ type: "network", url: name });
  }).observe({ type: "resource", buffered: true });
}

function receive(started: Started, message: Request): void {
  const { session, requests, clock, grammars, exports } = started;
  try {
    switch (message.type) {
      case "grammars":
        grammars.source = message.source;
        break;
      case "load":
        void load(started, message);
        break;
      case "cancel":
        loading.get(message.id)?.abort();
        break;
      case "inspect": {
        const { id, model, context } = message;
        inspect(model, context, exports).then(
          (inspection) => post({ type: "inspected", id, inspection }),
          (cause) => post({ type: "inspected", id, problem: reason(cause) }),
        );
        break;
      }
      case "models":
        models(message).catch((cause) => fail("worker", reason(cause), message.id));
        break;
      case "open":
        session.open(message.document, message.text);
        requests.opened(message);
        grammars.need(exports.languageOf(message.document));
        break;
      case "user":
        requests.user(message, clock.here(message.time));
        break;
      case "change":
        session.change(message.document, message.changes, message.cursor, clock.here(message.time));
        break;
      case "cursor":
        session.cursor(message.document, message.cursor);
        break;
      case "diagnostics":
        session.diagnostics(message.document, message.diagnostics);
        break;
      case "close":
        session.close(message.document);
        requests.tend();
        break;
      case "forget":
        session.forget();
        break;
      case "reject":
        session.reject(message.document, message.suggestion);
        break;
      case "predict":
        void requests.asked(message);
        break;
    }
  } catch (cause) {
    fail("worker", reason(cause));
  }
}

/** The file of the model in use, so that a change of the backend does not fetch it again. */
let inUse: { name: string; obtained: Obtained } | undefined;

/** Somebody can be asked for predictions: a model, or the rule until there is one. */
let answers = false;

/** The loads that are on their way, of which the file may be given up. */
const loading = new Map<number, AbortController>();

/** What `ready` tells where the rule alone answers, as was asked for. */
const RULE: ModelStatus = {
  name: "none",
  backend: "rule",
  device: "",
  context: 0,
  bytes: 0,
  dialect: "",
};

/** Why a load comes to nothing where a later one is done before it. */
const LATER = "A model that was asked for later is there.";

async function load(started: Started, request: Request & { type: "load" }): Promise<void> {
  const { id } = request;
  const control = new AbortController();
  loading.set(id, control);
  try {
    await begin(started, request, control.signal);
  } catch (cause) {
    fail(control.signal.aborted ? "cancelled" : "model", reason(cause), id);
  } finally {
    loading.delete(id);
  }
}

async function begin(
  started: Started,
  request: Request & { type: "load" },
  signal: AbortSignal,
): Promise<void> {
  const { id, model, keep, options } = request;
  const { backend, edge, repeat } = options;
  const { session, requests } = started;
  if (backend === "rule") {
    const isAsked = await session.askRule(id, options);
    return asked(started, request, isAsked ? RULE : undefined);
  }
  // A large model may take minutes to come, and the rule is here.
  if (!answers && repeat !== false) {
    await session.askRule(id, options);
    answers = true;
    post({ type: "rule" });
    requests.tend();
  }
  const choose = backend === "auto" && edge !== undefined;
  const gpu = choose && (await hasGpu());
  if (backend === "edge" || (choose && !gpu)) {
    const failure = await connect(started, request);
    if (failure === undefined) return;
    if (backend === "edge") return fail("edge", failure, id);
  }
  // Bytes have no name that they could be known by.
  const name = model instanceof Blob ? "" : JSON.stringify(model ?? "");
  let obtained: Obtained;
  try {
    signal.throwIfAborted();
    const report = (progress: LoadProgress) => post({ type: "progress", id, progress });
    obtained = name && inUse?.name === name ? inUse.obtained : await modelFile(model, keep, report, signal);
  } catch (cause) {
    if (signal.aborted) throw cause;
    return fail("fetch", reason(cause), id);
  }
  let placed: ModelStatus | undefined;
  try {
    placed = await place(started, request, obtained);
    // A GPU may be there, and not compute what it should.
    if (gpu && placed?.backend === "cpu") await connect(started, request);
  } finally {
    if (!placed && obtained !== inUse?.obtained) obtained.release();
  }
  if (!placed) return;
  if (obtained !== inUse?.obtained) inUse?.obtained.release();
  inUse = { name, obtained };
}

/** Lets the session ask the edge; returns why it cannot be asked. */
async function connect(started: Started, request: Request & { type: "load" }): Promise<string | undefined> {
  const { id, options } = request;
  if (!options.edge) return "There is no edge to ask.";
  try {
    const { connection, status } = await connectEdge(options.edge);
    const isAsked = await started.session.connect(id, connection, options);
    asked(started, request, isAsked ? status : undefined);
    return undefined;
  } catch (cause) {
    return reason(cause);
  }
}

/** What was asked for is asked from now on, and what was asked for before it is not waited for; `undefined`: too late. */
function asked(
  { requests }: Started,
  { id, options }: Request & { type: "load" },
  status: ModelStatus | undefined,
): void {
  if (!status) {
    fail("cancelled", LATER, id);
    return;
  }
  answers = true;
  requests.ahead = options.ahead ?? true;
  post({ type: "loaded", id, status });
  for (const [other, control] of loading) if (other < id) control.abort(new Error(LATER));
  requests.tend();
}

/** Puts the model onto its device, unless a later one is there by then. */
async function place(
  started: Started,
  request: Request & { type: "load" },
  { file, id: stored, unkept, outdated }: Obtained,
): Promise<ModelStatus | undefined> {
  const { id, options } = request;
  const { session, exports, compiled } = started;
  const origin = { stored, unkept, outdated };
  const onEvent = (event: LoadEvent) => {
    switch (event.type) {
      case "progress": {
        const { loaded, total } = event;
        return post({ type: "progress", id, progress: { phase: "prepare", loaded, total } });
      }
      case "lost": {
        const what = event.backend === "gpu" ? "The GPU" : "A thread";
        return fail("device", `${what} failed, and the model is being loaded again. ${event.reason}`);
      }
      case "recovered":
        return post({ type: "loaded", id, status: { ...event.status, ...origin } });
    }
  };
  const job = { compiled, file, context: options.context };
  const team = () => startTeam(options.threads, location.href, job, exports.exchangeBytes());
  const before = options.backend === "cpu" ? "" : await recall();
  exports.rememberMeasured(before);
  const status = await session.load(id, rangeReader(file), file.size, options, onEvent, team);
  const measured = exports.measured();
  if (measured !== before) void keep(measured);
  asked(started, request, status && { ...status, ...origin });
  return status;
}

/** Deletes the model that the page does not want any more, if there is one, and tells which are kept. */
async function models({ id, unwanted }: Request & { type: "models" }): Promise<void> {
  const deleted = unwanted !== undefined && (await remove(unwanted));
  post({ type: "models", id, models: await list(), deleted });
}

function post(message: Response): void {
  postMessage(message);
}

function fail(code: Failure["code"], message: string, id?: number): void {
  post({ type: "failed", id, failure: { code, message } });
}

function notStarted(cause: unknown): string {
  return `The wasm module could not be started: ${reason(cause)}`;
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
