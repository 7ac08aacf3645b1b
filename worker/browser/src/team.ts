// The further threads of a model that is computed on the CPU.

import type * as wasm from "../../../crates/wasm/pkg/foretab.js";
import { FOLLOWER, type Job, type Order, type Report } from "./follow.js";

/** Threads, if nobody says how many: one processor is left to the page, and memory feeds few. */
const MOST = 4;

/** A worker that has not started its module after so many ms does not start. */
const START = 10_000;

/** All load the same file at the same time; after so many ms more than this one a thread is not waited for. */
const LOAD = 60_000;

/**
 * Starts the threads besides this one, from the file `url`; `undefined` where one was asked for.
 * Rejects with the reason where there can be no more than one.
 */
export async function startTeam(
  wanted: number | undefined,
  url: string,
  job: Job,
  exchangeBytes: number,
): Promise<Team | undefined> {
  if (wanted !== undefined && wanted <= 1) return undefined;
  if (!crossOriginIsolated) throw new Error("the page is not cross-origin isolated");
  const processors = navigator.hardwareConcurrency;
  const count = Math.floor(wanted ?? Math.min(processors - 1, MOST));
  if (!(count >= 2)) throw new Error(`of ${processors} processors one is left to the page`);
  const team = new Team(count, url, job, exchangeBytes);
  try {
    await team.started;
  } catch (cause) {
    team.end();
    throw cause;
  }
  return team;
}

/** The followers of this worker. */
export class Team implements wasm.Team {
  readonly buffer: SharedArrayBuffer;
  /** Resolves when their modules run. */
  readonly started: Promise<void>;
  readonly #loaded: Promise<void>;
  readonly #workers: readonly Worker[];

  constructor(
    readonly count: number,
    url: string,
    job: Job,
    exchangeBytes: number,
  ) {
    this.buffer = new SharedArrayBuffer(exchangeBytes);
    this.#workers = Array.from(
      { length: count - 1 },
      () => new Worker(url, { type: "module", name: FOLLOWER }),
    );
    this.started = within(START, this.#all("started"));
    this.#loaded = this.#all("loaded");
    this.#loaded.catch(() => {}); // whoever loads the model asks
    this.#workers.forEach((worker, before) => {
      order(worker, { type: "load", job, buffer: this.buffer, index: before + 1, count });
    });
  }

  loaded(): Promise<void> {
    return within(LOAD, this.#loaded);
  }

  forward(position: number, tokens: Uint32Array, rows: number): void {
    for (const worker of this.#workers) order(worker, { type: "forward", position, tokens, rows });
  }

  end(): void {
    for (const worker of this.#workers) worker.terminate();
  }

  async #all(type: Report["type"]): Promise<void> {
    await Promise.all(this.#workers.map((worker) => reported(worker, type)));
  }
}

function order(worker: Worker, order: Order): void {
  worker.postMessage(order);
}

/** Resolves when a worker reports that, and rejects when it fails. */
function reported(worker: Worker, type: Report["type"]): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (reason: string) => reject(new Error(`a thread failed: ${reason}`));
    worker.addEventListener("message", ({ data }: MessageEvent<Report>) => {
      if (data.type === type) resolve();
      else if (data.type === "failed") failed(data.reason);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      failed(event.message || "its worker could not be started");
    });
  });
}

/** Rejects if it takes longer than so many ms. */
function within(patience: number, promise: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("a thread does not answer")), patience);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
