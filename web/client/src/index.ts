export { type CatalogueModel, catalogue } from "./catalogue.js";
export { type ConnectOptions, connect } from "./connect.js";
export {
  type Action,
  Controller,
  type ControllerOptions,
  type Mode,
  type SuggestionView,
} from "./controller.js";
export { ForetabDocument } from "./document.js";
export type { Figures } from "./figures.js";
export {
  createForetab,
  Foretab,
  ForetabError,
  type ForetabEvents,
  type ForetabOptions,
  type LoadRequestOptions,
} from "./foretab.js";
export { type LanguageStorage, Languages } from "./languages.js";
export type { ModelStore } from "./model-store.js";
export { watchAlt } from "./modifier.js";
export type { Unit } from "./partial.js";
export { type Addition, additions, drawn, presented } from "./presentation.js";
export type {
  Failure,
  LoadProgress,
  ModelFile,
  ModelRequest,
  ModelSource,
  Request,
  Response,
  StoredModel,
  SyntaxStatus,
} from "./protocol.js";
export { carried, type Interpolated, interpolate, Since } from "./rebase.js";
export type {
  AnswerPiece,
  Awaited,
  BackendChoice,
  Change,
  DeviceNeeds,
  Diagnostic,
  Dialect,
  Dropped,
  Edge,
  EditKind,
  Inspected,
  Inspection,
  LoadOptions,
  ModelStatus,
  Offer,
  PredictEvent,
  Prediction,
  Situation,
  Statistics,
  Suggestion,
  TextChange,
  UserEvent,
} from "./session-types.js";
export type { AcceptedAs, RejectedAs, SuggestionOutcome } from "./shown.js";
export type { Loading, Status } from "./status.js";
