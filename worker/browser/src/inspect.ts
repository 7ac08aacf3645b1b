// What a model file takes, told from its first bytes.

import type { Inspection, ModelRequest } from "@foretab/client";
import type { Exports } from "./module.js";
import { sourceOf, stored } from "./store/store.js";

/** Bytes that are asked for first; the header of a file with a small vocabulary is in them. */
const FIRST = 1 << 20;

/** Reads as much of the file as it takes, and nothing of its weights. Rejects with the reason. */
export async function inspect(
  model: ModelRequest,
  context: number | undefined,
  { inspect }: Exports,
): Promise<Inspection> {
  for (let length = FIRST; ; ) {
    const start = await beginning(model, length);
    const inspected = inspect(start, context);
    if (!("neededBytes" in inspected)) return inspected;
    if (start.length < length) throw new Error("the file ends within its header");
    // What is needed is known only as far as the header has been read: not a request for each of its parts.
    length = Math.max(inspected.neededBytes, 4 * length);
  }
}

/** The first bytes of a file, or all of it if it is shorter. */
async function beginning(model: ModelRequest, length: number): Promise<Uint8Array> {
  if (model instanceof Blob) return new Uint8Array(await model.slice(0, length).arrayBuffer());
  if ("url" in model) return fetched(model.url, length);
  const kept = await stored(model.id);
  if (kept) {
    try {
      return await beginning(kept.file, length);
    } finally {
      kept.release();
    }
  }
  const source = await sourceOf(model.id);
  if (!source) throw new Error("the model is not in the store any more");
  return fetched(source.url, length);
}

async function fetched(url: string, length: number): Promise<Uint8Array> {
  const response = await fetch(url, { headers: { range: `bytes=0-${length - 1}` }, cache: "no-store" });
  if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
  const start = new Uint8Array(length);
  let size = 0;
  const reader = response.body.getReader();
  while (size < length) {
    const { done, value } = await reader.read();
    if (done) break;
    const piece = value.subarray(0, length - size);
    start.set(piece, size);
    size += piece.length;
  }
  await reader.cancel(); // a server may send more than it was asked for
  return start.subarray(0, size);
}
