import type { TextChange } from "@foretab/client";

/** One change of one file: offsets in its text before it, and the cursor after it. */
export interface RecentEdit {
  path: string;
  changes: readonly TextChange[];
  cursor: number;
}

/** How many of the newest edits are kept. Typing on is one edit. */
const KEPT = 20;

/** The newest edits of the open files, and the texts before them: what a model needs to see a case as it was. */
export class RecentEdits {
  readonly #before: Map<string, string>;
  #edits: RecentEdit[] = [];

  constructor(files: Iterable<readonly [path: string, text: string]>) {
    this.#before = new Map(files);
  }

  /** Path to the text before the edits. */
  get before(): ReadonlyMap<string, string> {
    return this.#before;
  }

  get edits(): readonly RecentEdit[] {
    return this.#edits;
  }

  add(edit: RecentEdit): void {
    const joined = typedOn(this.#edits.at(-1), edit);
    if (joined) this.#edits[this.#edits.length - 1] = joined;
    else this.#edits.push(edit);
    if (this.#edits.length <= KEPT) return;
    const oldest = this.#edits.shift();
    if (oldest) this.#before.set(oldest.path, apply(this.#before.get(oldest.path) ?? "", oldest.changes));
  }
}

/** The text after those changes, which count in it before any of them. */
export function apply(text: string, changes: readonly TextChange[]): string {
  return [...changes]
    .sort((a, b) => b.from - a.from)
    .reduce((now, { from, to, insert }) => now.slice(0, from) + insert + now.slice(to), text);
}

/** The two as one, where the newer types on right behind the older. */
function typedOn(older: RecentEdit | undefined, newer: RecentEdit): RecentEdit | undefined {
  if (older?.path !== newer.path || older.changes.length !== 1 || newer.changes.length !== 1)
    return undefined;
  const [first] = older.changes;
  const [second] = newer.changes;
  if (!first || !second || second.from !== second.to || second.from !== first.from + first.insert.length) {
    return undefined;
  }
  if (/\n/.test(first.insert + second.insert)) return undefined;
  return { ...newer, changes: [{ ...first, insert: first.insert + second.insert }] };
}
