import { formatBytes } from "../dom.js";
import type { Given } from "./sources.js";

/** Bytes that a file may have, and how many files are opened at once. */
const LARGEST = 1_000_000;
const MOST = 60;

/** What could be opened, path to text with `\n` at its lines' ends, and why the rest was not. */
export interface Read {
  files: Map<string, string>;
  refused: string[];
}

/** Reads what a person can edit: text in UTF-8 of at most 1 MB, and of many files the first 60 by their paths. */
export async function read(given: readonly Given[]): Promise<Read> {
  const files = new Map<string, string>();
  const refused: string[] = [];
  const sorted = [...given].sort((a, b) => (a.path < b.path ? -1 : 1));
  let left = 0;
  for (const { path, file } of sorted) {
    if (files.size === MOST) {
      left++;
      continue;
    }
    try {
      files.set(path, await textOf(await file()));
    } catch (error) {
      refused.push(`${path} ${error instanceof Refusal ? error.message : "could not be read"}`);
    }
  }
  if (left > 0) refused.push(`${left} more files: at most ${MOST} are opened`);
  return { files, refused };
}

class Refusal extends Error {}

async function textOf(file: File): Promise<string> {
  if (/\.gguf$/i.test(file.name)) throw new Refusal("is a model: drop it where models are chosen");
  if (file.size > LARGEST) {
    throw new Refusal(`has ${formatBytes(file.size)}; at most ${formatBytes(LARGEST)} are opened`);
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.includes(0)) throw new Refusal("is no text");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replaceAll(/\r\n?/g, "\n");
  } catch {
    throw new Refusal("is no text in UTF-8");
  }
}
