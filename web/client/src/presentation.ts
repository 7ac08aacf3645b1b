import type { Suggestion, TextChange } from "./session-types.js";

/** Text that is added, and how far into the old text. */
export interface Addition {
  readonly at: number;
  readonly text: string;
}

/**
 * The edit as a person reads it: a replacement that begins or ends inside a word is drawn as whole words.
 * Applying the result gives the same text as applying the suggestion.
 */
export function presented(suggestion: Suggestion, text: string): TextChange {
  let { from, to, insert } = suggestion;
  if (suggestion.kind !== "replacement") return { from, to, insert };
  const old = text.slice(from, to);
  if (isWord(old[0]) || isWord(insert[0])) {
    while (from > 0 && isWord(text[from - 1])) insert = text[--from] + insert;
  }
  if (isWord(old[old.length - 1]) || isWord(suggestion.insert[suggestion.insert.length - 1])) {
    while (to < text.length && isWord(text[to])) insert += text[to++];
  }
  return { from, to, insert };
}

/** The edit as an editor with the cursor there draws it, and whether that is as ghost text. */
export function drawn(
  suggestion: Suggestion,
  text: string,
  cursor: number,
): { edit: TextChange; ghost: boolean } {
  const ghost = isGhostText(suggestion, text, cursor);
  return { edit: ghost ? suggestion : presented(suggestion, text), ghost };
}

/** Whether the suggestion is drawn as ghost text: it begins at the cursor and only adds to what stands there. */
export function isGhostText(
  { from, to, insert, atCursor }: Suggestion,
  text: string,
  cursor: number,
): boolean {
  if (from !== cursor) return false;
  if (from === to) return true;
  return atCursor && !insert.includes("\n") && additions(text.slice(from, to), insert) !== null;
}

/** What has to be added to `old` to make it `insert`; `null` where something has to go. */
export function additions(old: string, insert: string): Addition[] | null {
  const added: Addition[] = [];
  let done = 0;
  for (let at = 0; at < old.length; at++) {
    const next = insert.indexOf(old[at] as string, done);
    if (next < 0) return null;
    if (next > done) added.push({ at, text: insert.slice(done, next) });
    done = next + 1;
  }
  if (done < insert.length) added.push({ at: old.length, text: insert.slice(done) });
  return added;
}

/** A character of a word. */
export function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
}
