// Rounds of the same tasks, every engine in its turn, and the best of each.

import { between, cpuTime } from "./cpu-time.js";
import type { Task } from "./engine.js";
import type { Running } from "./engines.js";

/** Tokens of the prompt. */
export const PROMPT = 512;
/** Tokens that a pass verifies after the prompt. */
export const DRAFTS = [4, 8, 16, 32, 64];
/** Passes of one token, of which the mean is taken. */
const DECODED = 16;

/** Milliseconds after which no round begins that was not asked for. */
const ENOUGH = 30_000;

/** Milliseconds, the shortest of all rounds: on a clock, and of the CPU if the kernel tells. */
export interface Time {
  wall: number;
  cpu: number | undefined;
}

/** By engine, then by task: `prefill 512`, `decode 1`, `verify 8`. */
export type Results = Map<string, Measured>;

export interface Measured {
  version: string;
  times: Map<string, Time>;
  /** Milliseconds that the processor needs at best, for what the engine can tell. */
  floors: Map<string, number>;
  /** What it answered, as far as it tells: the tokens after the first, greedily. */
  answer: number[];
}

/** At least so many rounds, and more of them on a small model, where they are short and disturbances long.
 * An engine that fails is left out, and `onFailure` told. */
export async function measure(
  engines: Map<string, Running>,
  rounds: number,
  onFailure: (name: string, error: unknown) => void,
): Promise<Results> {
  const results: Results = new Map();
  for (const [name, { version }] of engines) {
    results.set(name, { version, times: new Map(), floors: new Map(), answer: [] });
  }
  const enough = performance.now() + ENOUGH;
  for (let round = 0; round < rounds || performance.now() < enough; round++) {
    for (const row of tasks(round)) {
      for (const [name, engine] of engines) {
        const measured = results.get(name);
        if (measured === undefined) continue;
        await once(engine, row, measured).catch((error) => {
          results.delete(name);
          onFailure(name, error);
        });
      }
    }
  }
  for (const { times } of results.values()) withoutAsking(times);
  for (const [name, { floors }] of results) {
    for (const { label, passes, task } of tasks(0)) {
      const floor = await engines.get(name)?.floor?.(task);
      if (floor !== undefined) floors.set(label, floor / passes);
    }
  }
  return results;
}

async function once(engine: Running, { label, passes, task }: Row, measured: Measured): Promise<void> {
  const before = cpuTime();
  const { ms, tokens } = await engine.run(task);
  const cpu = between(before, cpuTime());
  const time = { wall: ms / passes, cpu: cpu && cpu / passes };
  measured.times.set(label, shorter(time, measured.times.get(label)));
  if (task.kind === "decode") measured.answer = tokens;
}

interface Row {
  label: string;
  passes: number;
  task: Task;
}

/** The labels of what is measured, in order. */
export function labels(): string[] {
  return tasks(0).flatMap(({ label, task }) => (task.kind === "nothing" ? [] : label));
}

/** One round. No two tasks in a row go on with the same token: an engine may know what it has run already. */
function tasks(round: number): Row[] {
  const prompt = Array.from({ length: PROMPT }, (_, i) => digit(i * i + (i >> 3)));
  const drafts = DRAFTS.map((length, k) => Array.from({ length }, (_, i) => digit(round + 1 + k + i * i)));
  return [
    { label: "nothing", passes: 1, task: { kind: "nothing" } },
    { label: `prefill ${PROMPT}`, passes: 1, task: { kind: "prefill", prompt } },
    { label: "decode 1", passes: DECODED, task: { kind: "decode", first: digit(round), count: DECODED } },
    ...drafts.map(
      (tokens): Row => ({
        label: `verify ${tokens.length}`,
        passes: 1,
        task: { kind: "verify", tokens },
      }),
    ),
  ];
}

/** A token: the first ids of the random models are bytes, and Qwen2's split pattern makes each digit a token, so
 * that an engine which takes text sees the same tokens. */
function digit(number: number): number {
  return "0".charCodeAt(0) + (number % 10);
}

function shorter(a: Time, b: Time | undefined): Time {
  if (b === undefined) return a;
  const cpu = a.cpu === undefined || b.cpu === undefined ? undefined : Math.min(a.cpu, b.cpu);
  return { wall: Math.min(a.wall, b.wall), cpu };
}

/** Takes off the CPU time of asking and answering. */
function withoutAsking(times: Map<string, Time>): void {
  const asking = times.get("nothing")?.cpu ?? 0;
  times.delete("nothing");
  for (const [label, time] of times) {
    const passes = label.startsWith("decode") ? DECODED : 1;
    if (time.cpu !== undefined) time.cpu = Math.max(0, time.cpu - asking / passes);
  }
}
