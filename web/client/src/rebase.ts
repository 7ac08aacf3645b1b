// Keeps a suggestion in step with what the user types while it is computed or shown.
//
// The rules are those that Zed documents for its predictions: typing what a suggestion inserts shortens it,
// deleting that again brings it back, an edit elsewhere moves it, and a contradiction drops it.
// Going on with the edit that a suggestion was made from (a name that is still being typed) is a contradiction too.
// Everything is recomputed from the text that the suggestion was made for, so nothing drifts.

import type { Suggestion, TextChange } from "./session-types.js";

/** What happened since `text`, as one change event. Immutable. */
export class Since {
  constructor(
    /** The text at the start. */
    readonly text: string,
    /** Where the user was editing then; going on with that edit makes suggestions obsolete. */
    readonly cursor: number | null = null,
    /** Sorted and apart from each other; offsets in `text`. */
    readonly changes: readonly TextChange[] = [],
  ) {}

  /** With one more change event, whose offsets count in the text as it is now. */
  after(event: readonly TextChange[]): Since {
    const composed = compose(this.changes, sorted(event));
    return new Since(
      this.text,
      this.cursor,
      composed.flatMap((change) => trim(change, this.text)),
    );
  }
}

/** The suggestions as they stand after the changes. */
export interface Interpolated {
  suggestions: Suggestion[];
  /** Every change was a step towards a suggestion, so the answer still describes the user's intent. */
  agrees: boolean;
  /** The one that the user has typed a part of. */
  begun: Suggestion | null;
}

/** Carries suggestions made for `since.text` over to the text as it is now, or `null` on a contradiction. */
export function interpolate(suggestions: readonly Suggestion[], since: Since): Interpolated | null {
  const inside = new Set<TextChange>();
  const kept: Suggestion[] = [];
  let begun: Suggestion | null = null;
  for (const suggestion of suggestions) {
    const touching = since.changes.filter((change) => touch(change, suggestion));
    const change = touching[0];
    let rest: TextChange | null = suggestion;
    if (change) {
      rest = touching.length === 1 ? remainder(suggestion, change, since.text) : null;
      if (!rest) return null;
      inside.add(change);
      if (rest.from === rest.to && rest.insert === "") continue; // typed in full
    }
    const shift = since.changes
      .filter((c) => c.to < suggestion.from)
      .reduce((sum, c) => sum + c.insert.length - (c.to - c.from), 0);
    const now = suggestionAt(suggestion, rest.from + shift, rest.to + shift, rest.insert);
    kept.push(now);
    if (change) begun = now;
  }
  const { cursor } = since;
  const goesOn = (c: TextChange) => cursor !== null && c.from <= cursor && c.to >= cursor && !inside.has(c);
  if (since.changes.some(goesOn)) return null;
  return { suggestions: kept, agrees: inside.size === since.changes.length, begun };
}

/** Both replace the same text, or text right beside the other's. */
export function touch(a: TextChange, b: TextChange): boolean {
  return a.from <= b.to && a.to >= b.from;
}

/** Where an offset of the text before a change event is after it; `behind` what is put right there, or in front of it. */
export function carried(offset: number, changes: readonly TextChange[], behind = false): number {
  const before = changes.filter(({ from }) => from < offset || (behind && from === offset));
  return before.reduce(
    (at, { from, to, insert }) => at + insert.length - (Math.min(to, offset) - from),
    offset,
  );
}

/** The text after a change event. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  let result = text;
  for (const change of sorted(changes).reverse()) {
    result = result.slice(0, change.from) + change.insert + result.slice(change.to);
  }
  return result;
}

/**
 * What is left of a suggestion after a change inside of it, or `null` where they disagree.
 * `from` and `to` of the result count in the text after the change.
 */
