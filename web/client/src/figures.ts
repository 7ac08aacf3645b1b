import type { AcceptedAs, RejectedAs, SuggestionOutcome } from "./shown.js";
import { SURVIVAL_SECONDS } from "./survival.js";

/** What has come of the suggestions since the page was loaded. Kept in the page and sent nowhere. */
export interface Figures {
  /** Suggestions that were shown, each counted once however often it came and went. */
  readonly shown: number;
  readonly accepted: Readonly<Record<AcceptedAs, number>>;
  readonly rejected: Readonly<Record<RejectedAs, number>>;
  /** The accepted among those that were accepted or rejected, 0 to 1; `undefined` before the first. */
  readonly acceptance: number | undefined;
  /** Of the last thousand shown: ms from the user's last key to the suggestion; `undefined` before the first. */
  readonly delay: { readonly median: number; readonly p90: number } | undefined;
  /** Of the characters that accepts put into a document, the share that is still there after that many seconds. */
  readonly survival: readonly {
    readonly seconds: number;
    /** Accepts that were measured: those as old as that, in documents that are still open. */
    readonly accepts: number;
    /** 0 to 1; `undefined` before the first. */
    readonly share: number | undefined;
  }[];
  /** How often each reason has kept something from being shown, by its code (`Dropped.reason`). */
  readonly dropped: ReadonlyMap<string, number>;
}

/** The delays that the median is taken from. */
const DELAYS = 1000;

/** Counts; `changed` is called whenever something was counted. */
export class FigureKeeper {
  #shown = 0;
  readonly #accepted = { whole: 0, word: 0, line: 0, all: 0, typed: 0 };
  readonly #rejected = { dismissed: 0, contradicted: 0, ignored: 0 };
  readonly #delays: number[] = [];
  readonly #survival = SURVIVAL_SECONDS.map((seconds) => ({ seconds, accepts: 0, left: 0, inserted: 0 }));
  readonly #dropped = new Map<string, number>();

  constructor(private readonly changed: () => void) {}

  get figures(): Figures {
    const accepted = sum(this.#accepted);
    const decided = accepted + sum(this.#rejected);
    const delays = [...this.#delays].sort((a, b) => a - b);
    return {
      shown: this.#shown,
      accepted: { ...this.#accepted },
      rejected: { ...this.#rejected },
      acceptance: decided > 0 ? accepted / decided : undefined,
      delay: delays.length > 0 ? { median: quantile(delays, 0.5), p90: quantile(delays, 0.9) } : undefined,
      survival: this.#survival.map(({ seconds, accepts, left, inserted }) => ({
        seconds,
        accepts,
        share: inserted > 0 ? left / inserted : undefined,
      })),
      dropped: new Map(this.#dropped),
    };
  }

  shown({ delay }: SuggestionOutcome): void {
    this.#shown++;
    this.#delays.push(delay);
    if (this.#delays.length > DELAYS) this.#delays.shift();
    this.changed();
  }

  accepted(how: AcceptedAs): void {
    this.#accepted[how]++;
    this.changed();
  }

  rejected(why: RejectedAs): void {
    this.#rejected[why]++;
    this.changed();
  }

  survived(seconds: number, left: number, inserted: number): void {
    const figures = this.#survival.find((figures) => figures.seconds === seconds);
    if (!figures) return;
    figures.accepts++;
    figures.left += left;
    figures.inserted += inserted;
    this.changed();
  }

  dropped(reasons: readonly { reason: string }[]): void {
    for (const { reason } of reasons) this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
    if (reasons.length > 0) this.changed();
  }
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** The smallest value that so much of the values does not exceed; they are sorted. */
function quantile(values: readonly number[], part: number): number {
  return values[Math.max(0, Math.ceil(values.length * part) - 1)] ?? Number.NaN;
}
