// The protocol of Sweep's own server, for the editor clients that were made for that one.

import type { Change, Prediction, Situation, Suggestion } from "@foretab/client";
import type * as v from "valibot";
import { Problem } from "./problem.js";
import { isBoundary, type sweep } from "./schema.js";

type Asked = v.InferOutput<typeof sweep>;

/** What Sweep's client knows of the document, as ours would tell it. */
export function situationOf(asked: Asked): Situation {
  const text = asked.file_contents;
  const place = offsets(text, asked.use_bytes);
  const severity = (name: string) => (/^err/i.test(name) ? "error" : "warning");
  return {
    path: asked.file_path,
    text,
    cursor: place.toUtf16(asked.cursor_position),
    // What the client takes for the text before may be older than the newest change, or the text itself.
    history: changes(asked),
    context: [...asked.file_chunks, ...asked.retrieval_chunks]
      .filter(({ file_path }) => file_path !== "diagnostics")
      .map(({ file_path, content }) => ({ path: file_path, text: content })),
    diagnostics: asked.editor_diagnostics.map(({ start_offset, end_offset, severity: name, message }) => ({
      from: place.toUtf16(start_offset),
      to: place.toUtf16(end_offset),
      severity: severity(name),
      message,
    })),
    rejected: [],
  };
}

/** A line of NDJSON, as Sweep's server writes it: the first suggestion, or an empty one. */
export function answerOf(asked: Asked, prediction: Prediction, id: string, elapsed: number): string {
  const place = offsets(asked.file_contents, asked.use_bytes);
  const completion = ({ from, to, insert }: Suggestion, index: number) => ({
    autocomplete_id: `${id}-${index}`,
    start_index: place.fromUtf16(from),
    end_index: place.fromUtf16(to),
    completion: insert,
    confidence: 1,
  });
  const found = prediction.document ? [] : prediction.suggestions.map(completion);
  const nothing = { autocomplete_id: id, start_index: 0, end_index: 0, completion: "", confidence: 0 };
  const answer = {
    ...(found[0] ?? nothing),
    finish_reason: "stop",
    elapsed_time_ms: Math.round(elapsed),
    ...(asked.multiple_suggestions && { completions: found }),
  };
  return `${JSON.stringify(answer)}\n`;
}

/** `File: {path}` and unified hunks, the oldest first. */
function changes(asked: Asked): Change[] {
  const found: Change[] = [];
  let path = asked.file_path;
  let hunk: Change | undefined;
  for (const line of asked.recent_changes.split(/\r?\n/)) {
    const file = /^File: (.+?):?$/.exec(line);
    const range = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (file) {
      const named = file[1] ?? "";
      // Whole paths and those within a workspace may stand side by side.
      path = asked.file_path.endsWith(`/${named}`) ? asked.file_path : named;
      hunk = undefined;
    } else if (range) {
      hunk = { path, old: "", new: "", line: Math.max(0, Number(range[1]) - 1) };
      found.push(hunk);
    } else if (hunk) {
      const content = `${line.slice(1)}\n`;
      if (line.startsWith("-") || line.startsWith(" ")) hunk.old += content;
      if (line.startsWith("+") || line.startsWith(" ")) hunk.new += content;
    }
  }
  return found.slice(-64);
}

/** Between offsets of a protocol, which may count bytes, and UTF-16 code units. */
function offsets(text: string, bytes: boolean) {
  const encoder = new TextEncoder();
  const checked = (at: number): number => {
    if (isBoundary(text, at)) return at;
    throw new Problem(422, "invalid-field", "An offset is outside of the text or within a character.");
  };
  if (!bytes) return { toUtf16: checked, fromUtf16: (at: number) => at };
  const encoded = encoder.encode(text);
  return {
    toUtf16(at: number): number {
      const within = ((encoded[at] ?? 0) & 0xc0) === 0x80;
      if (at > encoded.length || within) return checked(Number.POSITIVE_INFINITY);
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(encoded.subarray(0, at)).length;
    },
    fromUtf16: (at: number) => encoder.encode(text.slice(0, at)).length,
  };
}
