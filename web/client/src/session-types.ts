// What the worker's wasm session takes and gives.
//
// Both sides have their types from here: this package exports them, and the declarations that wasm-bindgen
// writes for the session contain this file (crates/wasm). Offsets are UTF-16 code units in the editor's own text.

/** One replacement of an edit event; `from` and `to` count in the text before the event. */
export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

/** What an editor marks in a document; offsets in its text as it is now. */
export interface Diagnostic {
  from: number;
  to: number;
  message: string;
  /** Errors are places where the next edit is looked for. */
  severity: "error" | "warning" | "info" | "hint";
}

/** What a model takes on a device, in bytes. */
export interface DeviceNeeds {
  /** Weights as the device's kernels read them. */
  weightBytes: number;
  /** Keys and values of the whole context. */
  cacheBytes: number;
  /** The largest buffer that the adapter has to offer (`maxStorageBufferBindingSize`); 0 on the CPU. */
  bufferBytes: number;
  /** WebAssembly memory at its peak; on the CPU that of one thread alone, or of all threads together. */
  wasmBytes: number;
  /** Why the device cannot take the model, if that is known beforehand. */
  obstacle?: string | undefined;
}

/** What the header of a model file says, before a byte of its weights is downloaded. */
export interface Inspection {
  architecture?: string | undefined;
  name?: string | undefined;
  /**
   * The prompt format that the file names, where it names one. Models of others do not: they are asked in "sweep_card"
   * unless `dialect` says otherwise, which suits Sweep's; "fim" is for code models like Qwen2.5-Coder.
   */
  dialect?: string | undefined;
  /** Numbers in all tensors. */
  parameters: number;
  /** Bytes by block format; undefined where the format is not read, and so its size not known. */
  formats: Record<string, number | undefined>;
  /** Tokens that the KV cache is to hold. */
  context: number;
  /** The file has at least so many bytes, of which the first `headerBytes` are the header. */
  fileBytes: number;
  headerBytes: number;
  /** Why the model cannot be loaded; empty where it can. */
  missing: string[];
  /** What a model that can be loaded takes. */
  gpu?: DeviceNeeds | undefined;
  cpu?: DeviceNeeds | undefined;
}

/**
 * The same, or how many bytes from the start of the file it takes at least: the reader has come no further, so it is
 * as well to give it four times as many as before.
 */
export type Inspected = Inspection | { neededBytes: number };

/**
 * Where the model is computed; "auto" takes WebGPU where there is an adapter, else the edge where there is one. "rule":
 * there is no model, and what is suggested is by rule.
 */
export type BackendChoice = "auto" | "gpu" | "edge" | "cpu" | "rule";

/** A server of Foretab's (worker/edge). */
export interface Edge {
  /** Its address, without `/v1`. */
  url: string;
  /** A bearer key. */
  key?: string | undefined;
}

/** A prompt format: Sweep's as its model card gives it or as its own server sends it, or fill-in-the-middle. */
export type Dialect = "sweep_card" | "sweep_server" | "fim";

