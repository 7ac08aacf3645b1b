import { apply, type RecentEdit } from "./recent-edits.js";

/** What a page opens: files, which of them is on show and where the cursor is, and edits to be made first. */
export interface Opening {
  /** Path to text. */
  files: ReadonlyMap<string, string>;
  /** Default: the first. */
  path?: string | undefined;
  /** UTF-16 offset. Default 0. */
  cursor?: number | undefined;
  /** Made in `files`, one after the other, as if the user had. */
  edits?: readonly RecentEdit[] | undefined;
}

/** The files after those edits. Edits of other files, or beyond a file's end, are a `RangeError`. */
export function edited(
  files: ReadonlyMap<string, string>,
  edits: readonly RecentEdit[],
): Map<string, string> {
  const result = new Map(files);
  for (const { path, changes } of edits) {
    const text = result.get(path);
    const fits = ({ from, to }: { from: number; to: number }) =>
      0 <= from && from <= to && to <= (text ?? "").length;
    if (text === undefined || !changes.every(fits)) throw new RangeError(`an edit does not fit into ${path}`);
    result.set(path, apply(text, changes));
  }
  return result;
}
