// CPU time of the processes that this one has started: what a machine shared with others does not disturb.

import { readdirSync, readFileSync } from "node:fs";

/** What each thread of all descendants has run, in ns; undefined where the kernel does not say. */
export type CpuTime = Map<string, number> | undefined;

export function cpuTime(): CpuTime {
  if (process.platform !== "linux") return undefined;
  const times = new Map<string, number>();
  for (const id of descendants(process.pid)) {
    for (const thread of list(`/proc/${id}/task`)) {
      times.set(thread, Number(read(`/proc/${id}/task/${thread}/schedstat`).split(" ")[0]));
    }
  }
  return times;
}

/** Milliseconds between two looks, of the threads that there are at the second. */
export function between(before: CpuTime, after: CpuTime): number | undefined {
  if (before === undefined || after === undefined) return undefined;
  let nanoseconds = 0;
  // A browser ends idle threads: their time would be missing from a plain difference of sums.
  for (const [thread, time] of after) nanoseconds += Math.max(0, time - (before.get(thread) ?? 0));
  return nanoseconds / 1e6;
}

function descendants(ancestor: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of list("/proc")) {
    const id = Number(name);
    if (!Number.isInteger(id)) continue;
    // "id (name) state parent …"; the name may have spaces and brackets.
    const parent = Number(
      read(`/proc/${id}/stat`)
        .replace(/^.*\) . /s, "")
        .split(" ")[0],
    );
    children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  const found: number[] = [];
  for (let next = [ancestor]; next.length > 0; ) {
    next = next.flatMap((id) => children.get(id) ?? []);
    found.push(...next);
  }
  return found;
}

// Processes and threads may end while they are looked at.

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
