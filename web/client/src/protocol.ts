// What the main thread and the worker say to each other.

import type {
  Awaited,
  Diagnostic,
  Inspection,
  LoadOptions,
  ModelStatus,
  Offer,
  PredictEvent,
  Prediction,
  Suggestion,
  TextChange,
  UserEvent,
} from "./session-types.js";

/** Where a model file comes from: an address, its bytes (a `File` is a `Blob`), or the store. */
export type ModelSource = string | URL | Blob | ArrayBuffer | ModelFile | StoredModel;

/** A model file at an address, and what is known of it beforehand. */
export interface ModelFile {
  url: string;
  /** What it is called; default: the last part of the address. */
  name?: string | undefined;
  /** Its size. */
  bytes?: number | undefined;
  /** Hexadecimal. A file with another one is refused; with this one it is never asked for again. */
  sha256?: string | undefined;
}

/** A model file that the browser keeps for this origin, or the part of it that has come so far. */
export interface StoredModel {
  /** Its name in the store. */
  id: string;
  /** What it is called: as it was asked for, or the name of the file. */
  name: string;
  /** Where it came from; not there where the user has given it. */
  url?: string | undefined;
  /** Size of the whole file; 0 where the server did not say. */
  bytes: number;
  /** Bytes that are there. */
  loaded: number;
  /** All of it is there; else loading it goes on where it was cut off. */
  complete: boolean;
  /** Of the complete file, hexadecimal. */
  sha256?: string | undefined;
}

/** A model as the worker is asked for it: by address, by bytes, or by its name in the store. */
export type ModelRequest = ModelFile | Blob | { id: string };

/** How far loading is: fetching the file, then handing its tensors to the backend. */
export interface LoadProgress {
  phase: "fetch" | "prepare";
  loaded: number;
  /** 0 where the server did not say. */
  total: number;
  /** What the user should know of it, if anything. */
  reason?: string | undefined;
}

/** Why something failed. */
export interface Failure {
  /**
   * `fetch`: the model file did not arrive; `edge`: the edge does not let itself be asked; `model`: the file cannot be
   * used; `device`: the GPU or a thread was lost, and the model is loaded again; `cancelled`: the page did not want the
   * file any more; `predict`, `worker`: a defect.
   */
  code: "fetch" | "edge" | "model" | "device" | "cancelled" | "predict" | "worker";
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

/**
 * To the worker. `id` names a request, its answers carry it. `moment` counts what the page has told of its documents,
 * so that it knows what the worker had heard when it said something.
 */
export type Request =
  | {
      type: "load";
      id: number;
      /** The model beside the worker when absent. */
      model?: ModelRequest | undefined;
      /** In the browser's own file system, for the next visit. */
      keep: boolean;
      options: LoadOptions;
    }
  /** Ends the fetching of a model file; what has come stays, to go on with. */
  | { type: "cancel"; id: number }
  /** Asks what a model file takes, before it is fetched. */
  | { type: "inspect"; id: number; model: ModelRequest; context?: number | undefined }
  /** Asks which models are kept; before that, one may be deleted. */
  | { type: "models"; id: number; unwanted?: string | undefined }
  /** Where grammars come from: the address of a folder, or `false` for no check. The first message, if it is sent. */
  | { type: "grammars"; source: string | false }
  | { type: "open"; document: string; text: string; moment: number }
  /** What happens in an editor; the worker decides whether and when the model is asked. */
  | {
      type: "user";
      document: string;
      event: UserEvent;
      /** Suggestions may be for another document. */
      elsewhere: boolean;
      time: number;
      moment: number;
    }
  /** The same without an editor: nothing is asked because of it. */
  | { type: "change"; document: string; changes: TextChange[]; cursor: number; time: number }
  | { type: "cursor"; document: string; cursor: number }
  | { type: "diagnostics"; document: string; diagnostics: Diagnostic[] }
  | { type: "close"; document: string }
  | { type: "forget" }
  | {
      type: "predict";
      id: number;
      document: string;
      cursor: number;
      /** Suggestions may be for another document. */
      elsewhere: boolean;
    }
  | { type: "reject"; document: string; suggestion: Suggestion };

/** From the worker. `request` numbers the predictions; one that the page asked for carries its `id` too. */
export type Response =
  | { type: "progress"; id: number; progress: LoadProgress }
  | { type: "loaded"; id: number; status: ModelStatus }
  /** Until the first model is there, the rule that makes the newest change again answers alone. */
  | { type: "rule" }
  /** What it takes, or why that cannot be told. */
  | { type: "inspected"; id: number; inspection: Inspection }
  | { type: "inspected"; id: number; problem: string }
  | { type: "models"; id: number; models: StoredModel[]; deleted: boolean }
  | {
      type: "event";
      request: number;
      document: string;
      event: Exclude<PredictEvent, { type: "suggestions" }>;
    }
  /** The first suggestions of a prediction for which nobody waits but the document's editor. */
  | { type: "suggestions"; document: string; offer: Offer; moment: number }
  | {
      type: "prediction";
      request: number;
      id?: number | undefined;
      document: string;
      prediction: Prediction;
      /** What had been heard when it was asked for. */
      moment: number;
    }
  /** The documents for which an answer will come, after all that has been heard. */
  | { type: "awaited"; documents: Awaited[]; moment: number }
  | { type: "network"; url: string }
  | { type: "syntax"; status: SyntaxStatus }
  | { type: "failed"; id?: number | undefined; failure: Failure };
