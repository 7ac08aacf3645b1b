// What becomes of each suggestion that a user sees, told once, whatever editor shows it.

import { origin } from "./rebase.js";
import type { EditKind, Suggestion, TextChange } from "./session-types.js";

/** How a suggestion was accepted: at once, by its first word or line, with all others, or by typing what it says. */
export type AcceptedAs = "whole" | "word" | "line" | "all" | "typed";

/**
 * How it was not: the user sent it away; an edit of theirs says something else; or it went without a word of theirs,
 * for a newer answer, an undo, another file or somebody else's edit.
 */
export type RejectedAs = "dismissed" | "contradicted" | "ignored";

/** A suggestion that was shown. */
export interface SuggestionOutcome {
  /** Path of the document that it changes. */
  document: string;
  /** As it stood in the text when it was shown. */
  suggestion: Suggestion;
  /** From what the user did last (a key, a click) to the suggestion, ms. */
  delay: number;
}

/** Why suggestions are not on offer any more, or that a part of the one on show was accepted. */
export type Cause =
  | { type: "accepted"; how: AcceptedAs; changes: readonly TextChange[]; before: string }
  | { type: "rejected"; why: RejectedAs };

/** A suggestion, and the document that it is for. */
export interface Offered {
  document: string;
  suggestion: Suggestion;
}

/** Who is told. */
export interface Audience {
  /** That was accepted in a document, which was `before` until then; also where the suggestion is told already. */
  inserted(document: string, changes: readonly TextChange[], before: string): void;
  shown(outcome: SuggestionOutcome): void;
  accepted(outcome: SuggestionOutcome, how: AcceptedAs): void;
  rejected(outcome: SuggestionOutcome, why: RejectedAs): void;
}

/** Who shows suggestions: an editor with the document of that path. */
export interface Shower {
  readonly path: string;
}

interface Seen {
  outcome: SuggestionOutcome;
  /** As it stands in the text now. */
  now: Suggestion;
  by: Shower;
  told: boolean;
}

/** The suggestions that users have seen and that are still on offer. */
export class ShownSuggestions {
  readonly #seen = new Map<Suggestion, Seen>();
  /** What is told already, and may come back: deleting brings back what was typed in full. */
  readonly #told = new WeakSet<Suggestion>();
  /** When the user did something last. */
  #lastKey = 0;

  constructor(private readonly audience: Audience) {}

  /** The user did something at that time (`performance.now()`). */
  key(time: number): void {
    this.#lastKey = time;
  }

  /** What `by` has on offer now, which of it is on show, and why it changed. */
  update(by: Shower, shown: Offered | null, offered: readonly Offered[], cause: Cause): void {
    if (cause.type === "accepted" && cause.how !== "typed") {
      this.audience.inserted(by.path, cause.changes, cause.before);
    }
    this.#follow(by, offered);
    const first = shown && this.#seen.get(origin(shown.suggestion));
    const part = cause.type === "accepted" && (cause.how === "word" || cause.how === "line");
    if (part && first) this.#tell(first, cause);
    const alive = new Set(offered.map(({ suggestion }) => origin(suggestion)));
    for (const [key, seen] of this.#seen) {
      if (seen.by !== by || alive.has(key)) continue;
      this.#seen.delete(key);
      this.#tell(seen, cause);
    }
    if (first) {
      first.by = by; // it may have been followed here from another document
    } else if (shown) {
      this.#show(by, shown);
    }
  }

  #show(by: Shower, { document, suggestion }: Offered): void {
    if (this.#told.has(origin(suggestion))) return;
    const outcome = { document, suggestion, delay: performance.now() - this.#lastKey };
    this.#seen.set(origin(suggestion), { outcome, now: suggestion, by, told: false });
    this.audience.shown(outcome);
  }

  #tell(seen: Seen, cause: Cause): void {
    this.#told.add(origin(seen.now));
    if (seen.told) return;
    seen.told = true;
    const { outcome, by } = seen;
    if (cause.type === "accepted") this.audience.accepted(outcome, cause.how);
    // What is typed here says nothing about an edit that is offered for another document.
    else this.audience.rejected(outcome, outcome.document === by.path ? cause.why : passedOver(cause.why));
  }

  /** Takes up how suggestions stand now. A newer answer that says the same is the same suggestion. */
  #follow(by: Shower, offered: readonly Offered[]): void {
    for (const { suggestion } of offered) {
      const key = origin(suggestion);
      const known = this.#seen.get(key);
      if (known) {
        known.now = suggestion;
        continue;
      }
      for (const [old, seen] of this.#seen) {
        if (seen.by !== by || !isSame(seen.now, suggestion)) continue;
        this.#seen.delete(old);
        this.#seen.set(key, { ...seen, now: suggestion });
        break;
      }
    }
  }
}

function passedOver(why: RejectedAs): RejectedAs {
  return why === "contradicted" ? "ignored" : why;
}

/** What made a change of the text, and what it did to the suggestions. */
export interface ChangeOf {
  kind: EditKind;
  /** It did what was left to do of a suggestion. */
  completed: boolean;
  /** What was handed out before to be accepted. */
  taken: { how: AcceptedAs; edits: readonly TextChange[] } | null;
}

/** What a change of the text means for the suggestions that it ends. */
export function causeOf(
  change: { changes: readonly TextChange[]; before: string },
  { kind, completed, taken }: ChangeOf,
): Cause {
  const accepted = (how: AcceptedAs): Cause => ({ type: "accepted", how, ...change });
  if (taken && isSameEvent(taken.edits, change.changes)) return accepted(taken.how);
  if (kind === "accepted") return accepted("whole");
  // Monaco does not say that an edit was accepted; nobody types more than a character at once.
  const typed = change.changes.every(({ from, to, insert }) => insert.length <= 1 && to - from <= 1);
  if (completed) return accepted(typed ? "typed" : "whole");
  return { type: "rejected", why: kind === "typed" ? "contradicted" : "ignored" };
}

function isSame(a: TextChange, b: TextChange): boolean {
  return a.from === b.from && a.to === b.to && a.insert === b.insert;
}

function isSameEvent(a: readonly TextChange[], b: readonly TextChange[]): boolean {
  return a.length === b.length && a.every((change) => b.some((other) => isSame(change, other)));
}
