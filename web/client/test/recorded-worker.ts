import { cancelled } from "../src/cancelled.js";
import type { Request, Response } from "../src/protocol.js";
import type { ModelStatus, Prediction, Suggestion, TextChange } from "../src/session-types.js";

/** Speaks the worker's half of the protocol with answers that were written down: no model, no wasm. */
export class RecordedWorker extends EventTarget {
  readonly received: Request[] = [];
  #predictions: { id: number; version: number }[] = [];
  #version = 0;

  /** Predictions that the worker was asked for so far. */
  get asked(): number {
    return this.received.filter((message) => message.type === "predict").length;
  }

  postMessage(message: Request): void {
    this.received.push(structuredClone(message));
    if (message.type === "change") this.#version++;
    if (message.type === "predict") this.#predictions.push({ id: message.id, version: this.#version });
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

  /** Answers the oldest open request, and lets the page receive it. */
  async answer(...edits: TextChange[]): Promise<void> {
    await this.#answer({}, edits);
  }

  /** As `answer`, for another document in that version. */
  async answerIn(document: string, version: number, ...edits: TextChange[]): Promise<void> {
    await this.#answer({ document, version }, edits);
  }

  async #answer(about: Partial<Prediction>, edits: TextChange[]): Promise<void> {
    const { id, version } = this.#predictions.shift() ?? { id: 0, version: 0 };
    const suggestions = edits.map(suggestion);
    const outcome = suggestions.length > 0 ? "suggestions" : "nothing";
    const prediction = { ...cancelled(), outcome, suggestions, version, ...about } as const;
    this.say({ type: "prediction", id, prediction });
    await Promise.resolve();
    await Promise.resolve();
  }

  fail(message: string): void {
    const { id } = this.#predictions.shift() ?? { id: 0 };
    this.say({ type: "failed", id, failure: { code: "predict", message } });
  }

  terminate(): void {}

  /** Sends a message as it is. */
  say(message: Response): void {
    this.dispatchEvent(new MessageEvent("message", { data: message }));
  }
}

export function suggestion({ from, to, insert }: TextChange): Suggestion {
  const kind = from === to ? "insertion" : insert === "" ? "deletion" : "replacement";
  return { from, to, insert, kind, atCursor: false };
}
