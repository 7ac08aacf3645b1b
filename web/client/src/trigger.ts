// When to ask the model. Pure: the clock is an argument.

import { Debounce } from "./debounce.js";
import type { TextChange } from "./session-types.js";

/**
 * What made an edit: the user's typing (and deleting, and short pastes), undo or redo,
 * an accepted suggestion, or anything else (another user, a formatter, the program).
 */
export type EditKind = "typed" | "undo" | "accepted" | "other";

/** A cursor move only asks while the user is editing: this long after the last edit, in ms. */
export const MOVE_AFTER_EDIT = 10_000;
/** After a dismissal nothing is asked for this long, in ms, but after an accepted edit. */
export const COOLDOWN = 5_000;
/** An edit of this many characters or lines is a bulk edit: pasted code, a reformatted file. */
export const BULK_CHARACTERS = 200;
export const BULK_LINES = 8;

/** Decides after how many milliseconds an event leads to a request; `null`: it does not, and ends a waiting one. */
export class Trigger {
  readonly #debounce: Debounce;
  #lastEdit = Number.NEGATIVE_INFINITY;
  #dismissed = Number.NEGATIVE_INFINITY;

  /** `longest`: the longest wait after typing, in ms. */
  constructor(longest: number) {
    this.#debounce = new Debounce(longest);
  }

  /** An edit, and the text with the cursor after it. */
  edited(
    kind: EditKind,
    changes: readonly TextChange[],
    time: number,
    text: string,
    cursor: number,
  ): number | null {
    const asks = kind === "accepted" || (kind === "typed" && !isBulk(changes));
    this.#lastEdit = asks ? time : Number.NEGATIVE_INFINITY;
    if (!asks) return null;
    if (kind === "accepted") {
      this.#dismissed = Number.NEGATIVE_INFINITY;
      return 0;
    }
    this.#debounce.typed(time);
    return this.#cooled(this.#debounce.wait(text, cursor), time);
  }

  /** The cursor moved to there in the text. */
  moved(time: number, text: string, cursor: number): number | null {
    if (time - this.#lastEdit >= MOVE_AFTER_EDIT) return null;
    return this.#cooled(this.#debounce.wait(text, cursor), time);
  }

  /** The model was asked, and took that long, in ms. */
  answered(response: number): void {
    this.#debounce.answered(response);
  }

  /** After a dismissal only an edit asks again, and not at once. */
  dismissed(time: number): void {
    this.#lastEdit = Number.NEGATIVE_INFINITY;
    this.#dismissed = time;
  }

  /** The wait, prolonged to the end of the cooldown. */
  #cooled(wait: number, time: number): number {
    return Math.max(wait, this.#dismissed + COOLDOWN - time);
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
