// The model files of this origin: each is fetched once, kept on the disk, and read from there by every tab.

import type { StoredModel } from "@foretab/client";
import { Disk } from "./disk.js";
import { bytesOf, download, validatorOf } from "./download.js";
import { hold } from "./locks.js";
import type { Note } from "./note.js";
import { Receiver } from "./receiver.js";
import { idOf, noteOf, type Remote } from "./source.js";

/** A model file, and how it is held. */
export interface Obtained {
  file: Blob;
  /** Its name in the store, where it is kept there. */
  id?: string | undefined;
  /** Why it is in memory, and not on the disk. */
  unkept?: string | undefined;
  /** It is not read any more: it may be deleted. */
  release(): void;
}

export interface ObtainOptions {
  onProgress(loaded: number, total: number): void;
  signal: AbortSignal;
}

/** Time between two reports of progress, ms. */
const REPORT_EVERY = 50;

/** Progress of a download, from the tab that does it to those that wait for it. */
type News = { id: string; loaded: number; total: number };
const CHANNEL = "foretab-models";

/**
 * Gets a file: from the disk where it is there, else from where `source` says, and then onto the disk. A download that
 * was cut off goes on. Rejects with the reason, or with the signal's.
 */
export async function obtain(source: Remote | File, options: ObtainOptions): Promise<Obtained> {
  const id = idOf(source);
  const disk = await Disk.open().catch((cause) => reason(cause));
  if (typeof disk === "string") return unkept(source, options, `${NO_FILES} (${disk})`);
  const before = await kept(disk, id);
  if (before) {
    if (source instanceof File || !(await isChanged(source, before.note))) return before.obtained;
    before.obtained.release();
    // A tab that uses the old one goes on with it, and so does this one.
    if (!(await remove(id))) return (await kept(disk, id))?.obtained ?? obtain(source, options);
  }
  const unlock = await waitForTurn(id, options);
  try {
    const meanwhile = await kept(disk, id);
    if (meanwhile) return meanwhile.obtained; // another tab has fetched it
    const note = await resumed(disk, id, source);
    const receiver = await Receiver.onDisk(note, { disk, id }).catch((cause) =>
      Receiver.inMemory(noteOf(source), `${NO_FILES} (${reason(cause)})`),
    );
    const file = await receive(source, receiver, telling(id, options));
    if (receiver.unkept !== undefined) return { file, unkept: receiver.unkept, release: () => {} };
    const release = await hold(`use ${id}`, { mode: "shared" });
    return { file, id, release: release ?? (() => {}) };
  } finally {
    unlock();
  }
}

/** Gets a file into memory; where it should have been kept, `why` it is not. */
export async function unkept(source: Remote | File, options: ObtainOptions, why?: string): Promise<Obtained> {
  // A file of the user's own is read where it is.
  const file =
    source instanceof File ? source : await receive(source, Receiver.inMemory(noteOf(source), why), options);
  return { file, unkept: why, release: () => {} };
}

const NO_FILES = "the browser keeps no files here";

/** A kept file by its name, and where it may be had: to go on with it where it is not complete. */
export async function sourceOf(id: string): Promise<Remote | undefined> {
  const { url, name, bytes, pinned, sha256 } = (await (await Disk.open()).note(id)) ?? {};
  return url === undefined ? undefined : { url, name, ...(pinned && { bytes, sha256 }) };
}

/** One that is complete; its address is not asked. */
export async function stored(id: string): Promise<Obtained | undefined> {
  return (await kept(await Disk.open(), id))?.obtained;
}

/** The files that are kept, and the parts of others that are to be had. Nothing where the browser keeps no files. */
export async function list(): Promise<StoredModel[]> {
  const disk = await Disk.open().catch(() => undefined);
  const models: StoredModel[] = [];
  for (const id of (await disk?.ids()) ?? []) {
    const note = await disk?.note(id);
    const file = await disk?.file(id).catch(() => undefined);
    if (!note || !file) continue;
    const { name, url, bytes, complete, sha256 } = note;
    models.push({ id, name, url, bytes, loaded: file.size, complete, sha256: complete ? sha256 : undefined });
  }
  return models.sort((a, b) => a.name.localeCompare(b.name));
}

