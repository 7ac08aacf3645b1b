// transformers.js, which brings an onnxruntime-web of its own.

import { offer } from "./page.js";

interface Module {
  env: {
    version: string;
    allowRemoteModels: boolean;
    allowLocalModels: boolean;
    localModelPath: string;
    useBrowserCache: boolean;
    backends: { onnx: { wasm: { wasmPaths: string; numThreads: number } } };
  };
  DynamicCache: new (entries: Cache) => Cache;
  AutoModelForCausalLM: { from_pretrained(folder: string, options: object): Promise<Model> };
  Tensor: new (type: "int64", data: BigInt64Array, shape: number[]) => Ids;
}

interface Ids {
  data: BigInt64Array;
}

/** Keys and values of what was run. The model puts those of what it runs next in their place. */
type Cache = Record<string, unknown>;

interface Model {
  generate(options: object): Promise<{ sequences: Ids; past_key_values: Cache }>;
}

offer(async (name) => {
  const packages = new URL("/packages/node_modules/", location.href).href;
  const module: Module = await import(`${packages}@huggingface/transformers/dist/transformers.min.js`);
  const { env } = module;
  Object.assign(env, {
    allowRemoteModels: false,
    allowLocalModels: true,
    localModelPath: "/models/",
    useBrowserCache: false,
  });
  env.backends.onnx.wasm.wasmPaths = `${packages}@huggingface/transformers/node_modules/onnxruntime-web/dist/`;
  env.backends.onnx.wasm.numThreads = 1;
  const options = { device: "wasm", dtype: "fp32" }; // that is, the file without a suffix
  const model = await module.AutoModelForCausalLM.from_pretrained(`${name}-onnx`, options);

  const integers = (values: number[]) =>
    new module.Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
  const generate = (tokens: number[], count: number, cache?: Cache) =>
    model.generate({
      input_ids: integers(tokens),
      attention_mask: integers(Array(tokens.length).fill(1)),
      max_new_tokens: count,
      min_new_tokens: count,
      do_sample: false,
      return_dict_in_generate: true,
      ...(cache && { past_key_values: new module.DynamicCache(cache) }),
    });
  const last = (sequences: Ids, count: number) => Array.from(sequences.data.slice(-count), Number);
  let prompt: number[] = [];
  let cache: Cache;
  return {
    version: env.version,
    async prefill(tokens) {
      const { sequences, past_key_values } = await generate(tokens, 1);
      prompt = tokens;
      cache = past_key_values;
      return last(sequences, 1)[0] ?? Number.NaN;
    },
    async verify(tokens) {
      await generate([...prompt, ...tokens], 1, cache);
    },
    async decode(first, count) {
      const { sequences } = await generate([...prompt, first], count, cache);
      return last(sequences, count);
    },
  };
});
