/** One replacement of an edit event; `from` and `to` count in the text before the event. */
export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

export interface LoadOptions {
  /** "auto" tries WebGPU, then the CPU. */
  backend: "auto" | "gpu" | "cpu";
  /** Tokens that prompt and answer may take together; at most what the model was trained for. Default 4096. */
  context?: number;
}

/** A loaded model, and what it runs on. */
export interface ModelStatus {
  name: string;
  backend: "gpu" | "cpu";
  /** The device's name. */
  device: string;
  /** Why WebGPU is not used, where it was tried. */
  fallback?: string;
  context: number;
  /** Bytes of the weights. */
  bytes: number;
  /** The prompt format. */
  dialect: string;
}

/** A prediction on its way. */
export type PredictEvent =
  /** A prompt was built; a second one if another place of the document is tried. */
  | { type: "prompt"; text: string; tokens: number; cached: number }
  /** What the answer gained since the last event. */
  | { type: "answer"; pieces: { text: string; drafted: boolean }[] }
  /** A forward pass was done. */
  | { type: "pass"; tokens: number; accepted: number; ms: number };

/** A replacement that the model proposes. */
export interface Suggestion {
  from: number;
  to: number;
  insert: string;
  kind: "insertion" | "deletion" | "replacement";
  /** It only adds text at the cursor that the prediction was asked for. */
  atCursor: boolean;
}

/** Something that is not offered, and why. */
export interface Dropped {
  reason: string;
  message: string;
  from: number;
  to: number;
}

/** Counts and times of one prediction. */
export interface Statistics {
  promptTokens: number;
  /** Of these, still in the KV cache. */
  cachedTokens: number;
  newTokens: number;
  drafted: number;
  accepted: number;
  /** Forward passes that gave tokens of the answer. */
  passes: number;
  prefillMs: number;
  decodeMs: number;
  totalMs: number;
  backend: "gpu" | "cpu";
}

export interface Prediction {
  /** "cancelled": a newer request took its place; "skipped": the model was not asked, and `dropped` says why. */
  outcome: "suggestions" | "nothing" | "cancelled" | "skipped";
  /** In the order to offer them; the first one is shown. */
  suggestions: Suggestion[];
  dropped: Dropped[];
  /** Version of the document that it was computed for: the change events seen since it was opened. */
  version: number;
  stats: Statistics;
}
