// What computes predictions.

import type { Prediction, Situation } from "@foretab/client";

/** A model, here or behind a serving engine, or a rule. */
export interface Engine {
  /** `wasm`, `webgpu`, `openai` or `rule`. */
  readonly name: string;
  /** What its model is called. */
  readonly model: string;
  /**
   * Predicts what follows. Ends with outcome "cancelled", or rejects, soon after `client.signal` is aborted.
   * Rejects with a `Problem` where it cannot answer.
   */
  predict(situation: Situation, client: Client): Promise<Prediction>;
}

/** Whoever waits for a prediction. */
export interface Client {
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  /** To be called whenever the answer has grown. */
  progress(): void;
}
