// What a request may hold. The limits are checked before anything is computed.

import * as v from "valibot";

/** Bytes of a body, before and after it is decompressed. */
export const BODY = 1_000_000;
/** Nested arrays and objects of a body. */
export const DEPTH = 8;

const PATH = 1024;
const CHANGES = 64;
const EXCERPTS = 16;
const DIAGNOSTICS = 200;
const REJECTED = 20;

/** Half of a pair stands for no character, and cannot be carried on as UTF-8. */
const text = v.pipe(
  v.string(),
  v.check((value) => value.isWellFormed(), "has half of a surrogate pair"),
);
const path = v.pipe(text, v.maxLength(PATH), v.regex(/^[^\p{Cc}]*$/u, "has a control character"));
const offset = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(BODY));

const diagnostic = v.object({
  from: offset,
  to: offset,
  message: text,
  severity: v.picklist(["error", "warning", "info", "hint"]),
});
const excerpt = v.object({ path, text });
const document = {
  path,
  text,
  cursor: offset,
  before: v.optional(text),
  history: v.optional(
    v.pipe(
      v.array(v.object({ path, old: text, new: text, line: v.optional(offset, 0) })),
      v.maxLength(CHANGES),
    ),
    [],
  ),
  context: v.optional(v.pipe(v.array(excerpt), v.maxLength(EXCERPTS)), []),
  diagnostics: v.optional(v.pipe(v.array(diagnostic), v.maxLength(DIAGNOSTICS)), []),
  rejected: v.optional(
    v.pipe(v.array(v.object({ path, lineStart: text, old: text, new: text })), v.maxLength(REJECTED)),
    [],
  ),
};

interface Places {
  text: string;
  cursor: number;
  diagnostics: { from: number; to: number }[];
}

/** Offsets lie between two characters of the text. */
function isPlaced({ text, cursor, diagnostics }: Places): boolean {
  const offsets = [cursor, ...diagnostics.flatMap(({ from, to }) => [from, to])];
  return offsets.every((at) => isBoundary(text, at)) && diagnostics.every(({ from, to }) => from <= to);
}

const PLACED = "has an offset outside of the text or within a character";

/** The body of `POST /v1/next-edit`. */
export const situation = v.pipe(
  v.object({
    ...document,
    elsewhere: v.optional(
      v.pipe(
        v.object(document),
        v.check((value) => isPlaced(value), PLACED),
      ),
    ),
  }),
  v.check((value) => isPlaced(value), PLACED),
);

const chunk = v.object({ file_path: path, content: text });

/** The body that Sweep's clients send, without the fields that nothing is done with. */
export const sweep = v.object({
  file_path: path,
  file_contents: text,
  recent_changes: text,
  cursor_position: offset,
  /** Offsets in bytes of UTF-8, not in UTF-16 code units. */
  use_bytes: v.optional(v.boolean(), false),
  multiple_suggestions: v.optional(v.boolean(), false),
  file_chunks: v.optional(v.pipe(v.array(chunk), v.maxLength(EXCERPTS)), []),
  retrieval_chunks: v.optional(v.pipe(v.array(chunk), v.maxLength(EXCERPTS)), []),
  editor_diagnostics: v.optional(
    v.pipe(
      v.array(v.object({ start_offset: offset, end_offset: offset, severity: text, message: text })),
      v.maxLength(DIAGNOSTICS),
    ),
    [],
  ),
});

/** Whether an offset in UTF-16 code units lies between two characters of a text, or at an end of it. */
export function isBoundary(text: string, at: number): boolean {
  if (at < 0 || at > text.length) return false;
  const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
  return at === 0 || at === text.length || !isHigh(text.charCodeAt(at - 1));
}
