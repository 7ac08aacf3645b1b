/** Speed is told over so many ms: long enough to be steady, short enough to follow the connection. */
const WINDOW = 4000;
/** Before so many ms it would be a guess. */
const LEAST = 250;

/** How fast a number of bytes grows. */
export class Speed {
  readonly #seen: { time: number; loaded: number }[] = [];

  /** Bytes per second over the last four seconds, where `loaded` are there at `time` (ms). */
  at(time: number, loaded: number): number | undefined {
    const seen = this.#seen;
    seen.push({ time, loaded });
    while (seen.length > 2 && time - (seen[1]?.time ?? time) >= WINDOW) seen.shift();
    const first = seen[0] ?? { time, loaded };
    const ms = time - first.time;
    return ms < LEAST ? undefined : ((loaded - first.loaded) / ms) * 1000;
  }
}
