// What a test asks of the page, and what the page gives to it.

import type { BackendChoice, Edge, Mode, TextChange } from "@foretab/client";
import type { InlineEditOptions } from "@foretab/monaco";

/** A piece of text with `«»` around what is replaced in it, and the text that comes there instead. */
export type Answer = readonly [marked: string, insert: string];

export interface Setup {
  /** Path to text; each is in an editor of its own, unless `shown` names the ones that are. */
  files: Record<string, string>;
  shown?: string[];
  /** What the worker answers, wherever a text has that piece. Default: the model that comes with the package. */
  answers?: readonly Answer[];
  /** A server that predicts, where `backend` lets it. */
  edge?: Edge;
  /** Default "cpu". */
  backend?: BackendChoice;
  /** How long the worker takes for that, in ms. Default 50. */
  wait?: number;
  /** The first of the answers is told after so many ms, while the worker goes on. Default: with the others. */
  early?: number;
  /** Options of the model that comes with the package. */
  rejoin?: boolean;
  /** Default false: the model is asked, as most tests want it. */
  repeat?: boolean;
  /** Each text is repeated until it has so many lines. */
  lines?: number;
  /**
   * The editors are there without Foretab: with nothing; with a source of inline suggestions that has none, which is
   * what Monaco's own machinery costs; or with the same answers at once, which is what drawing them costs. Default:
   * with Foretab.
   */
  without?: "nothing" | "silent" | "same";
  readOnly?: boolean;
  dark?: boolean;
  /** Small, with a font of its own, and nothing blinks: for pictures. */
  still?: boolean;
  /** How much of an edit is shown; by default all of it. */
  mode?: Mode;
  /** How Monaco draws edits. */
  edits?: InlineEditOptions;
}

/** Of the page, for tests; `editor` is the index of the one that is meant, by default that with the focus. */
export interface StageHandle {
  text(editor?: number): string;
  /** Where the main cursor is. */
  cursor(editor?: number): number;
  /** Where all cursors are, sorted. */
  cursors(editor?: number): number[];
  setCursors(offsets: number[], editor?: number): void;
  /** Another user edits the document: all offsets count in the text before it. */
  remote(changes: TextChange[], editor?: number): void;
  /** The place of a character on the screen, as the editor has it. */
  coordinates(offset: number, editor?: number): { left: number; top: number; bottom: number };
  /** The editor takes the key for the suggestion that is drawn. */
  isReachable(editor?: number): boolean;
  dispose(editor?: number): void;
  /** What the model was asked about so far: paths. */
  asked: string[];
  /** What came of it. */
  outcomes: string[];
  /** What became of the suggestions that were shown: how each was accepted, or why not. */
  became: string[];
  /** That one was shown, and what came of a prediction, in turn. */
  events: string[];
  /** Where the model is computed. */
  backend(): BackendChoice | undefined;
}

/** What both editors do for the page. */
export type StageEditor = {
  [Name in Exclude<keyof StageHandle, "asked" | "outcomes" | "became" | "events" | "backend">]: (
    ...parameters: Parameters<StageHandle[Name]>
  ) => ReturnType<StageHandle[Name]>;
} & { focus(offset?: number): void };
