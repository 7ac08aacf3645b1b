import { cancelled } from "../src/cancelled.js";
import type { Request, Response } from "../src/protocol.js";
import { applyChanges } from "../src/rebase.js";
import type {
  Awaited,
  ModelStatus,
  Prediction,
  Suggestion,
  TextChange,
  UserEvent,
} from "../src/session-types.js";

/** A prediction that has begun. */
interface Begun {
  id: number | undefined;
  document: string;
  version: number;
  cursor: number;
  moment: number;
}

/**
 * Speaks the worker's half of the protocol with answers that were written down: no model, no wasm. When a request
 * is made is the worker's to decide, so a test says `begin` where one is, and `heard` where there is none.
 */
export class RecordedWorker extends EventTarget {
  readonly received: Request[] = [];
  #begun: Begun[] = [];
  #documents = new Map<string, { text: string; version: number; cursor: number }>();
  #moment = 0;

  /** What the user did, as the worker was told. */
  get told(): UserEvent[] {
    return this.received.flatMap((message) => (message.type === "user" ? [message.event] : []));
  }

  postMessage(message: Request): void {
    this.received.push(structuredClone(message));
    if ("moment" in message) this.#moment = message.moment;
    if (message.type === "open") {
      this.#documents.set(message.document, { text: message.text, version: 0, cursor: 0 });
    }
    const about = message.type === "user" ? message.event : message;
    const document = "document" in message && this.#documents.get(message.document);
    if (document && "changes" in about) {
      document.text = applyChanges(document.text, about.changes);
      document.version++;
    }
    if (document && "cursor" in about) document.cursor = about.cursor;
    if (message.type === "predict") this.#begin(message.document, message.id);
  }

  /** The text of a document as the worker has it. */
  text(document: string): string | undefined {
    return this.#documents.get(document)?.text;
  }

  /** Says that the model asked for last is loaded. */
  loaded(about: Partial<ModelStatus> = {}): void {
    const load = this.received.findLast((message) => message.type === "load");
    const status: ModelStatus = {
      name: "recorded",
      backend: "cpu",
      device: "none",
      context: 2048,
      bytes: 0,
      dialect: "none",
      ...about,
    };
    this.say({ type: "loaded", id: load?.id ?? 0, status });
  }

  /** Begins a request for a document as the worker has it now, because of what the user did. */
  begin(document = "a.ts"): void {
    this.#begin(document);
    this.heard();
  }

  /** Says which answers will come. */
  heard(): void {
    const own = this.#begun.filter(({ id }) => id === undefined);
    const documents: Awaited[] = own.map(({ document, version }) => ({ document, version }));
    this.say({ type: "awaited", documents, moment: this.#moment });
  }

  /** Answers the oldest open request, and lets the page receive it. */
  async answer(...edits: TextChange[]): Promise<void> {
    await this.#answer({}, edits);
  }

  /** As `answer`, for another document in that version. */
  async answerIn(document: string, version: number, ...edits: TextChange[]): Promise<void> {
    await this.#answer({ document, version }, edits);
  }

  /** Tells the first edits of the answer to the oldest open request, which goes on. */
  answerEarly(...edits: TextChange[]): void {
    const [begun] = this.#begun;
    if (!begun) throw new Error("nothing was asked");
    const { document, version, cursor, moment } = begun;
    const offer = { suggestions: edits.map(suggestion), version, cursor };
    this.say({ type: "suggestions", document, offer, moment });
  }

  async #answer(about: Partial<Prediction>, edits: TextChange[]): Promise<void> {
    const begun = this.#begun.shift();
    if (!begun) throw new Error("nothing was asked");
    const { id, document, version, cursor, moment } = begun;
    const suggestions = edits.map(suggestion);
    const outcome = suggestions.length > 0 ? "suggestions" : "nothing";
    const prediction = { ...cancelled(), outcome, suggestions, version, cursor, ...about } as const;
    this.say({ type: "prediction", request: 1, id, document, prediction, moment });
    this.heard();
    await Promise.resolve();
    await Promise.resolve();
  }

  fail(message: string): void {
    const id = this.#begun.shift()?.id;
    this.say({ type: "failed", id, failure: { code: "predict", message } });
    this.heard();
  }

  terminate(): void {}

  /** Sends a message as it is. */
  say(message: Response): void {
    this.dispatchEvent(new MessageEvent("message", { data: message }));
  }

  #begin(document: string, id?: number): void {
    const { version = 0, cursor = 0 } = this.#documents.get(document) ?? {};
    this.#begun.push({ id, document, version, cursor, moment: this.#moment });
  }
}

export function suggestion({ from, to, insert }: TextChange): Suggestion {
  const kind = from === to ? "insertion" : insert === "" ? "deletion" : "replacement";
  return { from, to, insert, kind, atCursor: false };
}
