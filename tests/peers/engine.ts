// What every engine is asked for, in a page or in a process of its own.

/** A model and the KV cache of one sequence. Every method returns when the tokens that it chose are known. */
export interface Engine {
  /** The library's own version, and what it computes with, if it says so. */
  readonly version: string;
  /** Forgets everything and runs a prompt, in as many passes as the engine likes. Returns the token that follows. */
  prefill(prompt: number[]): Promise<number>;
  /** Runs tokens that follow the prompt in one pass. What followed the prompt before is forgotten. */
  verify(tokens: number[]): Promise<void>;
  /** Runs a token that follows the prompt, then, greedily, the one after it: `count` passes of one token.
   * Returns the tokens that were chosen, if the engine tells them. */
  decode(first: number, count: number): Promise<number[]>;
  /** What a task takes at best on this machine, in milliseconds, if the engine can tell. */
  floor?(task: Task): number;
}

export type Task =
  | { kind: "nothing" }
  | { kind: "prefill"; prompt: number[] }
  | { kind: "verify"; tokens: number[] }
  | { kind: "decode"; first: number; count: number };

export interface Outcome {
  /** Wall time, by the clock of the page or process that asks the engine. */
  ms: number;
  tokens: number[];
}

export async function run(engine: Engine, task: Task): Promise<Outcome> {
  const start = performance.now();
  const tokens = await perform(engine, task);
  return { ms: performance.now() - start, tokens };
}

async function perform(engine: Engine, task: Task): Promise<number[]> {
  switch (task.kind) {
    case "nothing":
      return [];
    case "prefill":
      return [await engine.prefill(task.prompt)];
    case "verify":
      await engine.verify(task.tokens);
      return [];
    case "decode":
      return engine.decode(task.first, task.count);
  }
}

/** The position of the largest value, the first of equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}
