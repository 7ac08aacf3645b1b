// Accepting an edit bit by bit.

import { additions, isWord } from "./presentation.js";
import type { TextChange } from "./session-types.js";

/** How much of an edit is accepted at once. */
export type Unit = "word" | "line";

/** Blanks and the word, or the signs, behind them. */
const WORD = /^\s*(?:[\p{L}\p{N}_$]+|[^\p{L}\p{N}_$\s]+)/u;
const LINE = /^[^\n]*\n/;

/**
 * The first word or line of an edit of `text`, as an edit of its own: the rest of the edit still applies behind it.
 * Where the edit only adds to what stands there, that stays. Elsewhere what it takes away goes along, a word for a
 * word and a line for a line, and the rest of that with the last one.
 */
export function partOf(edit: TextChange, text: string, unit: Unit): TextChange {
  const start = unit === "word" ? WORD : LINE;
  const same = sameWords(text.slice(edit.from, edit.to), edit.insert);
  const from = edit.from + same;
  const old = text.slice(from, edit.to);
  const insert = edit.insert.slice(same);
  const [added] = additions(old, insert) ?? [];
  if (added) {
    const at = from + added.at;
    return { from: at, to: at, insert: start.exec(added.text)?.[0] ?? added.text };
  }
  const part = start.exec(insert)?.[0] ?? insert;
  const last = part === insert && insert !== "";
  const gone = last ? old : (start.exec(old)?.[0] ?? (insert && unit === "line" ? "" : old));
  return { from, to: from + gone.length, insert: part };
}

/** How far both texts are the same, in whole words. */
function sameWords(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  const goesOn = isWord(a[length]) || isWord(b[length]);
  while (goesOn && isWord(a[length - 1])) length--;
  return length;
}
