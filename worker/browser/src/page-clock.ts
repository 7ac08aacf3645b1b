/**
 * Reads times of the page, whose clock began earlier than this worker's. A message that has waited behind a forward
 * pass is dated by when it was sent, so that no wait begins anew with it.
 */
export class PageClock {
  /** As in the message that came the fastest. */
  #offset = Number.POSITIVE_INFINITY;

  /** The time by this worker's clock, in ms, of a message that has just arrived. */
  here(time: number): number {
    this.#offset = Math.min(this.#offset, performance.now() - time);
    return time + this.#offset;
  }
}
