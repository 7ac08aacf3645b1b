import { cancelled } from "./cancelled.js";
import { type DocumentPort, ForetabDocument } from "./document.js";
import { Emitter } from "./emitter.js";
import { FigureKeeper, type Figures } from "./figures.js";
import { type LanguageStorage, Languages } from "./languages.js";
import { ModelStore } from "./model-store.js";
import type { Failure, ModelRequest, ModelSource, Request, Response, SyntaxStatus } from "./protocol.js";
import type {
  AnswerPiece,
  BackendChoice,
  Dialect,
  Edge,
  Inspection,
  ModelStatus,
  Offer,
  Prediction,
  UserEvent,
} from "./session-types.js";
import { type AcceptedAs, type RejectedAs, ShownSuggestions, type SuggestionOutcome } from "./shown.js";
import { type Status, StatusKeeper } from "./status.js";
import { Survival } from "./survival.js";

export interface ForetabOptions {
  /**
   * A GGUF file: its address, its bytes, an entry of the `catalogue`, or one of `Foretab.models`. Default: the small
   * model that comes with this package.
   */
  model?: ModelSource | undefined;
  /**
   * Keep model files that are fetched, and `File`s, in the browser's own file system: once for all tabs and visits.
   * Default true. The model of this package, `Blob`s and `ArrayBuffer`s are not.
   */
  keep?: boolean | undefined;
  /**
   * Default "auto": WebGPU where there is an adapter, else the `edge` where it answers, else the CPU. "rule": no model is
   * fetched, and none asked; what the rules have is all that there is (see `repeat`).
   */
  backend?: BackendChoice | undefined;
  /** A server that predicts in the page's place. What is edited is sent to it, and to nobody else. Default: none. */
  edge?: Edge | undefined;
  /** Tokens for prompt and answer together. Default: what the model was made for, within the memory there is. */
  context?: number | undefined;
  /**
   * Threads that compute on the CPU; more than one only where the page is cross-origin isolated. Default: as many as
   * there are processors, less one, and at most 4.
   */
  threads?: number | undefined;
  /** The prompt format. Default: the one that the model's file names, and "sweep_card" where it names none. */
  dialect?: Dialect | undefined;
  /**
   * Offer all edits, or "repetitions" only: those that make the user's newest change again, for a model that can do
   * nothing else. Default: what the model's file names, and "all" where it names none.
   */
  edits?: "all" | "repetitions" | undefined;
  /** Offer edits of nothing but imports. Default true. */
  imports?: boolean | undefined;
  /**
   * Where no surer place yields anything, ask about other places of a word that was added, and about the next lines.
   * Finds more, takes longer, and shows more that is not wanted. Default false.
   */
  explore?: boolean | undefined;
  /**
   * By rule and at once, go on with what is being typed as a line near by does, or make the user's newest change again at
   * the other places near the cursor that it fits, and ask the model only where there is nothing of that. Default: true
   * for a model of which nothing but repetitions is offered, as the one of this package, since the rule has more of them;
   * false for others, and for the edge. Until the first model is there the rule answers alone, unless this is false.
   */
  repeat?: boolean | undefined;
  /**
   * End an answer once it has come back to the text that it rewrites: it then holds one change, and the next is asked
   * for after the accept. Where false the first change is shown at that moment, and the others when the answer has
   * ended. Default true.
   */
  rejoin?: boolean | undefined;
  /**
   * Folder of the grammars (`tree-sitter-<language>.wasm`) with which suggestions are kept from breaking code that
   * parses; `false` for no such check. Default: those that come with this package, each fetched from beside the
   * worker when a document in its language is first opened.
   */
  grammars?: string | URL | false | undefined;
  /** A running worker, or how to make one; where a bundler or a CDN needs its own way. */
  worker?: Worker | (() => Worker) | undefined;
  /** Address of `@foretab/client/worker.js`, of the same origin. Default: beside this module. */
  workerUrl?: string | URL | undefined;
  /**
   * The longest wait after typing before the model is asked, in ms; the shortest is 50. In between it follows the
   * user's rhythm, the place in the line and how fast the model answers. Default 300.
   */
  debounce?: number | undefined;
  /**
   * While a suggestion is on show, compute what follows once it is accepted, so that the next one is there at once.
   * Costs a prediction more for each that shows something. Default true.
   */
  ahead?: boolean | undefined;
  /** Where `languages` are remembered; `null`: nowhere. Default: `localStorage`, where the page has it. */
  storage?: LanguageStorage | null | undefined;
}

