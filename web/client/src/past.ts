import { applyChanges, Since } from "./rebase.js";
import type { TextChange } from "./session-types.js";

/** The changes of a document since the oldest version for which an answer may still come. */
export class Past {
  #events: (readonly TextChange[])[] = [];

  constructor(
    /** The text of that version. */
    private text: string,
    private version: number,
  ) {}

  /** One change event. */
  add(changes: readonly TextChange[]): void {
    this.#events.push(changes);
  }

  /** What happened since a version, at which the user was editing at `cursor`; `null` where that is not known. */
  since(version: number, cursor: number): Since | null {
    const known = version - this.version;
    if (known < 0 || known > this.#events.length) return null;
    const start = new Since(this.#events.slice(0, known).reduce(applyChanges, this.text), cursor);
    return this.#events.slice(known).reduce((since, changes) => since.after(changes), start);
  }

  /** No answer comes any more for versions before this one. */
  forget(version: number): void {
    const known = Math.min(version - this.version, this.#events.length);
    if (known <= 0) return;
    this.text = this.#events.splice(0, known).reduce(applyChanges, this.text);
    this.version += known;
  }
}
