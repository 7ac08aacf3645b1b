// The rules: alone, or before a model.

import type { Prediction, Situation } from "@foretab/client";
import type { Client, Engine } from "./engine.js";
import type { Exports } from "./module.js";

/** Answers by rule, in milliseconds and without waiting for a model to be loaded, and asks a model for the rest. */
export class RuleEngine implements Engine {
  readonly name: string;
  readonly model: string;

  readonly #exports: () => Exports;
  readonly #rest: Engine | undefined;

  /** Without `rest` nothing is suggested where the rule has nothing. */
  constructor(exports: () => Exports, rest?: Engine) {
    this.#exports = exports;
    this.#rest = rest;
    this.name = rest?.name ?? "rule";
    this.model = rest?.model ?? "rule";
  }

  async predict(situation: Situation, client: Client): Promise<Prediction> {
    const prediction = await this.#exports().predictByRule(situation);
    if (!this.#rest || prediction.outcome === "suggestions") return prediction;
    return this.#rest.predict(situation, client);
  }
}
