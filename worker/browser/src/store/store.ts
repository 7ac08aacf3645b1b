// The model files of this origin: each is fetched once, kept on the disk, and read from there by every tab.

import type { StoredModel } from "@foretab/client";
import { Disk } from "./disk.js";
import { bytesOf, download, validatorOf } from "./download.js";
import { fileOf, type Kept, kept, newest, removeUnused, versionsOf } from "./kept.js";
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
  /** Why it is the version that was kept, though the server has another one. */
  outdated?: string | undefined;
  /** It is not read any more: it may be deleted. */
  release(): void;
}

export interface ObtainOptions {
  /** `reason`: what the user should know of it, if anything. */
  onProgress(loaded: number, total: number, reason?: string): void;
  signal: AbortSignal;
}

/** Time between two reports of progress, ms. */
const REPORT_EVERY = 50;

/** Progress of a download, from the tab that does it to those that wait for it. */
type News = { id: string; loaded: number; total: number };
const CHANNEL = "foretab-models";

/**
 * Gets a file: from the disk where it is there, else from where `source` says, and then onto the disk. A download that
 * was cut off goes on. Where the server has a newer version, the one that is kept stays until that is complete, and is
 * used where that cannot be had. Rejects with the reason, or with the signal's.
 */
export async function obtain(source: Remote | File, options: ObtainOptions): Promise<Obtained> {
  const id = idOf(source);
  const disk = await Disk.open().catch((cause) => reason(cause));
  if (typeof disk === "string") return unkept(source, options, `${NO_FILES} (${disk})`);
  const old = await newest(disk, id);
  if (old && (source instanceof File || !(await isChanged(source, old.note)))) return old;
  const unlock = await waitForTurn(id, options).catch((cause) => {
    old?.release();
    throw cause;
  });
  try {
    const meanwhile = await newest(disk, id);
    if (meanwhile && meanwhile.id !== old?.id) {
      old?.release();
      return meanwhile; // another tab has fetched it
    }
    meanwhile?.release();
    return await fetched(source, disk, old, telling(id, options));
  } finally {
    unlock();
  }
}

/** Fetches the version after `old`, which is released, or given back where the new one cannot be had. */
async function fetched(
  source: Remote | File,
  disk: Disk,
  old: Kept | undefined,
  options: ObtainOptions,
): Promise<Obtained> {
  const part = await resumed(disk, source, old);
  if (!part) return old ? { ...old, outdated: IN_USE } : unkept(source, options, IN_USE);
  const { id, note } = part;
  let left = old;
  const makeRoom = async (bytes: number) => {
    if (!left || left.note.bytes < bytes) return false;
    await left.release();
    if (!(await removeUnused(disk, left.id))) {
      left = await kept(disk, left.id); // another tab uses it, too
      return false;
    }
    left = undefined;
    options.onProgress(0, note.bytes, GONE);
    return true;
  };
  const receiver = await Receiver.onDisk(note, { disk, id, makeRoom }).catch((cause) =>
    Receiver.inMemory(noteOf(source), `${NO_FILES} (${reason(cause)})`),
  );
  let file: Blob;
  try {
    file = await receive(source, receiver, options);
  } catch (cause) {
    if (left && !options.signal.aborted) return { ...left, outdated: reason(cause) };
    left?.release();
    options.signal.throwIfAborted();
    throw failure(source, cause, old && !left ? GONE : undefined);
  }
  await left?.release();
  if (receiver.unkept !== undefined) return { file, unkept: receiver.unkept, release: () => {} };
  const release = await hold(`use ${id}`, { mode: "shared" });
  if (left) await removeUnused(disk, left.id);
  return { file, id, release: release ?? (() => {}) };
}

/** Gets a file into memory; where it should have been kept, `why` it is not. */
export async function unkept(source: Remote | File, options: ObtainOptions, why?: string): Promise<Obtained> {
  // A file of the user's own is read where it is.
  if (source instanceof File) return { file: source, unkept: why, release: () => {} };
  const receiver = Receiver.inMemory(noteOf(source), why);
  const file = await receive(source, receiver, options).catch((cause) => {
    options.signal.throwIfAborted();
    throw failure(source, cause);
  });
  return { file, unkept: why, release: () => {} };
}

const IN_USE = "other pages use the one before it";
const NO_FILES = "the browser keeps no files here";
const GONE =
  "There is no room for two versions of the model, so the one that was kept went before the new one has come.";

/** A kept file by its name, and where it may be had: to go on with it where it is not complete. */
export async function sourceOf(id: string): Promise<Remote | undefined> {
  const { url, name, bytes, pinned, sha256 } = (await (await Disk.open()).note(id)) ?? {};
  return url === undefined ? undefined : { url, name, ...(pinned && { bytes, sha256 }) };
}

/** One that is complete; its address is not asked. */
export async function stored(id: string): Promise<Obtained | undefined> {
  return kept(await Disk.open(), id);
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
  const unlock = await hold(`download ${fileOf(id)}`, { mode: "exclusive", ifAvailable: true });
  if (!unlock) return false;
  try {
    return await removeUnused(await Disk.open(), id);
  } finally {
    unlock();
  }
}

/** The place for the next version, with what is noted of the part that is there. None where a tab uses both places. */
async function resumed(
  disk: Disk,
  source: Remote | File,
  old: Kept | undefined,
): Promise<{ id: string; note: Note } | undefined> {
  const free = versionsOf(idOf(source)).filter((id) => id !== old?.id);
  for (const id of free) {
    const note = await disk.note(id);
    if (note && !note.complete) return { id, note };
  }
  // What was complete and is not there as it was says nothing of what is there.
  for (const id of free) if (await removeUnused(disk, id)) return { id, note: noteOf(source) };
  return undefined;
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
    throw cause;
  }
}

function failure(source: Remote | File, cause: unknown, further?: string): Error {
  const what = source instanceof File ? source.name : source.url;
  const sentences = [`The model ${what} could not be fetched: ${reason(cause)}`, further];
  return new Error(sentences.filter(Boolean).join(". "));
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
  const tell: ObtainOptions["onProgress"] = (loaded, total, reason) => {
    onProgress(loaded, total, reason);
    const channel = new BroadcastChannel(CHANNEL);
    channel.postMessage({ id, loaded, total } satisfies News);
    channel.close();
  };
  return { onProgress: tell, signal };
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
