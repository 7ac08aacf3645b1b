// The engines `wasm` and `webgpu`: a small model on this machine's CPU or GPU.

import type { Prediction, Situation } from "@foretab/client";
import type { LocalModel } from "../../../crates/wasm/pkg/foretab.js";
import type { Client, Engine } from "./engine.js";
import type { Exports } from "./module.js";
import { Problem } from "./problem.js";
import { Turnstile } from "./turnstile.js";

/** Tokens that prompt and answer may take together: 2,048 and 512, and room for long windows. */
const CONTEXT = 4096;
/** Requests that wait for the one that is computed; each takes a good part of a second. */
const QUEUE = 8;

/** Which of them. */
export type LocalEngineName = "wasm" | "webgpu";

export class LocalEngine implements Engine {
  readonly name: LocalEngineName;
  readonly model = "foretab-mini";

  readonly #exports: () => Exports;
  readonly #file: () => ArrayBuffer | Promise<ArrayBuffer>;
  readonly #repeat: boolean;
  readonly #turnstile = new Turnstile(QUEUE);
  #loading: Promise<LocalModel> | undefined;

  /**
   * Starts the module and loads the model, a GGUF file, when it is first asked, or told to. With `repeat` it is asked
   * for what the rule leaves open, and else for all.
   */
  constructor(
    exports: () => Exports,
    file: () => ArrayBuffer | Promise<ArrayBuffer>,
    repeat: boolean,
    name: LocalEngineName = "wasm",
  ) {
    this.#exports = exports;
    this.#file = file;
    this.#repeat = repeat;
    this.name = name;
  }

  /** The model on its device. Rejects with what is wrong with either; then the next call tries again. */
  load(): Promise<LocalModel> {
    this.#loading ??= this.#load().catch((cause) => {
      this.#loading = undefined;
      throw cause;
    });
    return this.#loading;
  }

  async predict(situation: Situation, client: Client): Promise<Prediction> {
    const leave = await this.#turnstile.enter();
    try {
      const model = await this.load();
      return await model.predict(situation, async () => {
        client.progress();
        await turn();
        return !client.signal.aborted;
      });
    } catch (cause) {
      // A module that has trapped computes nothing any more, nor does a GPU that is lost.
      this.#loading = undefined;
      throw new Problem(500, "model-failed", cause instanceof WebAssembly.RuntimeError ? "trap" : "defect");
    } finally {
      leave();
    }
  }

  async #load(): Promise<LocalModel> {
    const { LocalModel } = this.#exports();
    const file = await this.#file();
    const read = async (offset: number, length: number) => new Uint8Array(file, offset, length);
    const backend = this.name === "webgpu" ? "gpu" : "cpu";
    return LocalModel.load(read, file.byteLength, backend, CONTEXT, this.#repeat);
  }
}

/** Lets this runtime do what waits: notice that a client has gone, answer others. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