/** Deletes a file. False, and it stays, where a tab uses it or fetches it. */
export async function remove(id: string): Promise<boolean> {
  const releases: (() => void)[] = [];
  try {
    for (const name of [`download ${id}`, `use ${id}`]) {
      const release = await hold(name, { mode: "exclusive", ifAvailable: true });
      if (!release) return false;
      releases.push(release);
    }
    await (await Disk.open()).remove(id);
    return true;
  } finally {
    for (const release of releases) release();
  }
}

/** A file that is complete, marked as used. */
async function kept(disk: Disk, id: string): Promise<{ note: Note; obtained: Obtained } | undefined> {
  const release = await hold(`use ${id}`, { mode: "shared" });
  const note = await disk.note(id);
  const file = note?.complete ? await disk.file(id).catch(() => undefined) : undefined;
  if (note && release && file?.size === note.bytes) return { note, obtained: { file, id, release } };
  release?.();
  return undefined;
}

/** What is noted of a part that is there, or where nothing is, of the source. */
async function resumed(disk: Disk, id: string, source: Remote | File): Promise<Note> {
  const note = await disk.note(id);
  // What was complete and is not there as it was says nothing of what is there.
  if (note && !note.complete) return note;
  await disk.remove(id);
  return noteOf(source);
}

/** Whether the server has another file at that address by now. Not asked where the hash says what is wanted. */
async function isChanged({ url }: Remote, note: Note): Promise<boolean> {
  if (note.pinned) return false;
  try {
    const response = await fetch(url, { method: "HEAD", cache: "no-store" });
    if (!response.ok) return false;
    const bytes = bytesOf(response);
    return validatorOf(response) !== note.validator || (bytes > 0 && bytes !== note.bytes);
  } catch {
    return false; // without a network the file that is there will do
  }
}

async function receive(source: Remote | File, receiver: Receiver, options: ObtainOptions): Promise<Blob> {
  const { onProgress, signal } = options;
  let reported = Number.NEGATIVE_INFINITY;
  const report = () => {
    if (performance.now() - reported < REPORT_EVERY) return;
    reported = performance.now();
    onProgress(receiver.size, receiver.note.bytes);
  };
  try {
    if (source instanceof File) await copy(source, receiver, report, signal);
    else await download(source.url, receiver, report, signal);
    return await receiver.finish();
  } catch (cause) {
    await receiver.abandon();
    signal.throwIfAborted();
    const what = source instanceof File ? source.name : source.url;
    throw new Error(`The model ${what} could not be fetched: ${reason(cause)}`);
  }
}

/** Copies the rest of a file that the user has. */
async function copy(file: File, receiver: Receiver, report: () => void, signal: AbortSignal): Promise<void> {
  await receiver.began({ validator: receiver.note.validator, bytes: file.size });
  const reader = file.slice(receiver.size).stream().getReader();
  for (;;) {
    signal.throwIfAborted();
    const { done, value } = await reader.read();
    if (done) return;
    await receiver.write(value);
    report();
  }
}

/** Waits until no other tab fetches that file, and tells meanwhile how far it is. */
async function waitForTurn(id: string, { onProgress, signal }: ObtainOptions): Promise<() => void> {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", ({ data }: MessageEvent<News>) => {
    if (data.id === id) onProgress(data.loaded, data.total);
  });
  try {
    return (await hold(`download ${id}`, { mode: "exclusive", signal })) ?? (() => {});
  } finally {
    channel.close();
  }
}

/** Tells other tabs of the progress, too. */
function telling(id: string, { onProgress, signal }: ObtainOptions): ObtainOptions {
  const tell = (loaded: number, total: number) => {
    onProgress(loaded, total);
    const channel = new BroadcastChannel(CHANNEL);
    channel.postMessage({ id, loaded, total } satisfies News);
    channel.close();
  };
  return { onProgress: tell, signal };
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
