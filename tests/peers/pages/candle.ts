// candle, compiled to wasm32 with simd128. Its cache can only be emptied: what is verified stays in it, so that the
// passes of a round stand at up to 150 tokens more of context than those of the others. On `m` that is 2 % of the work.

import { fetchModel, offer } from "./page.js";

interface Module {
  default(options: { module_or_path: URL }): Promise<unknown>;
  Candle: new (
    gguf: Uint8Array,
  ) => {
    forward(position: number, tokens: Uint32Array): number;
  };
}

offer(async (name) => {
  const folder = new URL("/candle/pkg/", location.href);
  const module: Module = await import(new URL("candle.js", folder).href);
  await module.default({ module_or_path: new URL("candle_bg.wasm", folder) });
  const model = new module.Candle(new Uint8Array(await (await fetchModel(name)).arrayBuffer()));
  let end = 0;
  const forward = (tokens: number[]) => {
    const next = model.forward(end, Uint32Array.from(tokens));
    end += tokens.length;
    return next;
  };
  return {
    version: "0.11.1",
    async prefill(prompt) {
      end = 0;
      return forward(prompt);
    },
    async verify(tokens) {
      forward(tokens);
    },
    async decode(first, count) {
      const tokens = [first];
      for (let i = 0; i < count; i++) tokens.push(forward(tokens.slice(-1)));
      return tokens.slice(1);
    },
  };
});
