// Ours, through the module that the benchmark builds with passes as an export.

import { ours } from "./ours.js";
import { fetchModel, offer } from "./page.js";

interface Module {
  default(options: { module_or_path: URL }): Promise<unknown>;
  Bench: {
    load(
      read: (offset: number, length: number) => Promise<Uint8Array>,
      size: number,
      options: { backend: "cpu" | "gpu"; context: number },
      startTeam: () => Promise<undefined>,
    ): Promise<Model>;
  };
}

interface Model {
  device(): string;
  forward(position: number, tokens: Uint32Array, rows: number): Promise<Uint32Array>;
  multiplyAdds(position: number, tokens: number, rows: number): number;
  bytes(): number;
  probeMultiplyAdds(rounds: number): number;
  probeMemory(): number;
}

/** Rounds of the instruction, some milliseconds of them. */
const ROUNDS = 1_000_000;

/** What `run` says that it did, a millisecond, in the best of many runs. */
function best(run: () => number): number {
  const rates = Array.from({ length: 30 }, () => {
    const start = performance.now();
    const done = run();
    return done / (performance.now() - start);
  });
  return Math.max(...rates);
}

offer(async (name) => {
  const module: Module = await import(new URL("/pkg/foretab.js", location.href).href);
  await module.default({ module_or_path: new URL("/pkg/foretab_bg.wasm", location.href) });
  const file = await fetchModel(name);
  const read = async (offset: number, length: number) =>
    new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
  const options = { backend: "cpu", context: 2048 } as const;
  const model = await module.Bench.load(read, file.size, options, async () => undefined);
  const forward = async (position: number, tokens: number[], rows: number) =>
    (await model.forward(position, Uint32Array.from(tokens), rows)).at(-1) ?? 0;
  let rates: { multiplyAdds: number; bytes: number };
  /** A pass reads all weights, and can do nothing else only while it multiplies. */
  const pass = (position: number, tokens: number, rows: number) => {
    rates ??= {
      multiplyAdds: best(() => model.probeMultiplyAdds(ROUNDS)),
      bytes: best(() => model.probeMemory()),
    };
    return Math.max(
      model.multiplyAdds(position, tokens, rows) / rates.multiplyAdds,
      model.bytes() / rates.bytes,
    );
  };
  return ours(model.device(), forward, pass);
});
