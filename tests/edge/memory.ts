// What a process takes, and a module that may not take more.

import { readFile } from "node:fs/promises";

/** Linux counts processor time in ticks of 10 ms. */
const TICK = 10;

/** Milliseconds of processor time that a process has used, of all its threads. */
export async function processorTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // Behind the program's name, which may have spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/** Bytes of a process that are in memory: now, and at most so far. */
export async function resident(pid: number): Promise<{ now: number; most: number }> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kilobytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) * 1024;
  return { now: kilobytes("VmRSS"), most: kilobytes("VmHWM") };
}

/** A wasm module whose memory cannot grow beyond so many bytes: the runtime refuses it. */
export function capped(module: Uint8Array, bytes: number): Uint8Array {
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < module.length) {
    const start = at;
    const kind = module[at++];
    const size = number();
    const end = at + size;
    if (kind === 5) {
      const [count, flags, least] = [number(), number(), number()];
      if (count !== 1 || flags !== 0) throw new Error("the memory is another one");
      const content = [...leb128(1), ...leb128(1), ...leb128(least), ...leb128(bytes >> 16)];
      const section = [5, ...leb128(content.length), ...content];
      return Buffer.concat([module.subarray(0, start), Uint8Array.from(section), module.subarray(end)]);
    }
    at = end;
  }
  throw new Error("the module has no memory");
}

function leb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >>> 7)];
}
