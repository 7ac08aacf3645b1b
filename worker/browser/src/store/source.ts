// What a model file is asked for by, and the name that the store has for it.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Note } from "./note.js";

/** A file at an address, with what is known of it beforehand. */
export interface Remote {
  url: string;
  name?: string | undefined;
  bytes?: number | undefined;
  sha256?: string | undefined;
}

/** Its name in the store: the same hash is the same file, wherever it is to be had. */
export function idOf(source: Remote | File): string {
  if (!(source instanceof File) && source.sha256) return source.sha256;
  const known = source instanceof File ? `${source.name} ${source.size} ${source.lastModified}` : source.url;
  return bytesToHex(sha256(utf8ToBytes(known)));
}

/** What is noted of it before the first byte. */
export function noteOf(source: Remote | File): Note {
  if (source instanceof File) {
    const { name, size, lastModified } = source;
    return { name, validator: String(lastModified), bytes: size, pinned: false, complete: false };
  }
  const { url, bytes = 0, sha256 } = source;
  const pinned = sha256 !== undefined;
  return { name: source.name ?? lastPart(url), url, bytes, sha256, pinned, complete: false };
}

function lastPart(url: string): string {
  return decodeURIComponent(new URL(url).pathname.split("/").at(-1) || url);
}
