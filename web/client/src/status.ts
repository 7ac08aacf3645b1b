import type { Failure, LoadProgress } from "./protocol.js";
import type { ModelStatus } from "./session-types.js";
import { Speed } from "./speed.js";

/** How a Foretab is: all that a page needs to show it, and nothing else has to be known. */
export type Status =
  /** A model is being loaded; until it is there the one that is in use suggests, or the rule alone (`repeat`). */
  | ({ state: "loading"; model?: ModelStatus | undefined; reason?: string | undefined } & Loading)
  /**
   * Edits are predicted, and `computing` while one is being computed. `fallback`: why that is not as was asked for: on
   * the CPU in place of the GPU, on one thread in place of several, with a model that could not be kept on the disk, or
   * with an older one that was.
   */
  | { state: "ready" | "computing"; model: ModelStatus; fallback?: string | undefined }
  /** What happened, and what to do about it. A `model` that was in use before is in use still. */
  | {
      state: "error";
      code: Failure["code"];
      message: string;
      advice: string;
      model?: ModelStatus | undefined;
    };

/** How far loading is: first the file is fetched, then its tensors are handed to the device. */
export interface Loading extends LoadProgress {
  /** Over the last seconds; `undefined` until there is something to tell it from. */
  bytesPerSecond?: number | undefined;
  /** Until this phase ends, at that speed; `undefined` where speed or `total` are not known. */
  secondsLeft?: number | undefined;
}

const BEGINNING: Loading = { phase: "fetch", loaded: 0, total: 0 };

/** Makes the one status out of what the worker says. */
export class StatusKeeper {
  #status: Status = { state: "loading", ...BEGINNING };
  #model: ModelStatus | undefined;
  #speed = new Speed();
  #phase: LoadProgress["phase"] = "fetch";
  /** The prediction that is being computed. */
  #request: number | undefined;

  constructor(private readonly changed: (status: Status) => void) {}

  get status(): Status {
    return this.#status;
  }

  /** The model in use; `undefined` before the first one, and while a lost device is replaced. */
  get model(): ModelStatus | undefined {
    return this.#model;
  }

  /** A model is asked for. */
  loading(): void {
    this.#load({});
  }

  progress({ phase, loaded, total, reason: told }: LoadProgress): void {
    if (phase !== this.#phase) this.#speed = new Speed();
    this.#phase = phase;
    const bytesPerSecond = this.#speed.at(performance.now(), loaded);
    const left = bytesPerSecond && total > 0 ? Math.max(0, total - loaded) / bytesPerSecond : undefined;
    const reason = told ?? (this.#status.state === "loading" ? this.#status.reason : undefined);
    const progress = { phase, loaded, total, bytesPerSecond, secondsLeft: left };
    this.#set({ state: "loading", model: this.#model, reason, ...progress });
  }

  loaded(model: ModelStatus): void {
    this.#model = model;
    this.#request = undefined;
    this.#rest();
  }

  /** A prediction is being computed. */
  computing(request: number): void {
    if (request === this.#request) return;
    this.#request = request;
    if (this.#status.state !== "loading") this.#rest();
  }

  /** It has come to its end. */
  computed(request: number): void {
    if (request !== this.#request) return;
    this.#request = undefined;
    if (this.#status.state === "computing") this.#rest();
  }

  failed({ code, message }: Failure): void {
    this.#request = undefined;
    if (code === "device") {
      this.#model = undefined;
      this.#load({ reason: message });
    } else if (code === "cancelled" && this.#model) {
      this.#rest();
    } else {
      this.#set({ state: "error", code, message, advice: ADVICE[code], model: this.#model });
    }
  }

  #load(about: { reason?: string }): void {
    this.#speed = new Speed();
    this.#phase = "fetch";
    this.#set({ state: "loading", model: this.#model, ...BEGINNING, ...about });
  }

  #rest(): void {
    const model = this.#model;
    if (!model) return;
    const unkept = model.unkept && `The model is not kept for the next visit: ${model.unkept}.`;
    const outdated = model.outdated && `The model is not the newest version: ${model.outdated}.`;
    const fallback = [model.fallback, model.alone, unkept, outdated].filter(Boolean).join(" ") || undefined;
    this.#set({ state: this.#request === undefined ? "ready" : "computing", model, fallback });
  }

  #set(status: Status): void {
    this.#status = status;
    this.changed(status);
  }
}

const ADVICE: Record<Exclude<Failure["code"], "device">, string> = {
  fetch:
    "Check the model’s address and the connection, and load it again. From another origin it takes CORS, and that " +
    "the page’s policy has that origin in connect-src.",
  edge: "Check the edge’s address and the key. The edge says which pages may ask it, in FORETAB_ORIGINS.",
  model:
    "Take another file: a GGUF file of the Qwen2 architecture in F32, F16, BF16, Q8_0, Q6_K, Q5_K, Q5_0, Q4_K or Q4_0.",
  cancelled: "Load a model; one that was cut off goes on where it was.",
  predict: "Go on editing: the next prediction starts afresh. If it fails again, load the model again.",
  worker:
    "Reload the page. If that does not help, see that worker.js and the .wasm file beside it are served from this " +
    "origin, and that the page’s policy allows 'wasm-unsafe-eval' and worker-src 'self'.",
};
