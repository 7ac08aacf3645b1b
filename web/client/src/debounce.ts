// How long to wait after a key before the model is asked. Pure: the clock is an argument.

/** The shortest wait, in ms: less than people take between two keys. */
export const SHORTEST = 50;
/** Intervals between keys that count, in ms: shorter ones are no typing, longer ones are pauses. */
const TYPING = { from: 40, to: 400 };
/** Until so many intervals are known, keys are taken to be `USUAL` ms apart. */
const ENOUGH = 10;
const USUAL = 200;
/** Of what is remembered, the share that goes with each new interval or answer. */
const FORGOTTEN = 0.1;

/**
 * Waits until the user has probably paused, less the time that the answer takes anyhow (the formula of Pochi's
 * client, with a lower floor because nothing goes over a network): one and a half intervals between the user's
 * keys at the end of a document's last line, up to three within a word.
 */
export class Debounce {
  #lastKey = Number.NEGATIVE_INFINITY;
  #interval = USUAL;
  #known = 0;
  #response = 0;

  constructor(
    /** The longest wait, in ms. */
    readonly longest: number,
  ) {}

  /** A key was pressed, at `time` in ms. */
  typed(time: number): void {
    const interval = time - this.#lastKey;
    this.#lastKey = time;
    if (interval < TYPING.from || interval > TYPING.to) return;
    this.#known++;
    this.#interval += (interval - this.#interval) * Math.max(FORGOTTEN, 1 / this.#known);
  }

  /** The model took that long for an answer, in ms. */
  answered(response: number): void {
    this.#response += (response - this.#response) * (this.#response === 0 ? 1 : FORGOTTEN);
  }

  /** How long to wait now, in ms, with the cursor there in the text. */
  wait(text: string, cursor: number): number {
    const interval = this.#known < ENOUGH ? USUAL : this.#interval;
    const wait = interval * (3 - 1.5 * pauseLikely(text, cursor)) - this.#response;
    return Math.min(this.longest, Math.max(SHORTEST, Math.round(wait)));
  }
}

/** How likely people pause there, from 0 to 1. */
function pauseLikely(text: string, cursor: number): number {
  const wordEnds = cursor > 0 && !/[\p{L}\p{N}_$]/u.test(text[cursor - 1] as string);
  const lineEnds = cursor === text.length || text[cursor] === "\n" || text[cursor] === "\r";
  return (wordEnds ? 0.5 : 0) + (lineEnds ? 0.4 : 0) + (cursor === text.length ? 0.1 : 0);
}
