// The half of a page that the benchmark talks to.

import { type Engine, type Outcome, run, type Task } from "../engine.js";

export interface Bench {
  /** Loads a model by its name (`s-q4_0`) and returns the engine's version. */
  load(model: string): Promise<string>;
  run(task: Task): Promise<Outcome>;
  /** What the task takes at best, in milliseconds, if the engine can tell. */
  floor(task: Task): number | undefined;
}

declare global {
  var bench: Bench;
}

/** Offers an engine to the benchmark. */
export function offer(load: (model: string) => Promise<Engine>): void {
  let engine: Engine;
  globalThis.bench = {
    load: async (model) => {
      engine = await load(model);
      return engine.version;
    },
    run: (task) => run(engine, task),
    floor: (task) => engine.floor?.(task),
  };
}

/** A model file as a whole. */
export async function fetchModel(model: string): Promise<Blob> {
  const response = await fetch(`/models/${model}.gguf`);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  return response.blob();
}
