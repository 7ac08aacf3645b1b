// The folder of the browser's own file system (OPFS) that models are kept in: for each its bytes and its note.

import type { Note } from "./note.js";

const FOLDER = "foretab-models";
const NOTE = ".json";
const BYTES = ".gguf";

export class Disk {
  readonly #folder: FileSystemDirectoryHandle;

  private constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  /** Rejects where the browser has no such file system, or none for this page (private windows, blocked storage). */
  static async open(): Promise<Disk> {
    const root = await navigator.storage.getDirectory();
    return new Disk(await root.getDirectoryHandle(FOLDER, { create: true }));
  }

  /** Bytes that the page may still write, as far as the browser tells. */
  async room(): Promise<number> {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined ? Number.POSITIVE_INFINITY : quota - (usage ?? 0);
  }

  async ids(): Promise<string[]> {
    const ids: string[] = [];
    for await (const name of this.#folder.keys()) {
      if (name.endsWith(NOTE)) ids.push(name.slice(0, -NOTE.length));
    }
    return ids;
  }

  /** `undefined` where there is none, or where writing it was cut off. */
  async note(id: string): Promise<Note | undefined> {
    try {
      const handle = await this.#folder.getFileHandle(id + NOTE);
      return JSON.parse(await (await handle.getFile()).text()) as Note;
    } catch {
      return undefined;
    }
  }

  async setNote(id: string, note: Note): Promise<void> {
    const handle = await this.#writable(id + NOTE);
    try {
      handle.truncate(0);
      writeAll(handle, new TextEncoder().encode(JSON.stringify(note)), 0);
      handle.flush();
    } finally {
      handle.close();
    }
  }

  /** The bytes as they are on the disk now: they are read from there. */
  async file(id: string): Promise<File> {
    return (await this.#folder.getFileHandle(id + BYTES)).getFile();
  }

  /** To write bytes with, behind those that are there. Nobody else can have it at the same time. */
  async writer(id: string): Promise<DiskWriter> {
    return new DiskWriter(await this.#writable(id + BYTES));
  }

  async remove(id: string): Promise<void> {
    for (const name of [id + BYTES, id + NOTE]) await this.#folder.removeEntry(name).catch(() => {});
  }

  async #writable(name: string): Promise<FileSystemSyncAccessHandle> {
    return (await this.#folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
  }
}

/** Appends to a file. */
export class DiskWriter {
  readonly #handle: FileSystemSyncAccessHandle;
  #size: number;

  constructor(handle: FileSystemSyncAccessHandle) {
    this.#handle = handle;
    this.#size = handle.getSize();
  }

  get size(): number {
    return this.#size;
  }

  /** Throws where the disk or the quota is full; what was there before is there still. */
  write(bytes: Uint8Array): void {
    writeAll(this.#handle, bytes, this.#size);
    this.#size += bytes.length;
  }

  /** What is there, a few megabytes at a time. */
  *pieces(): Generator<Uint8Array<ArrayBuffer>> {
    for (let at = 0; at < this.#size; ) {
      const piece = new Uint8Array(Math.min(PIECE, this.#size - at));
      if (this.#handle.read(piece, { at }) !== piece.length)
        throw new Error("the disk gave less than it has");
      yield piece;
      at += piece.length;
    }
  }

  clear(): void {
    this.#handle.truncate(0);
    this.#size = 0;
  }

  /** Ends it; all is on the disk then. */
  close(): void {
    this.#handle.truncate(this.#size); // the rest of a piece that there was no room for
    this.#handle.flush();
    this.#handle.close();
  }
}

/** Bytes read at once. */
const PIECE = 4 << 20;

function writeAll(handle: FileSystemSyncAccessHandle, bytes: Uint8Array, at: number): void {
  // In a private window Chromium throws nothing, and gives an error's code for the number of bytes.
  if (handle.write(bytes as Uint8Array<ArrayBuffer>, { at }) !== bytes.length) {
    throw new DOMException("the disk is full", "QuotaExceededError");
  }
}
