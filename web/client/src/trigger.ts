// When to ask the model. Pure: the clock is an argument.

import type { TextChange } from "./session-types.js";

/**
 * What made an edit: the user's typing (and deleting, and short pastes), undo or redo,
 * an accepted suggestion, or anything else (another user, a formatter, the program).
 */
export type EditKind = "typed" | "undo" | "accepted" | "other";

/** A cursor move only asks while the user is editing: this long after the last edit, in ms. */
export const MOVE_AFTER_EDIT = 10_000;
/** An edit of this many characters or lines is a bulk edit: pasted code, a reformatted file. */
export const BULK_CHARACTERS = 200;
export const BULK_LINES = 8;

/** Decides after how many milliseconds an event leads to a request; `null`: it does not, and ends a waiting one. */
export class Trigger {
  #lastEdit = Number.NEGATIVE_INFINITY;

  constructor(
    /** Wait after typing, in ms. */
    readonly debounce: number,
  ) {}

  edited(kind: EditKind, changes: readonly TextChange[], time: number): number | null {
    const asks = kind === "accepted" || (kind === "typed" && !isBulk(changes));
    this.#lastEdit = asks ? time : Number.NEGATIVE_INFINITY;
    if (!asks) return null;
    return kind === "accepted" ? 0 : this.debounce;
  }

  moved(time: number): number | null {
    return time - this.#lastEdit < MOVE_AFTER_EDIT ? this.debounce : null;
  }

  /** After a dismissal only the next edit asks again. */
  dismissed(): void {
    this.#lastEdit = Number.NEGATIVE_INFINITY;
  }
}

/** Too large to be typed; nothing is predicted from it. */
export function isBulk(changes: readonly TextChange[]): boolean {
  let characters = 0;
  let lines = 0;
  for (const { from, to, insert } of changes) {
    characters += to - from + insert.length;
    lines += insert.split("\n").length - 1;
  }
  return characters >= BULK_CHARACTERS || lines >= BULK_LINES;
}
