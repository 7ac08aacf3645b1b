// CPU time of the processes that this one has started: what a machine shared with others does not disturb.

import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds that all threads of all descendants have run; undefined where the kernel does not say. */
export function cpuTime(): number | undefined {
  if (process.platform !== "linux") return undefined;
  let nanoseconds = 0;
  for (const id of descendants(process.pid)) {
    for (const thread of list(`/proc/${id}/task`)) {
      nanoseconds += Number(read(`/proc/${id}/task/${thread}/schedstat`).split(" ")[0]);
    }
  }
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
