// Takes a file's bytes in their order: onto the disk while it has room for them, else into memory; and hashes them.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Disk, DiskWriter } from "./disk.js";
import { MemoryWriter } from "./memory.js";
import type { Note } from "./note.js";

/** Where on the disk a file is to go. */
export interface Place {
  disk: Disk;
  id: string;
  /** Gives up something else that is kept, for so many bytes; false where there is nothing of that size. */
  makeRoom(bytes: number): Promise<boolean>;
}

export class Receiver {
  note: Note;
  /** Why the file is not kept on the disk. */
  unkept: string | undefined;
  readonly #place: Place | undefined;
  #writer: DiskWriter | MemoryWriter = new MemoryWriter();
  #hash = sha256.create();

  private constructor(note: Note, place: Place | undefined) {
    this.note = note;
    this.#place = place;
  }

  /** Into memory, for the reason `unkept`. */
  static inMemory(note: Note, unkept: string | undefined): Receiver {
    const receiver = new Receiver(note, undefined);
    receiver.unkept = unkept;
    return receiver;
  }

  /** Onto the disk, behind what is there of the same file already. */
  static async onDisk(note: Note, place: Place): Promise<Receiver> {
    const receiver = new Receiver(note, place);
    const writer = await place.disk.writer(place.id);
    receiver.#writer = writer;
    let hashed = 0;
    for (const piece of writer.pieces()) {
      receiver.#hash.update(piece);
      hashed += piece.length;
      // The session of this worker goes on meanwhile.
      if (hashed % (16 << 20) === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    return receiver;
  }

  /** Bytes that are there. */
  get size(): number {
    return this.#writer.size;
  }

  /** Takes up what the server says of the file, before its bytes. What says nothing to know it by is not kept. */
  async began(about: Pick<Note, "validator" | "bytes">): Promise<void> {
    this.note = { ...this.note, ...about };
    const place = this.#place;
    if (!place || this.#writer instanceof MemoryWriter) return;
    if (!this.note.validator && !this.note.pinned && this.note.url) {
      await this.#goOnInMemory("the server gives the file neither an ETag nor a date to know it by");
      return;
    }
    const lacking = this.note.bytes - this.size - (await place.disk.room());
    if (lacking > 0 && !(await place.makeRoom(lacking))) {
      await this.#goOnInMemory(FULL);
      return;
    }
    try {
      await place.disk.setNote(place.id, this.note);
    } catch (cause) {
      if (!isFull(cause)) throw cause;
      await this.#goOnInMemory(FULL);
    }
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      this.#writer.write(bytes);
    } catch (cause) {
      if (!isFull(cause)) throw cause;
      if (!(await this.#place?.makeRoom(bytes.length))) await this.#goOnInMemory(FULL);
      return this.write(bytes);
    }
    this.#hash.update(bytes);
  }

  /** What is there is of no use: begins anew. */
  restart(): void {
    this.#writer.clear();
    this.#hash = sha256.create();
    const { note } = this;
    this.note = { ...note, validator: undefined, bytes: note.pinned ? note.bytes : 0 };
  }

  /** All bytes are there. Rejects, and drops them, where they are not those that they must be. */
  async finish(): Promise<Blob> {
    const found = bytesToHex(this.#hash.digest());
    const { sha256: wanted, bytes } = this.note;
    const writer = this.#writer;
    const wrong =
      wanted !== undefined && found !== wanted
        ? `its bytes have the SHA-256 ${found} in place of ${wanted}`
        : bytes > 0 && bytes !== this.size
          ? `it has ${this.size} bytes in place of ${bytes}`
          : undefined;
    if (wrong) {
      this.#writer.clear(); // which leaves nothing to keep
      throw new Error(`it is not the file that it should be, and was removed: ${wrong}`);
    }
    this.note = { ...this.note, sha256: found, bytes: this.size, complete: true };
    if (writer instanceof MemoryWriter) return writer.file();
    const { disk, id } = this.#place as Place;
    writer.close();
    await disk.setNote(id, this.note);
    return disk.file(id);
  }

  /** Ends without the whole file; what is on the disk stays there, to go on with. */
  async abandon(): Promise<void> {
    if (this.#writer instanceof MemoryWriter) return;
    const { disk, id } = this.#place as Place;
    this.#writer.close();
    if (this.size === 0) await disk.remove(id);
  }

  async #goOnInMemory(why: string): Promise<void> {
    const memory = new MemoryWriter();
    const { disk, id } = this.#place as Place;
    const onDisk = this.#writer as DiskWriter;
    for (const piece of onDisk.pieces()) memory.write(piece);
    onDisk.close();
    await disk.remove(id);
    this.#writer = memory;
    this.unkept = why;
  }
}

const FULL = "there is no room for it in the storage that the browser gives to this page";

function isFull(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "QuotaExceededError";
}