/** Events of a Foretab; `request` tells predictions apart. */
export interface ForetabEvents {
  /** `Foretab.status` has changed. */
  status: Status;
  /** A model has been loaded. */
  model: ModelStatus;
  /** A prediction has begun: the prompt as the model sees it. */
  prompt: { request: number; document: string; text: string; tokens: number; cached: number };
  /** The answer grew. */
  answer: { request: number; document: string; pieces: AnswerPiece[] };
  /** A forward pass ended. */
  pass: { request: number; document: string; tokens: number; accepted: number; ms: number };
  prediction: { request: number; document: string; prediction: Prediction };
  /** A suggestion is shown for the first time. Once for each; then one of the two below follows, once as well. */
  shown: SuggestionOutcome;
  /** It was accepted, be it in part: by its first word or line. */
  accepted: SuggestionOutcome & { how: AcceptedAs };
  /** It is not on offer any more, and nothing of it was accepted. */
  rejected: SuggestionOutcome & { why: RejectedAs };
  /** `Foretab.figures` have changed. */
  figures: Figures;
  /** A grammar is being loaded, is ready, or did not come. */
  syntax: SyntaxStatus;
  /** The worker fetched something: its wasm module, the model, grammars, and nothing after that. */
  network: { url: string };
  error: Failure;
}

export interface LoadRequestOptions {
  /** The server to ask this time where `backend` lets it. Default: that of the Foretab. */
  edge?: Edge | undefined;
  /** The prompt format of this model. Default: that of the Foretab's options, and without one what its file names. */
  dialect?: Dialect | undefined;
  /** Ends the fetching of the file; what has come is kept, and the next load of it goes on from there. */
  signal?: AbortSignal | undefined;
}

/** A failed request. */
export class ForetabError extends Error {
  override name = "ForetabError";

  constructor(
    readonly code: Failure["code"],
    message: string,
  ) {
    super(message);
  }
}

/** Starts a worker and loads a model into it. One Foretab serves every editor of a page. */
export function createForetab(options: ForetabOptions = {}): Foretab {
  return new Foretab(options);
}

interface Waiting<T> {
  resolve(value: T): void;
  reject(error: ForetabError): void;
}

/** One worker with one model, and the documents that are open. */
export class Foretab {
  /** What the user has followed from one document to another, until the other's controller takes it over. */
  followed: { document: string; offer: Offer } | null = null;

  /** The languages that suggestions are switched on and off for. */
  readonly languages: Languages;
  /** For controllers: what becomes of the suggestions that they show. */
  readonly shown: ShownSuggestions;
  /** The model files that the browser keeps for this page's origin. */
  readonly models: ModelStore;

