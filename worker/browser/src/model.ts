// Gets a model file as a Blob, which the browser may keep on the disk: the bytes never stand whole in wasm memory.

import type { LoadProgress } from "@foretab/client";

/** Fetches the file once. Throws with the address and the reason. */
export async function fetchModel(
  url: string | URL,
  onProgress: (progress: LoadProgress) => void,
): Promise<Blob> {
  let response: globalThis.Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new Error(
      `The model ${url} could not be fetched: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
  if (!response.ok || !response.body) {
    const { status, statusText } = response;
    throw new Error(
      `The model ${url} could not be fetched: the server answered ${status} ${statusText}`.trim(),
    );
  }
  // A compressed transfer says its compressed length, which is no use for the progress.
  const encoded = response.headers.has("content-encoding");
  const total = encoded ? 0 : Number(response.headers.get("content-length") ?? 0);
  const chunks: BlobPart[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    loaded += value.length;
    onProgress({ phase: "fetch", loaded, total });
  }
  return new Blob(chunks);
}

/** Reads ranges of a file, for `Session.load`. */
export function rangeReader(file: Blob): (offset: number, length: number) => Promise<Uint8Array> {
  return async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
}
