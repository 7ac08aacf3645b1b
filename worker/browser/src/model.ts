// Where the bytes of a model come from.

import type { LoadProgress, ModelRequest } from "@foretab/client";
import { type Obtained, obtain, sourceOf, stored, unkept } from "./store/store.js";

/**
 * Gets the file that is asked for; without an address, the small model beside the worker. With `keep` it stays in the
 * store, unless it is a part of this package, which browsers keep as they do a script, or bytes without a name.
 */
export async function modelFile(
  model: ModelRequest | undefined,
  keep: boolean,
  report: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<Obtained> {
  const onProgress = (loaded: number, total: number, reason?: string) =>
    report({ phase: "fetch", loaded, total, reason });
  const options = { onProgress, signal };
  if (model === undefined) {
    return unkept({ url: new URL("./foretab-mini.gguf", import.meta.url).href }, options);
  }
  if (model instanceof File) return keep ? obtain(model, options) : asItIs(model);
  if (model instanceof Blob) return asItIs(model);
  if ("url" in model) return keep ? obtain(model, options) : unkept(model, options);
  const complete = await stored(model.id);
  if (complete) return complete;
  const source = await sourceOf(model.id);
  if (!source) throw new Error("The model is not in the store any more.");
  return obtain(source, options);
}

/** Reads ranges of a file, for `Session.load`. */
export function rangeReader(file: Blob): (offset: number, length: number) => Promise<Uint8Array> {
  return async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
}

function asItIs(file: Blob): Obtained {
  return { file, release: () => {} };
}
