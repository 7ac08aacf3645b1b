/** Bytes that are gathered into one `Blob`; browsers hold it outside of the worker, and write a large one to the disk. */
const PIECE = 16 << 20;

/** Gathers a file where it cannot be kept. */
export class MemoryWriter {
  #blobs: Blob[] = [];
  #pending: Uint8Array<ArrayBuffer>[] = [];
  #pendingSize = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    this.#pending.push(bytes);
    this.#pendingSize += bytes.length;
    this.#size += bytes.length;
    if (this.#pendingSize >= PIECE) this.#fold();
  }

  clear(): void {
    this.#blobs = [];
    this.#pending = [];
    this.#pendingSize = 0;
    this.#size = 0;
  }

  file(): Blob {
    this.#fold();
    return new Blob(this.#blobs);
  }

  #fold(): void {
    if (this.#pendingSize > 0) this.#blobs.push(new Blob(this.#pending));
    this.#pending = [];
    this.#pendingSize = 0;
  }
}
