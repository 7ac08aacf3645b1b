// wllama: llama.cpp's server, compiled to wasm, in a worker of its own.

import { fetchModel, offer } from "./page.js";

interface Module {
  Wllama: {
    new (
      paths: { default: string },
      options: { logger: Record<"debug" | "log" | "warn" | "error", () => void> },
    ): Wllama;
    getLibllamaVersion(): string;
  };
}

interface Wllama {
  setCompat(compat: null): void;
  loadModel(files: Blob[], options: Record<string, unknown>): Promise<void>;
  createCompletion(options: Record<string, unknown>): Promise<Completion>;
}

interface Completion {
  timings: { prompt_n: number; predicted_n: number };
}

/** As in the benchmark's prompts, ids below 128 are ASCII. */
const LETTER = "a".charCodeAt(0);

offer(async (name) => {
  const folder = new URL("/packages/node_modules/@wllama/wllama/esm/", location.href);
  const module: Module = await import(new URL("index.min.js", folder).href);
  const quiet = () => {};
  const logger = { debug: quiet, log: quiet, warn: quiet, error: quiet };
  const wllama = new module.Wllama({ default: new URL("wasm/wllama.wasm", folder).href }, { logger });
  wllama.setCompat(null);
  const options = { n_ctx: 2048, n_batch: 512, n_threads: 1, n_gpu_layers: 0, n_parallel: 1 };
  await wllama.loadModel([await fetchModel(name)], options);

  let context: number[] = [];
  /** Runs `expected` tokens, those of the prompt that are not cached, and generates greedily. */
  const complete = async (prompt: number[], expected: number, generate: number) => {
    const { timings } = await wllama.createCompletion({
      // The one way that it takes tokens.
      prompt: String.fromCharCode(...prompt),
      max_tokens: generate,
      temperature: 0,
      top_k: 1,
      ignore_eos: true,
      // Always the same letter: random bytes would be text that wllama cannot pass on.
      logit_bias: { [LETTER]: 1e6 },
      cache_prompt: expected < prompt.length,
    });
    if (timings.prompt_n !== expected || timings.predicted_n !== generate) {
      throw new Error(`wllama ran ${timings.prompt_n} and ${timings.predicted_n} tokens`);
    }
  };
  return {
    version: module.Wllama.getLibllamaVersion(),
    async prefill(prompt) {
      context = prompt;
      await complete(prompt, prompt.length, 1);
      return Number.NaN;
    },
    // It finds in its cache what it ran last, be it more than the prompt.
    async verify(tokens) {
      await complete([...context, ...tokens], tokens.length, 1);
    },
    async decode(first, count) {
      await complete([...context, first], 1, count);
      return [];
    },
  };
});
