// Gets a model file as a Blob, which the browser may keep on the disk: the bytes never stand whole in wasm memory.

import type { LoadProgress } from "@foretab/client";

/** Time between two reports of progress, ms. */
const REPORT_EVERY = 50;

/** Fetches the file once. Throws with the address and the reason. */
export async function fetchModel(url: string, onProgress: (progress: LoadProgress) => void): Promise<Blob> {
  const failed = (why: string) => new Error(`The model ${url} could not be fetched: ${why}`);
  let response: globalThis.Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw failed(cause instanceof Error ? cause.message : String(cause));
  }
  if (!response.ok || !response.body) {
    throw failed(`the server answered ${response.status} ${response.statusText}`.trimEnd());
  }
  // A compressed transfer says its compressed length, which is no use for the progress.
  const compressed = response.headers.has("content-encoding");
  const total = compressed ? 0 : Number(response.headers.get("content-length") ?? 0);
  const chunks: BlobPart[] = [];
  let loaded = 0;
  let reported = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw failed(String(cause));
    });
    if (done) break;
    chunks.push(value);
    loaded += value.length;
    if (performance.now() - reported >= REPORT_EVERY) {
      reported = performance.now();
      onProgress({ phase: "fetch", loaded, total });
    }
  }
  return new Blob(chunks);
}

/** Reads ranges of a file, for `Session.load`. */
export function rangeReader(file: Blob): (offset: number, length: number) => Promise<Uint8Array> {
  return async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
}