  readonly #worker: Worker;
  readonly #events = new Emitter<ForetabEvents>();
  readonly #figures = new FigureKeeper(() => this.#events.emit("figures", this.figures));
  readonly #survival = new Survival((...measure) => this.#figures.survived(...measure));
  readonly #documents = new Map<string, ForetabDocument>();
  readonly #syntax = new Map<string, SyntaxStatus>();
  readonly #inspections = new Map<number, Waiting<Inspection>>();
  readonly #loads = new Map<number, Waiting<ModelStatus>>();
  readonly #predictions = new Map<number, Waiting<Prediction>>();
  readonly #keep: boolean;
  readonly #edge: Edge | undefined;
  readonly #context: number | undefined;
  readonly #threads: number | undefined;
  readonly #debounce: number | undefined;
  readonly #ahead: boolean | undefined;
  readonly #dialect: Dialect | undefined;
  readonly #edits: ForetabOptions["edits"];
  readonly #imports: boolean | undefined;
  readonly #explore: boolean | undefined;
  readonly #repeat: boolean | undefined;
  readonly #rejoin: boolean | undefined;
  #nextId = 1;
  #moment = 0;
  readonly #status = new StatusKeeper((status) => this.#events.emit("status", status));
  #loaded = false;
  /** A model can be asked, or the rule until there is one. */
  #answers = false;
  #ready: Promise<ModelStatus>;

