// From a request to a checked value.

import { brotliDecompressSync, gunzipSync } from "node:zlib";
import * as v from "valibot";
import { Problem } from "./problem.js";
import { BODY, DEPTH } from "./schema.js";

const tooLarge = () => new Problem(413, "too-large", `A body may have ${BODY} bytes.`);

/** The body of a request as the schema has it. Throws a `Problem` of 4xx. */
export async function body<S extends v.GenericSchema>(
  request: Request,
  schema: S,
): Promise<v.InferOutput<S>> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Problem(415, "unsupported-type", "A body has to be application/json.");
  }
  const bytes = decompress(await read(request), request.headers.get("content-encoding"));
  const result = v.safeParse(schema, parse(bytes));
  if (result.success) return result.output;
  const [issue] = result.issues;
  // The field and what is wrong with it; what it holds is the user's.
  const field = v.getDotPath(issue) ?? "The body";
  const known = issue.type === "check" || issue.type === "regex";
  const expected = known ? issue.message : `is not what is expected: ${issue.expected ?? issue.type}`;
  throw new Problem(422, "invalid-field", `${field} ${expected}.`);
}

async function read(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length")) > BODY) throw tooLarge();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += piece.length;
    if (length > BODY) throw tooLarge();
    pieces.push(piece);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function decompress(bytes: Uint8Array, encoding: string | null): Uint8Array {
  const options = { maxOutputLength: BODY };
  try {
    switch (encoding?.trim().toLowerCase() || "identity") {
      case "identity":
        return bytes;
      case "gzip":
        return gunzipSync(bytes, options);
      case "br":
        return brotliDecompressSync(bytes, options);
    }
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge();
    throw new Problem(400, "bad-encoding", "The body is not compressed as its header says.");
  }
  throw new Problem(415, "unsupported-encoding", "A body may come as it is, or as gzip or br.");
}

function parse(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Problem(400, "bad-encoding", "The body is not UTF-8.");
  }
  if (depth(text) > DEPTH) throw new Problem(400, "too-deep", `JSON may be ${DEPTH} levels deep.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, "bad-json", "The body is not JSON.");
  }
}

/** How deep JSON is nested, without parsing it. */
function depth(json: string): number {
  let deepest = 0;
  let now = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (quoted) {
      if (character === "\\") at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "[" || character === "{") deepest = Math.max(deepest, ++now);
    else if (character === "]" || character === "}") now -= 1;
  }
  return deepest;
}
