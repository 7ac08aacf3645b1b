// How much of what was accepted is still in the document some time later.
//
// The measure is VS Code's "accepted and retained characters" (`ArcTracker` in its contrib/editTelemetry): of the
// characters that an accept put into the document, those that nothing has taken out since, followed through every
// edit. The times are those at which Sweep's plugin compares.

import { trim } from "./rebase.js";
import type { TextChange } from "./session-types.js";

/** Seconds from an accept to when it is measured. */
export const SURVIVAL_SECONDS = [15, 30, 60, 120, 300] as const;

interface Span {
  from: number;
  to: number;
}

/** The characters that one accept put into a document, as far as they are left. */
export class Retained {
  #spans: readonly Span[];
  /** How many there were. */
  readonly inserted: number;

  /** `changes` is the accept, of a document that was `text` before. */
  constructor(changes: readonly TextChange[], text: string) {
    let shift = 0;
    this.#spans = changes
      .flatMap((change) => trim(change, text))
      .sort((a, b) => a.from - b.from)
      .map(({ from, to, insert }) => {
        const start = from + shift;
        shift += insert.length - (to - from);
        return { from: start, to: start + insert.length };
      });
    this.inserted = this.left;
  }

  /** How many there are. */
  get left(): number {
    return this.#spans.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** One change event, of a document that was `text` before. */
  change(changes: readonly TextChange[], text: string): void {
    const trimmed = changes.flatMap((change) => trim(change, text)).sort((a, b) => b.from - a.from);
    for (const change of trimmed) this.#spans = this.#spans.flatMap((span) => without(span, change));
  }
}

/** What a change leaves of a span: all, nothing, or what stands on one side or on both. */
function without(span: Span, { from, to, insert }: TextChange): Span[] {
  const grown = insert.length - (to - from);
  if (span.to <= from) return [span];
  if (span.from >= to) return [{ from: span.from + grown, to: span.to + grown }];
  const left = { from: span.from, to: from };
  const right = { from: to + grown, to: span.to + grown };
  return [left, right].filter((part) => part.from < part.to);
}

/** Follows the accepts of all documents for five minutes each. */
export class Survival {
  readonly #followed = new Map<string, Set<Retained>>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  /** `measured` is told of each accept and time: how many characters are left, of how many. */
  constructor(private readonly measured: (seconds: number, left: number, inserted: number) => void) {}

  /** An accept, which is the change that `document` has just gone through. One that only deletes is not followed. */
  accepted(document: string, changes: readonly TextChange[], before: string): void {
    const retained = new Retained(changes, before);
    if (retained.inserted === 0) return;
    const followed = this.#followed.get(document) ?? new Set();
    this.#followed.set(document, followed.add(retained));
    for (const seconds of SURVIVAL_SECONDS) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        if (!followed.has(retained)) return;
        if (seconds === SURVIVAL_SECONDS.at(-1)) followed.delete(retained);
        this.measured(seconds, retained.left, retained.inserted);
      }, seconds * 1000);
      this.#timers.add(timer);
    }
  }

  /** One change event of a document that was `before` until then. */
  change(document: string, changes: readonly TextChange[], before: string): void {
    for (const retained of this.#followed.get(document) ?? []) retained.change(changes, before);
  }

  /** What was accepted in a document that was closed is not known any more. */
  close(document: string): void {
    this.#followed.get(document)?.clear();
    this.#followed.delete(document);
  }

  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#followed.clear();
  }
}