  constructor(options: ForetabOptions) {
    this.models = new ModelStore(
      () => this.#nextId++,
      (request) => this.#post(request),
    );
    this.#keep = options.keep ?? true;
    this.#edge = options.edge;
    this.#context = options.context;
    this.#threads = options.threads;
    this.#debounce = options.debounce;
    this.#ahead = options.ahead;
    this.languages = new Languages(options.storage);
    this.#dialect = options.dialect;
    this.#edits = options.edits;
    this.#imports = options.imports;
    this.#explore = options.explore;
    this.#repeat = options.repeat;
    this.#rejoin = options.rejoin;
    this.shown = new ShownSuggestions({
      inserted: (...accept) => this.#survival.accepted(...accept),
      shown: (outcome) => {
        this.#figures.shown(outcome);
        this.#events.emit("shown", outcome);
      },
      accepted: (outcome, how) => {
        this.#figures.accepted(how);
        this.#events.emit("accepted", { ...outcome, how });
      },
      rejected: (outcome, why) => {
        this.#figures.rejected(why);
        this.#events.emit("rejected", { ...outcome, why });
      },
    });
    this.#worker = startWorker(options);
    this.#worker.addEventListener("message", (event: MessageEvent<Response>) => this.#receive(event.data));
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      const message = event.message || "The Foretab worker could not be started.";
      this.#fail({ code: "worker", message }, () => true);
    });
    const { grammars } = options;
    if (grammars !== undefined) this.#post({ type: "grammars", source: grammars && folder(grammars) });
    this.#ready = this.load(options.model, options.backend);
  }

  /** What a page shows of it: loading, ready, computing, or what went wrong. The event `status` tells changes. */
  get status(): Status {
    return this.#status.status;
  }

  /** The model in use; `undefined` until one is loaded, and from the loss of its GPU until it is loaded again. */
  get model(): ModelStatus | undefined {
    return this.#status.model;
  }

  /** A model has been loaded, so it can be asked. One that has lost its GPU for good is loaded anew by being asked. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** The grammars of the syntax check that were asked for, by language. */
  get syntax(): ReadonlyMap<string, SyntaxStatus> {
    return this.#syntax;
  }

  /** Resolves when the model asked for last is ready; rejects with a `ForetabError`. */
  get ready(): Promise<ModelStatus> {
    return this.#ready;
  }

  /** What has come of the suggestions so far; nothing of it leaves the page. The event `figures` tells changes. */
  get figures(): Figures {
    return this.#figures.figures;
  }

  /** Listens; the returned function ends it. */
  on<Name extends keyof ForetabEvents>(
    name: Name,
    listener: (payload: ForetabEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener);
  }

  /**
   * Loads another model in place of the one in use. When that fails the one in use stays. Of several loads the one that
   * was asked for last counts: one before it that takes longer is given up, and rejects with the code "cancelled".
   */
  load(
    model?: ModelSource,
    backend: BackendChoice = "auto",
    { signal, edge = this.#edge, dialect = this.#dialect }: LoadRequestOptions = {},
  ): Promise<ModelStatus> {
    const id = this.#nextId++;
    const promise = new Promise<ModelStatus>((resolve, reject) => {
      this.#loads.set(id, { resolve, reject });
    });
    promise.catch(() => {}); // reported as an event too
    const options = {
      backend,
      edge: edge && { ...edge, url: folder(edge.url) },
      context: this.#context,
      threads: this.#threads,
      dialect,
      edits: this.#edits,
      imports: this.#imports,
      explore: this.#explore,
      repeat: this.#repeat,
      rejoin: this.#rejoin,
      debounce: this.#debounce,
      ahead: this.#ahead,
    };
    const request = model === undefined ? undefined : modelRequest(model);
    this.#post({ type: "load", id, model: request, keep: this.#keep, options });
    const cancel = () => this.#post({ type: "cancel", id });
    if (signal?.aborted) cancel();
    else signal?.addEventListener("abort", cancel, { once: true });
    this.#status.loading();
    this.#ready = promise;
    return promise;
  }

  /**
   * Tells what a model takes, from the header of its file alone: 1 to 8 MB are fetched of one at an address. Rejects
   * with a `ForetabError` of code "model" where that cannot be told.
   */
  inspect(model: ModelSource): Promise<Inspection> {
    const request = modelRequest(model);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#inspections.set(id, { resolve, reject });
      this.#post({ type: "inspect", id, model: request, context: this.#context });
    });
  }

  /** The open document of that path. */
  document(path: string): ForetabDocument | undefined {
    return this.#documents.get(path);
  }

  /**
   * Opens a document; the path is workspace-relative, with `/`.
   * One that is open already is handed out again, brought to `text`. Its text stays known to the model until it is
   * disposed of, so keep the files of a project open while the user works on it; its edits stay known until `forget`.
   * `language` is the editor's name of it, for `languages`, and by default what the path ends with; an editor that
   * shows the document says it itself.
   */
  open(path: string, text: string, language?: string): ForetabDocument {
    const known = this.#documents.get(path);
    if (known) {
      if (language !== undefined) known.language = language;
      known.replace(text);
      return known;
    }
    const port: DocumentPort = {
      post: (message) => {
        if (message.type === "user" && isByUser(message.event)) this.shown.key(message.time);
        this.#post(message);
      },
      moment: () => ++this.#moment,
      answers: () => this.#answers,
      predict: (name, cursor, elsewhere) => this.#predict(name, cursor, elsewhere),
      changed: (...change) => this.#survival.change(...change),
      closed: (name) => {
        this.#documents.delete(name);
        this.#survival.close(name);
      },
    };
    const document = new ForetabDocument(path, text, port, language);
    this.#documents.set(path, document);
    return document;
  }

  /**
   * Forgets what was edited and dismissed so far, also in documents that have been closed, so that no prompt holds it.
   * For a page that goes on with other work. Open documents stay open.
   */
  forget(): void {
    this.#post({ type: "forget" });
  }

  /** Ends the worker. Predictions still open resolve as cancelled, a load is rejected. */
  dispose(): void {
    this.#worker.terminate();
    this.#survival.dispose();
    for (const document of [...this.#documents.values()]) document.dispose();
    for (const waiting of this.#predictions.values()) waiting.resolve(cancelled());
    this.#predictions.clear();
    for (const waiting of this.#loads.values()) {
      waiting.reject(new ForetabError("worker", "The Foretab was disposed of."));
    }
    this.#loads.clear();
    const disposed = new ForetabError("worker", "The Foretab was disposed of.");
    for (const waiting of this.#inspections.values()) waiting.reject(disposed);
    this.#inspections.clear();
    this.models.fail(disposed, () => true);
  }

  #post(message: Request): void {
    this.#worker.postMessage(message);
  }

  #predict(document: string, cursor: number, elsewhere: boolean): Promise<Prediction> {
    if (!this.#documents.has(document)) return Promise.resolve(cancelled());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#predictions.set(id, { resolve, reject });
      this.#post({ type: "predict", id, document, cursor, elsewhere });
    });
  }

  #receive(message: Response): void {
    switch (message.type) {
      case "progress":
        // One that was asked for later is what there is to show.
        if (![...this.#loads.keys()].some((id) => id > message.id)) this.#status.progress(message.progress);
        break;
      case "loaded":
        this.#loaded = true;
        this.#answers = true;
        this.#loads.get(message.id)?.resolve(message.status);
        this.#loads.delete(message.id);
        this.#status.loaded(message.status);
        this.#events.emit("model", message.status);
        break;
      case "rule":
        this.#answers = true;
        break;
      case "models":
        this.models.receive(message);
        break;
      case "inspected": {
        const waiting = this.#inspections.get(message.id);
        this.#inspections.delete(message.id);
        if ("inspection" in message) waiting?.resolve(message.inspection);
        else waiting?.reject(new ForetabError("model", message.problem));
        break;
      }
      case "event": {
        const { request, document } = message;
        const { type, ...payload } = message.event;
        this.#status.computing(request);
        this.#events.emit(type, { request, document, ...payload } as never);
        break;
      }
      case "suggestions":
        this.#documents.get(message.document)?.offered(message.offer, message.moment);
        break;
      case "prediction": {
        const { request, id, document, prediction, moment } = message;
        this.#figures.dropped(prediction.dropped);
        if (id === undefined) {
          this.#documents.get(document)?.arrived(prediction, moment);
        } else {
          this.#predictions.get(id)?.resolve(prediction);
          this.#predictions.delete(id);
        }
        this.#status.computed(request);
        this.#events.emit("prediction", { request, document, prediction });
        break;
      }
      case "awaited":
        for (const document of this.#documents.values()) document.heard(message.documents, message.moment);
        break;
      case "syntax":
        this.#syntax.set(message.status.language, message.status);
        this.#events.emit("syntax", message.status);
        break;
      case "network":
        this.#events.emit("network", { url: message.url });
        break;
      case "failed":
        this.#fail(message.failure, (id) => id === message.id);
        break;
    }
  }

  /** Ends these requests with an error. */
  #fail(failure: Failure, concerns: (id: number) => boolean): void {
    const error = new ForetabError(failure.code, failure.message);
    for (const waiting of [this.#loads, this.#predictions, this.#inspections]) {
      for (const [id, { reject }] of [...waiting]) {
        if (!concerns(id)) continue;
        waiting.delete(id);
        reject(error);
      }
    }
    this.models.fail(error, concerns);
    // Where another model is on its way, that is what there is to show.
    if (this.#loads.size === 0 || failure.code === "device") this.#status.failed(failure);
    if (failure.code !== "cancelled") this.#events.emit("error", failure);
  }
}

function startWorker({ worker, workerUrl }: ForetabOptions): Worker {
  if (typeof worker === "function") return worker();
  if (worker) return worker;
  if (workerUrl) return new Worker(workerUrl, { type: "module", name: "foretab" });
  // Bundlers find the worker by this very expression.
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

function modelRequest(model: ModelSource): ModelRequest {
  if (model instanceof Blob) return model;
  if (model instanceof ArrayBuffer) return new Blob([model]);
  if (typeof model === "string" || model instanceof URL) return { url: absolute(model) };
  if ("id" in model) return { id: model.id };
  const { url, name, bytes, sha256 } = model;
  return { url: absolute(url), name, bytes, sha256 };
}

function absolute(url: string | URL): string {
  return new URL(url, document.baseURI).href; // relative to the page, as everywhere
}

/** A key or a click, in contrast to what others do to the text. */
function isByUser(event: UserEvent): boolean {
  return event.type === "edited" ? event.kind !== "other" : event.type !== "left";
}

/** Its address with a slash at the end, for names to be put behind. */
function folder(address: string | URL): string {
  const { href } = new URL(address, document.baseURI);
  return href.endsWith("/") ? href : `${href}/`;
}
