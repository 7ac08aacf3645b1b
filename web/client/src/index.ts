export { Controller, type ControllerOptions, type SuggestionView, type TabAction } from "./controller.js";
export { ForetabDocument } from "./document.js";
export { createForetab, Foretab, ForetabError, type ForetabEvents, type ForetabOptions } from "./foretab.js";
export { presented } from "./presentation.js";
export type {
  AnswerPiece,
  BackendChoice,
  Dropped,
  Failure,
  LoadProgress,
  ModelSource,
  ModelStatus,
  PredictEvent,
  Prediction,
  Request,
  Response,
  Statistics,
  Suggestion,
  TextChange,
} from "./protocol.js";
export { type Interpolated, interpolate, Since } from "./rebase.js";
export { type EditKind, Trigger } from "./trigger.js";
