import type { Suggestion, TextChange } from "./session-types.js";

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

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
}
