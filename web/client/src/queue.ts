import { type Interpolated, interpolate, Since, touch } from "./rebase.js";
import type { Suggestion, TextChange } from "./session-types.js";

/** Suggestions with the text that they were made for, and what happened to it since. */
interface Offer {
  suggestions: readonly Suggestion[];
  since: Since;
}

/** The suggestions for a document, as they stand in its text now. The first is the one to show. */
export class Queue {
  #offer: Offer | null = null;
  #now: Interpolated | null = null;
  #composing = false;

  get suggestions(): readonly Suggestion[] {
    return this.#now?.suggestions ?? [];
  }

  /** Since the suggestions came the user has done nothing but what they say. */
  get agrees(): boolean {
    return this.#now?.agrees ?? false;
  }

  /** One change event of the document. */
  change(changes: readonly TextChange[]): void {
    if (this.#offer) this.#set({ ...this.#offer, since: this.#offer.since.after(changes) });
  }

  /** What an input method puts there on the way drops nothing: only the text that it ends with counts. */
  composing(active: boolean): void {
    this.#composing = active;
    this.#set(this.#offer);
  }

  /** An answer, what happened since it was asked for, and where the document is now. */
  arrived(answer: readonly Suggestion[], since: Since, text: string, cursor: number): void {
    // What is on offer stays while the user follows it, and new ones queue behind it. Where they say something
    // else they take its place, for they were made with more of the user's edits; but not under the user's hands.
    const queue = this.agrees ? this.suggestions : [];
    const begun = this.agrees ? this.#now?.begun : null;
    const arrived = interpolate(answer, since)?.suggestions ?? [];
    const fresh = arrived.filter((suggestion) => !begun || !touch(suggestion, begun));
    const followed = queue.flatMap((old) => {
      const instead = fresh.filter((suggestion) => touch(suggestion, old));
      return instead.length > 0 ? instead : [old];
    });
    this.#set({ suggestions: [...new Set([...followed, ...fresh])], since: new Since(text, cursor) });
  }

  /** Puts the next one first, and the first one last; by -1 the other way round. False where there is no other. */
  turn(by: 1 | -1): boolean {
    const first = this.suggestions[0];
    if (!this.#offer || !first || this.suggestions.length < 2) return false;
    // One that was typed in full is still on offer, for what is deleted again, but is not among the suggestions.
    for (let turns = this.#offer.suggestions.length; turns > 0; turns--) {
      const { suggestions, since } = this.#offer;
      this.#set({ suggestions: [...suggestions.slice(by), ...suggestions.slice(0, by)], since });
      if (this.suggestions[0]?.from !== first.from) return true;
    }
    return false;
  }

  clear(): void {
    this.#set(null);
  }

  #set(offer: Offer | null): void {
    this.#now = offer && interpolate(offer.suggestions, offer.since);
    this.#offer = this.#now || this.#composing ? offer : null;
  }
}
