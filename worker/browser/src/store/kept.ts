// What is kept of a file: the version that is used, and beside it the next one while that is on its way.

import type { Disk } from "./disk.js";
import { hold, type Release } from "./locks.js";
import type { Note } from "./note.js";

/** A version of a file that is complete, marked as used until it is released. */
export interface Kept {
  id: string;
  file: File;
  note: Note;
  release: Release;
}

/** Ends the names in the store of every other version. */
const OTHER = "-b";

/** The names that versions of a file have in the store, by its own: each new one takes the place that is not in use. */
export function versionsOf(id: string): [string, string] {
  return [id, id + OTHER];
}

/** The file that a version is of. */
export function fileOf(version: string): string {
  return version.endsWith(OTHER) ? version.slice(0, -OTHER.length) : version;
}

/** A version that is complete, if it is. Whoever only looks for one takes no lock: it would pass for a user of it. */
export async function kept(disk: Disk, id: string): Promise<Kept | undefined> {
  if (!(await disk.note(id))?.complete) return undefined;
  const release = await hold(`use ${id}`, { mode: "shared" });
  const note = await disk.note(id);
  const file = note?.complete ? await disk.file(id).catch(() => undefined) : undefined;
  if (note && release && file?.size === note.bytes) return { id, file, note, release };
  await release?.();
  return undefined;
}

/** The newest complete version of a file; an older one that nobody uses any more goes. */
export async function newest(disk: Disk, id: string): Promise<Kept | undefined> {
  const versions = await Promise.all(versionsOf(id).map((version) => kept(disk, version)));
  const [first, second] = versions
    .filter((version) => version !== undefined)
    .sort((a, b) => b.file.lastModified - a.file.lastModified);
  await second?.release();
  if (second) await removeUnused(disk, second.id);
  return first;
}

/** Deletes a version. False, and it stays, where a tab uses it. */
export async function removeUnused(disk: Disk, id: string): Promise<boolean> {
  const release = await hold(`use ${id}`, { mode: "exclusive", ifAvailable: true });
  if (!release) return false;
  await disk.remove(id);
  await release();
  return true;
}
