import type { Prediction, Statistics } from "./session-types.js";

/** The prediction of a request that will not be answered any more. */
export function cancelled(): Prediction {
  const stats: Statistics = {
    promptTokens: 0,
    cachedTokens: 0,
    newTokens: 0,
    drafted: 0,
    accepted: 0,
    knownAnswers: 0,
    passes: 0,
    prefillMs: 0,
    decodeMs: 0,
    totalMs: 0,
    backend: "cpu",
  };
  return { outcome: "cancelled", suggestions: [], dropped: [], version: 0, cursor: 0, stats };
}
