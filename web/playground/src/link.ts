// A case in the address of the page, behind the `#`, which browsers keep to themselves.

import { edited, type Opening } from "./opening.js";
import type { RecentEdit } from "./recent-edits.js";

const PREFIX = "#case=";

/** Characters that a link may have: some programs cut longer ones off. */
const LONGEST = 30_000;

/** Bytes that a link may unpack to. */
const LARGEST = 4_000_000;

/** Something is wrong with a link; the message says what. */
export class LinkError extends Error {
  override name = "LinkError";
}

/** What a link holds, as JSON. */
interface Packed {
  version: 1;
  files: [path: string, text: string][];
  path: string;
  cursor: number;
  edits: RecentEdit[];
}

/** Fragment of the address that opens the same again, with its `#`. */
export async function pack({ files, path = "", cursor = 0, edits = [] }: Opening): Promise<string> {
  const packed: Packed = { version: 1, files: [...files], path, cursor, edits: [...edits] };
  const bytes = await through(new CompressionStream("deflate-raw"), utf8(JSON.stringify(packed)));
  const fragment = PREFIX + base64(bytes);
  if (fragment.length > LONGEST) {
    throw new LinkError(`The files are too large for a link: ${fragment.length} of ${LONGEST} characters.`);
  }
  return fragment;
}

/** What that fragment opens; `undefined` where it is for something else. Throws a `LinkError`. */
export async function unpack(fragment: string): Promise<Opening | undefined> {
  if (!fragment.startsWith(PREFIX)) return undefined;
  let packed: unknown;
  try {
    const bytes = Uint8Array.from(
      atob(fragment.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/")),
      (character) => character.charCodeAt(0),
    );
    packed = JSON.parse(
      new TextDecoder().decode(await through(new DecompressionStream("deflate-raw"), bytes)),
    );
  } catch {
    throw new LinkError("This link is damaged, perhaps cut off where it was copied.");
  }
  if (!isPacked(packed)) throw new LinkError("This link is of another version of the page.");
  const files = new Map(packed.files);
  try {
    edited(files, packed.edits);
  } catch {
    throw new LinkError("This link is damaged: its edits do not fit its files.");
  }
  return { files, path: packed.path, cursor: packed.cursor, edits: packed.edits };
}

function isPacked(value: unknown): value is Packed {
  const { version, files, path, cursor, edits } = (value ?? {}) as Partial<Packed>;
  const isText = (text: unknown) => typeof text === "string";
  return (
    version === 1 &&
    Array.isArray(files) &&
    files.length > 0 &&
    files.every((file) => Array.isArray(file) && file.length === 2 && file.every(isText)) &&
    isText(path) &&
    isOffset(cursor) &&
    Array.isArray(edits) &&
    edits.every(
      (edit: Partial<RecentEdit> | null) =>
        isText(edit?.path) &&
        isOffset(edit?.cursor) &&
        Array.isArray(edit?.changes) &&
        edit.changes.every(({ from, to, insert }) => isOffset(from) && isOffset(to) && isText(insert)),
    )
  );
}

function isOffset(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function base64(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(characters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What comes out of that stream, up to `LARGEST` bytes. */
async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    size += chunk.value.length;
    if (size > LARGEST) throw new RangeError("too large");
    chunks.push(chunk.value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
