// Starts an engine with a model, in a browser or a process of its own.

import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { launch } from "../browser/chromium.js";
import type { Outcome, Task } from "./engine.js";

export interface Running {
  /** What the engine says of itself. */
  version: string;
  run(task: Task): Promise<Outcome>;
  /** What the task takes at best, in milliseconds, if the engine can tell. */
  floor?(task: Task): Promise<number | undefined>;
  close(): Promise<void>;
}

export interface Place {
  /** The pages' address. */
  url: string;
  /** The folder of the models. */
  models: string;
}

export interface EngineKind {
  title: string;
  /** Where it runs: ours and those of others in a browser, and what a browser is held to. */
  role: "ours" | "browser" | "native";
  start(model: string, place: Place): Promise<Running>;
}

const inPage =
  (page: string, query = "") =>
  (model: string, place: Place) =>
    startInPage(page, query, model, place);

const onThreads = (threads: number): EngineKind => ({
  title: `Foretab, ${threads} threads`,
  role: "ours",
  start: inPage("foretab-threads", `?threads=${threads}`),
});

/** By the names that the command line takes. */
export const ENGINES: Record<string, EngineKind> = {
  foretab: { title: "Foretab", role: "ours", start: inPage("foretab") },
  "foretab-2": onThreads(2),
  "foretab-3": onThreads(3),
  "foretab-4": onThreads(4),
  candle: { title: "candle", role: "browser", start: inPage("candle") },
  "onnxruntime-web": { title: "ONNX Runtime Web", role: "browser", start: inPage("onnxruntime-web") },
  transformers: { title: "transformers.js", role: "browser", start: inPage("transformers") },
  wllama: { title: "wllama", role: "browser", start: inPage("wllama") },
  "node-llama-cpp": { title: "node-llama-cpp", role: "native", start: startLlama },
};

async function startInPage(name: string, query: string, model: string, { url }: Place): Promise<Running> {
  const browser = await launch({ webgpu: false });
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(`${name}: ${error}`));
    await page.goto(`${url}/${name}.html${query}`);
    await page.waitForFunction(() => globalThis.bench !== undefined);
    const version = await page.evaluate((model) => globalThis.bench.load(model), model);
    return {
      version: `${version}, Chromium ${browser.version()}`,
      run: (task) => page.evaluate((task) => globalThis.bench.run(task), task),
      floor: (task) => page.evaluate((task) => globalThis.bench.floor(task), task),
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

async function startLlama(model: string, { models }: Place): Promise<Running> {
  const child = fork(join(import.meta.dirname, "llama.js"), [join(models, `${model}.gguf`)]);
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`node-llama-cpp ended with ${code}`);
  });
  const answer = async () => (await Promise.race([once(child, "message"), failed]))[0];
  const version: string = await answer();
  return {
    version: `${version}, Node ${process.version}`,
    async run(task) {
      child.send(task);
      return answer();
    },
    async close() {
      failed.catch(() => {});
      child.kill();
    },
  };
}
