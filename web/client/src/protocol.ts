// What the main thread and the worker say to each other.

import type {
  Diagnostic,
  LoadOptions,
  ModelStatus,
  PredictEvent,
  Prediction,
  Suggestion,
  TextChange,
} from "./session-types.js";

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
  /**
   * `fetch`: the model file did not arrive; `model`: it cannot be used; `device`: the GPU or a thread was lost,
   * and a `status` follows when the model is loaded again; `predict`, `worker`: a defect.
   */
  code: "fetch" | "model" | "device" | "predict" | "worker";
  message: string;
}

/** How the grammar of a language is, with which suggestions are kept from breaking code that parses. */
export interface SyntaxStatus {
  /** As tree-sitter names it: `typescript`, `tsx`, `rust`, … */
  language: string;
  /** `failed`: suggestions in this language are shown unchecked, and `reason` says why. */
  state: "loading" | "ready" | "failed";
  reason?: string | undefined;
}

/** To the worker. `id` names a request, its answers carry it. */
export type Request =
  | {
      type: "load";
      id: number;
      /** The model beside the worker when absent. */
      model?: string | Blob | undefined;
      options: LoadOptions;
    }
  /** Where grammars come from: the address of a folder, or `false` for no check. The first message, if it is sent. */
  | { type: "grammars"; source: string | false }
  | { type: "open"; document: string; text: string }
  | { type: "change"; document: string; changes: TextChange[]; cursor: number; time: number }
  | { type: "cursor"; document: string; cursor: number }
  | { type: "diagnostics"; document: string; diagnostics: Diagnostic[] }
  | { type: "close"; document: string }
  | {
      type: "predict";
      id: number;
      document: string;
      cursor: number;
      time: number;
      /** Suggestions may be for another document. */
      elsewhere: boolean;
      /** Predict on after the answer, as if its first suggestion were accepted. */
      ahead: boolean;
    }
  | { type: "reject"; document: string; suggestion: Suggestion };

/** From the worker. */
export type Response =
  | { type: "progress"; id: number; progress: LoadProgress }
  | { type: "loaded"; id: number; status: ModelStatus }
  | { type: "event"; id: number; event: PredictEvent }
  | { type: "prediction"; id: number; prediction: Prediction }
  | { type: "network"; url: string }
  | { type: "syntax"; status: SyntaxStatus }
  | { type: "failed"; id?: number | undefined; failure: Failure };
