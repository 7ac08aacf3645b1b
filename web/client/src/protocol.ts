// What the main thread and the worker say to each other, and the shapes that both sides hand on.
//
// Offsets are UTF-16 code units in the editor's own text, line ends as the editor has them.

/** One replacement of an edit event; `from` and `to` count in the text before the event. */
export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

/** Which processor computes the model; "auto" takes WebGPU where there is an adapter. */
export type BackendChoice = "auto" | "gpu" | "cpu";

/** A loaded model, and what it runs on. */
export interface ModelStatus {
  name: string;
  backend: "gpu" | "cpu";
  device: string;
  /** Why WebGPU was not used, where it was tried. */
  fallback?: string | undefined;
  /** Tokens that prompt and answer may take together. */
  context: number;
  /** Size of the model file. */
  bytes: number;
  /** Prompt format, e.g. `sweep_card`. */
  dialect: string;
}

/** A replacement that the model proposes. */
export interface Suggestion {
  from: number;
  to: number;
  insert: string;
  kind: "insertion" | "deletion" | "replacement";
  /** It inserts text exactly at the cursor that the prediction was asked for. */
  atCursor: boolean;
}

/** A hunk of the answer that is not shown, and why. */
export interface Dropped {
  /** Stable code, for programs. */
  reason: string;
  /** The same in words. */
  message: string;
  from: number;
  to: number;
}

/** Counts and times of one prediction. */
export interface Statistics {
  promptTokens: number;
  /** Prompt tokens whose keys and values were still in the KV cache. */
  cachedTokens: number;
  newTokens: number;
  drafted: number;
  accepted: number;
  /** Forward passes while decoding. */
  passes: number;
  prefillMs: number;
  decodeMs: number;
  totalMs: number;
  backend: "gpu" | "cpu";
}

/** What came of one request. */
export interface Prediction {
  /** "cancelled": a newer request took its place; "skipped": the model was not asked. */
  outcome: "suggestions" | "nothing" | "cancelled" | "skipped";
  /** In the order to offer them. */
  suggestions: Suggestion[];
  dropped: Dropped[];
  /** Version of the document that it was computed for. */
  version: number;
  stats: Statistics;
}

/** Text of the answer; `drafted` where the drafter proposed it and the model agreed. */
export interface AnswerPiece {
  text: string;
  drafted: boolean;
}

/** A prediction on its way. */
export type PredictEvent =
  | { type: "prompt"; text: string; tokens: number; cached: number }
  | { type: "answer"; pieces: AnswerPiece[] }
  | { type: "pass"; tokens: number; accepted: number; ms: number };

/** Where a model file comes from: an address, or its bytes (a `File` is a `Blob`). */
export type ModelSource = string | URL | Blob | ArrayBuffer;

/** How far loading is: fetching the file, then handing its tensors to the backend. */
export interface LoadProgress {
  phase: "fetch" | "prepare";
  loaded: number;
  /** 0 where the server did not say. */
  total: number;
}

/** Why something failed. */
export interface Failure {
  /** `fetch`: the model file did not arrive; `model`: it cannot be used; `predict`, `worker`: a defect. */
  code: "fetch" | "model" | "predict" | "worker";
  message: string;
}

/** To the worker. `id` names a request, its answers carry it. */
export type Request =
  | {
      type: "load";
      id: number;
      /** The model beside the worker when absent. */
      model?: string | Blob | undefined;
      backend: BackendChoice;
      context?: number | undefined;
    }
  | { type: "open"; document: string; text: string }
  | { type: "change"; document: string; changes: TextChange[]; cursor: number; time: number }
  | { type: "cursor"; document: string; cursor: number }
  | { type: "close"; document: string }
  | { type: "predict"; id: number; document: string; cursor: number; time: number }
  | { type: "reject"; document: string; suggestion: Suggestion };

/** From the worker. */
export type Response =
  | { type: "progress"; id: number; progress: LoadProgress }
  | { type: "loaded"; id: number; status: ModelStatus }
  | { type: "event"; id: number; event: PredictEvent }
  | { type: "prediction"; id: number; prediction: Prediction }
  | { type: "network"; url: string }
  | { type: "failed"; id?: number | undefined; failure: Failure };
