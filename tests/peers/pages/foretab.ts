// Ours, through the module that the benchmark builds with passes as an export.

import { fetchModel, offer } from "./page.js";

interface Module {
  default(options: { module_or_path: URL }): Promise<unknown>;
  Bench: {
    load(
      read: (offset: number, length: number) => Promise<Uint8Array>,
      size: number,
      options: { backend: "cpu" | "gpu"; context: number },
    ): Promise<Model>;
  };
}

interface Model {
  device(): string;
  forward(position: number, tokens: Uint32Array, rows: number): Promise<Uint32Array>;
}

offer(async (name) => {
  const module: Module = await import(new URL("/pkg/foretab.js", location.href).href);
  await module.default({ module_or_path: new URL("/pkg/foretab_bg.wasm", location.href) });
  const file = await fetchModel(name);
  const read = async (offset: number, length: number) =>
    new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
  const model = await module.Bench.load(read, file.size, { backend: "cpu", context: 2048 });
  let end = 0;
  const forward = async (position: number, tokens: number[], rows: number) =>
    (await model.forward(position, Uint32Array.from(tokens), rows)).at(-1) ?? 0;
  return {
    version: model.device(),
    async prefill(prompt) {
      end = prompt.length;
      return forward(0, prompt, 1);
    },
    // A draft is verified by the most likely token after each of its tokens.
    async verify(tokens) {
      await forward(end, tokens, tokens.length);
    },
    async decode(first, count) {
      const tokens = [first];
      for (let i = 0; i < count; i++) tokens.push(await forward(end + i, tokens.slice(-1), 1));
      return tokens.slice(1);
    },
  };
});
