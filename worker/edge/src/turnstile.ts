// One at a time, in order, and not too many in the queue.

import { Problem } from "./problem.js";

export class Turnstile {
  readonly #longest: number;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  /** At most `longest` wait for the one that is inside. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Resolves when it is the caller's turn, with what is to be called at its end. */
  async enter(): Promise<() => void> {
    if (this.#waiting > this.#longest) {
      throw new Problem(503, "busy", "Too many requests wait for the model.", 1);
    }
    this.#waiting += 1;
    const before = this.#last;
    let leave = () => {};
    this.#last = new Promise((resolve) => {
      leave = () => {
        this.#waiting -= 1;
        resolve();
      };
    });
    await before;
    return leave;
  }
}