function remainder(suggestion: TextChange, change: TextChange, text: string): TextChange | null {
  if (change.from < suggestion.from || change.to > suggestion.to) return null;
  const end = suggestion.to + change.insert.length - (change.to - change.from);
  const typed = text.slice(suggestion.from, change.from) + change.insert;
  if (suggestion.insert.startsWith(typed)) {
    const from = suggestion.from + typed.length;
    const insert = suggestion.insert.slice(typed.length);
    // Old and new may end alike (`total`, `grandTotal`): what stands there can be all that is missing.
    const done = text.slice(change.to, suggestion.to) === insert;
    return done ? { from, to: from, insert: "" } : { from, to: end, insert };
  }
  // Deleting part of what the suggestion replaces is a step towards it.
  if (change.insert === "") return { from: suggestion.from, to: end, insert: suggestion.insert };
  return null;
}

/** Of suggestions that were carried over, what they were at first. */
const origins = new WeakMap<Suggestion, Suggestion>();

/** The suggestion as it came from the model, which tells it apart however often it was carried over since. */
export function origin(suggestion: Suggestion): Suggestion {
  return origins.get(suggestion) ?? suggestion;
}

function suggestionAt(original: Suggestion, from: number, to: number, insert: string): Suggestion {
  const kind = from === to ? "insertion" : insert === "" ? "deletion" : "replacement";
  const now: Suggestion = { ...original, from, to, insert, kind };
  origins.set(now, origin(original));
  return now;
}

function sorted(changes: readonly TextChange[]): TextChange[] {
  return [...changes].sort((a, b) => a.from - b.from || a.to - b.to);
}

/** `earlier` and then `later` (whose offsets count in the text between the two) as one. Touching changes join. */
function compose(earlier: readonly TextChange[], later: readonly TextChange[]): TextChange[] {
  // Both kinds as intervals of the text in the middle.
  let grown = 0;
  const spans: { from: number; to: number; change: TextChange; late: boolean }[] = [];
  for (const change of earlier) {
    const from = change.from + grown;
    spans.push({ from, to: from + change.insert.length, change, late: false });
    grown += change.insert.length - (change.to - change.from);
  }
  for (const change of later) spans.push({ from: change.from, to: change.to, change, late: true });
  spans.sort((a, b) => a.from - b.from || a.to - b.to || Number(a.late) - Number(b.late));

  const result: TextChange[] = [];
  let shift = 0; // middle text minus old text, before the current group
  for (let i = 0; i < spans.length; ) {
    const first = spans[i] as (typeof spans)[number];
    let end = first.to;
    const group = [first];
    for (i++; i < spans.length; i++) {
      const span = spans[i] as (typeof spans)[number];
      if (span.from > end) break;
      end = Math.max(end, span.to);
      group.push(span);
    }
    // What no later change covers in the group is text that an earlier one inserted.
    const inserted = (from: number, to: number) =>
      group
        .filter((span) => !span.late)
        .map((span) => span.change.insert.slice(Math.max(0, from - span.from), Math.max(0, to - span.from)))
        .join("");
    let insert = "";
    let at = first.from;
    for (const span of group) {
      if (!span.late) continue;
      insert += inserted(at, span.from) + span.change.insert;
      at = span.to;
    }
    insert += inserted(at, end);
    const from = first.from - shift;
    for (const { late, change } of group) {
      if (!late) shift += change.insert.length - (change.to - change.from);
    }
    result.push({ from, to: end - shift, insert });
  }
  return result;
}

/** The change without what it leaves as it was; nothing when it leaves everything. */
export function trim({ from, to, insert }: TextChange, text: string): TextChange[] {
  const old = text.slice(from, to);
  const limit = Math.min(old.length, insert.length);
  let start = 0;
  while (start < limit && old[start] === insert[start]) start++;
  let end = 0;
  while (end < limit - start && old[old.length - 1 - end] === insert[insert.length - 1 - end]) end++;
  const change = { from: from + start, to: to - end, insert: insert.slice(start, insert.length - end) };
  return change.from === change.to && change.insert === "" ? [] : [change];
}
