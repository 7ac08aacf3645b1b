// onnxruntime-web on the model's graph, its WebAssembly backend, one thread.

import { argmax } from "../engine.js";
import { offer } from "./page.js";

interface Module {
  env: {
    wasm: { wasmPaths: string; numThreads: number };
    versions: { web: string };
  };
  Tensor: new (type: "int64" | "float32", data: BigInt64Array | Float32Array, shape: number[]) => Tensor;
  InferenceSession: { create(model: string, options: object): Promise<Session> };
}

interface Tensor {
  data: ArrayLike<number>;
}

type Tensors = Record<string, Tensor>;

interface Session {
  run(inputs: Tensors): Promise<Tensors>;
}

interface Config {
  hidden_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  num_key_value_heads: number;
}

offer(async (name) => {
  const folder = new URL("/packages/node_modules/onnxruntime-web/dist/", location.href).href;
  const ort: Module = await import(`${folder}ort.wasm.min.mjs`);
  ort.env.wasm.wasmPaths = folder;
  ort.env.wasm.numThreads = 1;
  const config: Config = await (await fetch(`/models/${name}-onnx/config.json`)).json();
  const session = await ort.InferenceSession.create(`/models/${name}-onnx/onnx/model.onnx`, {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "all",
  });

  const head = config.hidden_size / config.num_attention_heads;
  const caches = Array.from({ length: config.num_hidden_layers }, (_, layer) =>
    ["key", "value"].map((kind) => ({
      past: `past_key_values.${layer}.${kind}`,
      now: `present.${layer}.${kind}`,
    })),
  ).flat();
  const nothing = new ort.Tensor("float32", new Float32Array(), [1, config.num_key_value_heads, 0, head]);
  const empty: Tensors = Object.fromEntries(caches.map(({ past }) => [past, nothing]));
  const integers = (values: number[]) =>
    new ort.Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);

  // Caches are values: that of the prompt stays as it is.
  const forward = async (cache: Tensors, cached: number, tokens: number[]) => {
    const outputs = await session.run({
      input_ids: integers(tokens),
      attention_mask: integers(Array(cached + tokens.length).fill(1)),
      ...cache,
    });
    const after = Object.fromEntries(caches.map(({ past, now }) => [past, outputs[now] ?? nothing]));
    return { cache: after, next: argmax(outputs.logits?.data ?? []) };
  };
  let prompt = { cache: empty, length: 0 };
  return {
    version: ort.env.versions.web,
    async prefill(tokens) {
      const { cache, next } = await forward(empty, 0, tokens);
      prompt = { cache, length: tokens.length };
      return next;
    },
    async verify(tokens) {
      await forward(prompt.cache, prompt.length, tokens);
    },
    async decode(first, count) {
      let { cache } = prompt;
      const tokens = [first];
      for (let i = 0; i < count; i++) {
        const pass = await forward(cache, prompt.length + i, tokens.slice(-1));
        cache = pass.cache;
        tokens.push(pass.next);
      }
      return tokens.slice(1);
    },
  };
});
