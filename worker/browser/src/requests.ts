// Asks the model when the session says that it is time, and tells the page which answers will come.

import type { Failure, PredictEvent, Prediction, Request, Response } from "@foretab/client";
import type { Session } from "../../../crates/wasm/pkg/foretab.js";

/**
 * No key for so long is no typing any more, in ms. What is computed ahead takes the place of much that the next
 * key's prompt has in common with the last one's in the KV cache.
 */
const PAUSE = 400;

export class Requests {
  /** Predict on after an answer, as if its first suggestion were accepted. */
  ahead = true;

  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What has been heard of the page's documents. */
  #moment = 0;
  #number = 0;
  /** The editor that the user is in can show other documents. */
  #elsewhere = false;

  constructor(
    readonly session: Session,
    readonly post: (message: Response) => void,
    readonly fail: (code: Failure["code"], cause: unknown, id?: number) => void,
  ) {}

  /** A document was opened. */
  opened({ moment }: Request & { type: "open" }): void {
    this.#moment = moment;
  }

  /** Takes up what the user did, at `time` by this worker's clock. */
  user({ document, event, elsewhere, moment }: Request & { type: "user" }, time: number): void {
    this.#moment = moment;
    this.#elsewhere = elsewhere;
    try {
      this.session.user(document, event, time);
    } finally {
      this.tend();
    }
  }

  /** Makes the request that is due, or waits for it. Called whenever that may have changed. */
  tend(): void {
    clearTimeout(this.#timer);
    const due = this.session.due();
    if (due) {
      const wait = due.time - performance.now();
      if (wait <= 0) void this.#due(due.document);
      else this.#timer = setTimeout(() => this.tend(), Math.ceil(wait));
    }
    this.#tell();
  }

  /** Makes a request of the page. */
  async asked({ id, document, cursor, elsewhere }: Request & { type: "predict" }): Promise<void> {
    const ask = (onEvent: (event: PredictEvent) => void) =>
      this.session.predict(document, cursor, elsewhere, onEvent);
    try {
      await this.#predict(document, elsewhere, ask, id);
    } catch (cause) {
      this.fail("predict", cause, id);
    }
  }

  async #due(document: string): Promise<void> {
    const elsewhere = this.#elsewhere;
    try {
      await this.#predict(document, elsewhere, (onEvent) => this.session.predictDue(elsewhere, onEvent));
    } catch (cause) {
      this.fail("predict", cause);
      this.#tell();
    }
  }

  async #predict(
    document: string,
    elsewhere: boolean,
    ask: (onEvent: (event: PredictEvent) => void) => Promise<Prediction | undefined>,
    id?: number,
  ): Promise<void> {
    const request = ++this.#number;
    const moment = this.#moment;
    const prediction = await ask((event) => {
      if (event.type !== "suggestions") this.post({ type: "event", request, document, event });
      // Whoever asks for a prediction waits for the whole of it.
      else if (id === undefined) this.post({ type: "suggestions", document, offer: event, moment });
    });
    if (prediction) this.post({ type: "prediction", request, id, document, prediction, moment });
    this.#tell();
    const [first] = prediction?.suggestions ?? [];
    if (!prediction || !first || !this.ahead) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    await this.session.predictAhead(prediction.document ?? document, first, prediction.version, elsewhere);
  }

  #tell(): void {
    this.post({ type: "awaited", documents: this.session.awaited(), moment: this.#moment });
  }
}
