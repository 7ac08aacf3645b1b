// llama.cpp, prebuilt for this machine's CPU, in this process: `node llama.js MODEL`, driven by messages.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Engine, run, type Task } from "./engine.js";

interface Module {
  getLlama(options: object): Promise<{ loadModel(options: { modelPath: string }): Promise<Model> }>;
  getModuleVersion(): Promise<string>;
}

interface Model {
  createContext(options: object): Promise<{ getSequence(): Sequence }>;
}

interface Sequence {
  readonly nextTokenIndex: number;
  clearHistory(): Promise<void>;
  eraseContextTokenRanges(ranges: { start: number; end: number }[]): Promise<void>;
  evaluate(tokens: number[], options: object): AsyncGenerator<number>;
}

async function load(file: string): Promise<Engine> {
  // The tests beside llama.cpp have it.
  const folder = join(import.meta.dirname, "../../../oracle/llama/node_modules/node-llama-cpp");
  const module: Module = await import(pathToFileURL(join(folder, "dist/index.js")).href);
  const llama = await module.getLlama({ gpu: false, build: "never", maxThreads: 1, logLevel: "error" });
  const model = await llama.loadModel({ modelPath: file });
  const context = await model.createContext({ contextSize: 2048, batchSize: 512, threads: 1, sequences: 1 });
  const sequence = context.getSequence();
  const generate = async (tokens: number[], count: number) => {
    const chosen: number[] = [];
    for await (const token of sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true })) {
      if (chosen.push(token) === count) break;
    }
    return chosen;
  };
  let end = 0;
  const rewind = () => sequence.eraseContextTokenRanges([{ start: end, end: sequence.nextTokenIndex }]);
  return {
    version: await module.getModuleVersion(),
    async prefill(prompt) {
      await sequence.clearHistory();
      end = prompt.length;
      return (await generate(prompt, 1))[0] ?? Number.NaN;
    },
    async verify(tokens) {
      await rewind();
      await generate(tokens, 1);
    },
    async decode(first, count) {
      await rewind();
      return generate([first], count);
    },
  };
}

const engine = await load(process.argv[2] ?? "");
process.on("message", async (task: Task) => process.send?.(await run(engine, task)));
process.send?.(engine.version);