/** What is asked of a model that is to be loaded. */
export interface LoadOptions {
  backend: BackendChoice;
  edge?: Edge | undefined;
  /** Tokens that prompt and answer may take together; at most what the model was trained for. Default 4096. */
  context?: number | undefined;
  /**
   * Threads that compute on the CPU, where the page is cross-origin isolated. Default: as many as there are
   * processors, less the one that is left to the page, and at most 4.
   */
  threads?: number | undefined;
  /** Default: what the model's file names, and "sweep_card" where it names none. */
  dialect?: Dialect | undefined;
  /**
   * Offer all edits, or "repetitions" only: those that make the user's newest change again, for a model that can do
   * nothing else. Default: what the model's file names, and "all" where it names none.
   */
  edits?: "all" | "repetitions" | undefined;
  /** Offer edits of nothing but imports. Default true. */
  imports?: boolean | undefined;
  /**
   * Where no surer place yields anything, ask about other places of a word that was added, and about the next lines.
   * Finds more, takes longer, and shows more that is not wanted. Default false.
   */
  explore?: boolean | undefined;
  /**
   * By rule and at once, go on with what is being typed as a line near by does, or make the user's newest change again at
   * the other places near the cursor that it fits, and ask the model only where there is nothing of that. Default: true
   * for a model of which nothing but repetitions is offered, as the one of this package, since the rule has more of them;
   * false for others, and for the edge. Until the first model is there the rule answers alone, unless this is false.
   */
  repeat?: boolean | undefined;
  /**
   * End an answer once it has come back to the text that it rewrites: it then holds one change, and the next is asked
   * for after the accept. Where false the first change is shown at that moment, and the others when the answer has
   * ended. Default true.
   */
  rejoin?: boolean | undefined;
  /** The longest wait after typing before the model is asked, in ms. Default 300. */
  debounce?: number | undefined;
  /** Predict on after an answer, as if its first suggestion were accepted. Default true. */
  ahead?: boolean | undefined;
}

/**
 * What made an edit: the user's typing (and deleting, and short pastes), undo or redo,
 * an accepted suggestion, or anything else (another user, a formatter, the program).
 */
export type EditKind = "typed" | "undo" | "accepted" | "other";

/** Something that happens in the editor of a document; some of it leads to a request. */
export type UserEvent =
  /** The user came to the document. */
  | { type: "entered"; cursor: number }
  /** The editor does not show the document any more. */
  | { type: "left" }
  /** One change event; `cursor` is the one after it. */
  | { type: "edited"; kind: EditKind; changes: TextChange[]; cursor: number }
  /** The cursor moved without an edit. `plain`: nothing is selected, and the text may be edited; `offered`: a suggestion waits. */
  | { type: "moved"; cursor: number; plain: boolean; offered: boolean }
  /** An input method began or ended composing. */
  | { type: "composing"; active: boolean }
  /** The user does not want what is on show. */
  | { type: "dismissed"; suggestion: Suggestion }
  /** The user asks for a suggestion. */
  | { type: "asked" };

/** A request that is to be made: about which document, and when by the worker's clock, in ms. */
export interface Due {
  document: string;
  time: number;
}

/** A document for which an answer is due or being computed: for this version of it or a later one. */
export interface Awaited {
  document: string;
  version: number;
}

/** A loaded model, and what it runs on. */
export interface ModelStatus {
  name: string;
  /** "edge": somebody else computes it; "rule": there is none. */
  backend: "gpu" | "cpu" | "edge" | "rule";
  /** The device's name; the edge's address. */
  device: string;
  /** Why WebGPU is not used, where it was tried. */
  fallback?: string | undefined;
  /** Why the CPU computes on one thread, where more were wanted. */
  alone?: string | undefined;
  /** Its name in the store, where its file is kept there: the `id` of one of `Foretab.models`. */
  stored?: string | undefined;
  /** Why its file is held in memory, and will be fetched again, where it should be kept in the browser's file system. */
  unkept?: string | undefined;
  /** Why its file is the version that was kept, though the server has another one. */
  outdated?: string | undefined;
  /** How the device was lost that the model was on before: it has been loaded again, in the middle of a session. */
  lost?: string | undefined;
  /** Tokens that prompt and answer may take together. */
  context: number;
  /** Size of the weights. */
  bytes: number;
  /** Prompt format, e.g. `sweep_card`. */
  dialect: string;
}

/** What is told about a model: while it is loaded, and later where it loses its device. */
export type LoadEvent =
  /** Bytes of weights that are on the device, and of all. */
  | { type: "progress"; loaded: number; total: number }
  /** The GPU or a thread is lost; the model is being loaded again, onto a new GPU or the CPU, or onto one thread. */
  | { type: "lost"; backend: "gpu" | "cpu"; reason: string }
  /** The model is there again, and the prediction goes on. */
  | { type: "recovered"; status: ModelStatus };

