// Fetches a file from where a download of it was cut off, and goes on by itself where the connection is lost.

import type { Receiver } from "./receiver.js";

/** Attempts one after the other that bring nothing, before a connection is given up, and the wait before each, in ms. */
const WAITS = [300, 1000, 3000, 6000];

/** A connection that was lost: to try again is of use. */
class Cut extends Error {}

/**
 * Fetches all that `receiver` has not got of the file; a server that does not answer at first is not waited for.
 * Rejects with the reason, and what has come by then is in `receiver`. `report` is called when bytes have come.
 */
export async function download(
  url: string,
  receiver: Receiver,
  report: () => void,
  signal: AbortSignal,
): Promise<void> {
  let answered = false;
  const heard = () => {
    answered = true;
    report();
  };
  /** Attempts since bytes have come. */
  let idle = 0;
  for (;;) {
    const before = receiver.size;
    try {
      if (await attempt(url, receiver, heard, signal)) return;
    } catch (cause) {
      signal.throwIfAborted();
      if (!(cause instanceof Cut && answered)) throw cause;
      idle = receiver.size > before ? 0 : idle + 1;
      const wait = WAITS[idle];
      if (wait === undefined) throw cause;
      await pause(wait, signal);
    }
  }
}

/** One request. False where what is there turned out to be of another file, and has been dropped. */
async function attempt(
  url: string,
  receiver: Receiver,
  heard: () => void,
  signal: AbortSignal,
): Promise<boolean> {
  const { size } = receiver;
  if (size > 0 && size === receiver.note.bytes) return true;
  const response = await ask(url, receiver, signal);
  if (response.status === 416 && size > 0) {
    receiver.restart();
    return false;
  }
  if (!response.ok || !response.body) {
    const what = `the server answered ${response.status} ${response.statusText}`.trimEnd();
    throw response.status >= 500 || response.status === 429 ? new Cut(what) : new Error(what);
  }
  if (size > 0 && !goesOn(response, receiver)) {
    receiver.restart();
    if (response.status === 206) {
      await response.body.cancel();
      return false;
    }
  }
  const { note } = receiver;
  const bytes = bytesOf(response) || note.bytes;
  if (note.pinned && note.bytes > 0 && bytes !== note.bytes) {
    await response.body.cancel();
    throw new Error(`the server has a file of ${bytes} bytes there, and it should be one of ${note.bytes}`);
  }
  await receiver.began({ validator: validatorOf(response) ?? note.validator, bytes });
  heard();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw new Cut(String(cause));
    });
    if (done) break;
    await receiver.write(value);
    heard();
  }
  if (receiver.size < bytes) throw new Cut("the connection was closed");
  return true;
}

async function ask(url: string, { note, size }: Receiver, signal: AbortSignal): Promise<Response> {
  const headers = new Headers();
  if (size > 0) {
    headers.set("range", `bytes=${size}-`);
    // Another origin would have to allow it. There, and in any case, the answer tells which file it is of, or the
    // hash does.
    const own = new URL(url).origin === location.origin;
    if (own && note.validator) headers.set("if-range", note.validator);
  }
  try {
    // The browser's HTTP cache would hold the file once more.
    return await fetch(url, { headers, signal, cache: "no-store" });
  } catch (cause) {
    throw new Cut(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Whether an answer is the rest of the very file of which `receiver` has the beginning. */
function goesOn(response: Response, { note, size }: Receiver): boolean {
  if (response.status !== 206) return false;
  const [, start, total] = rangeOf(response) ?? [];
  if (start !== undefined && Number(start) !== size) return false;
  if (note.bytes > 0 && total !== undefined && Number(total) !== note.bytes) return false;
  if (note.pinned) return true; // the hash tells
  const validator = validatorOf(response);
  return note.validator !== undefined && !isWeak(note.validator) && note.validator === validator;
}

/** What tells this file from another at the same address; a strong `ETag` is the surest. */
export function validatorOf({ headers }: Response): string | undefined {
  const etag = headers.get("etag") ?? undefined;
  return etag && !isWeak(etag) ? etag : (headers.get("last-modified") ?? etag);
}

/** With such a tag two files may differ in their bytes, so that parts of them must not be put together. */
function isWeak(validator: string): boolean {
  return validator.startsWith("W/");
}

/** Size of the whole file; 0 where the answer does not tell, or tells that of a compressed transfer. */
export function bytesOf(response: Response): number {
  if (response.headers.has("content-encoding")) return 0;
  const total = response.status === 206 ? rangeOf(response)?.[2] : response.headers.get("content-length");
  return Number(total ?? 0) || 0;
}

/** Of `Content-Range: bytes 5-9/10`, 5 and 10. Other origins may keep it to themselves. */
function rangeOf({ headers }: Response): RegExpExecArray | null {
  return /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get("content-range") ?? "");
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", ended);
      resolve();
    }, ms);
    signal.addEventListener("abort", ended, { once: true });
  });
}
