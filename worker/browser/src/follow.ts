// A further thread: it holds a share of the model, and runs the passes that the leading worker runs.

import type { Follower } from "../../../crates/wasm/pkg/foretab.js";
import { rangeReader } from "./model.js";
import type { Compiled, Exports } from "./module.js";

/** The name of such a worker. */
export const FOLLOWER = "foretab follower";

/** What every follower of a team is given. */
export interface Job {
  compiled: Compiled;
  /** The bytes stay where the browser has them; each thread reads them for itself. */
  file: Blob;
  context: number | undefined;
}

/** From the leading worker. */
export type Order =
  | { type: "load"; job: Job; buffer: SharedArrayBuffer; index: number; count: number }
  | { type: "forward"; position: number; tokens: Uint32Array; rows: number };

/** To the leading worker: the module runs; the share is loaded; this thread is of no use any more. */
export type Report = { type: "started" } | { type: "loaded" } | { type: "failed"; reason: string };

/** Takes orders; `start` starts the module. */
export function follow(start: (compiled: Compiled) => Promise<Exports>): void {
  let follower: Follower | undefined;
  let abandon = () => {};

  const failed = (cause: unknown) => {
    abandon();
    report({ type: "failed", reason: cause instanceof Error ? cause.message : String(cause) });
  };
  // A defect of the module comes this way.
  addEventListener("error", ({ message }) => failed(message));

  async function obey(order: Order): Promise<void> {
    if (order.type === "forward") return follower?.forward(order.position, order.tokens, order.rows);
    const { job, buffer, index, count } = order;
    const exports = await start(job.compiled);
    abandon = () => exports.abandonExchange(buffer);
    report({ type: "started" });
    const read = rangeReader(job.file);
    follower = await exports.Follower.load(read, job.file.size, job.context, buffer, index, count);
    report({ type: "loaded" });
  }
  addEventListener("message", ({ data }: MessageEvent<Order>) => {
    obey(data).catch(failed);
  });
}

function report(report: Report): void {
  postMessage(report);
}