/** A replacement that the model proposes. */
export interface Suggestion {
  from: number;
  to: number;
  insert: string;
  kind: "insertion" | "deletion" | "replacement";
  /**
   * It begins at the cursor that the prediction was asked for, and what it replaces stands in `insert`, in the same
   * order: it can be drawn as ghost text, what comes between what stays.
   */
  atCursor: boolean;
}

/** Something that is not offered, and why. */
export interface Dropped {
  /** Stable code, for programs. */
  reason: string;
  /** The same in words. */
  message: string;
  from: number;
  to: number;
  /** Path of the document that it is in, where that is another than the one that was asked about. */
  document?: string | undefined;
}

/** Counts and times of one prediction. */
export interface Statistics {
  promptTokens: number;
  /** Prompt tokens whose keys and values were still in the KV cache. */
  cachedTokens: number;
  newTokens: number;
  drafted: number;
  accepted: number;
  /** Answers that were known: the same was asked before, or ahead of an accept. */
  knownAnswers: number;
  /**
   * Which rule made what is suggested: the user's newest change, made again, or what they are typing, gone on with as a line
   * does that stands near by. Absent where none did.
   */
  byRule?: "repetition" | "continuation" | undefined;
  /** Forward passes that gave tokens of the answer. */
  passes: number;
  prefillMs: number;
  decodeMs: number;
  totalMs: number;
  backend: "gpu" | "cpu" | "edge" | "rule";
}

/** Suggestions for a document: those of a prediction, or its first ones while the answer still grows. */
export interface Offer {
  /** In the order to offer them; the first one is shown. */
  suggestions: Suggestion[];
  /** Path of the document that the suggestions are for, where that is another than the one that was asked about. */
  document?: string | undefined;
  /** Version of that document that they were computed for: the change events seen since it was opened. */
  version: number;
  /** Where the cursor was then. */
  cursor: number;
}

/** What came of one request. */
export interface Prediction extends Offer {
  /** "cancelled": a newer request took its place; "skipped": the model was not asked, and `dropped` says why. */
  outcome: "suggestions" | "nothing" | "cancelled" | "skipped";
  dropped: Dropped[];
  stats: Statistics;
}

/** Text of the answer; `drafted` where the drafter proposed it and the model agreed. */
export interface AnswerPiece {
  text: string;
  drafted: boolean;
}

/** A prediction on its way. */
export type PredictEvent =
  /** A prompt was built; a second one if another place of the document is tried. */
  | { type: "prompt"; text: string; tokens: number; cached: number }
  /** What the answer gained since the last event. */
  | { type: "answer"; pieces: AnswerPiece[] }
  /** The first suggestions are certain, while the answer goes on; they come first in the prediction, too. */
  | ({ type: "suggestions" } & Offer)
  /** A forward pass was done. */
  | { type: "pass"; tokens: number; accepted: number; ms: number };

/** A coalesced change, with the lines around it on both sides. */
export interface Change {
  path: string;
  old: string;
  new: string;
  /** Row of its first line, from 0. */
  line: number;
}

/**
 * A document in the middle of an edit, and what led there: all that a prediction is computed from. A request to an
 * edge is one.
 */
export interface Situation {
  path: string;
  text: string;
  cursor: number;
  /**
   * The document before the newest change in it. Default: without the last change of `history`, where that is one of
   * this document and stands in it in one place; else as it is.
   */
  before?: string | undefined;
  /** Changes in all documents, the oldest first. */
  history: Change[];
  /** Other files or excerpts. */
  context: { path: string; text: string }[];
  diagnostics: Diagnostic[];
  /** Edits of this document that the user did not want. */
  rejected: { path: string; lineStart: string; old: string; new: string }[];
  /** Another document, to be asked about where nothing is to be done in this one. */
  elsewhere?: Situation | undefined;
}
