// What Cloudflare Workers and workerd take for a worker.

import simd128 from "./foretab_bg.wasm";
import relaxed from "./foretab_relaxed_bg.wasm";
import type { Context, Handler } from "./handler.js";
import type { RateLimiter } from "./limits.js";
import { type Exports, start } from "./module.js";
import { Problem } from "./problem.js";
import { type Embedded, handlerOf, type Variables } from "./settings.js";

/** What a worker's configuration binds. */
export interface Bindings extends Variables {
  /** Cloudflare's rate limiting binding, which counts for all of a place's machines together. */
  RATE_LIMITER?: RateLimiter | undefined;
}

let started: Exports | undefined;

/** The module, started by the first request: before there is one, a worker has hardly any time. */
export function exports(): Exports {
  started ??= start({ simd128, relaxed });
  return started;
}

/** A worker whose handler is made for its first request. */
export function worker(embedded: Embedded | undefined) {
  let handler: Handler | undefined;
  return {
    async fetch(request: Request, bindings: Bindings, context: Context): Promise<Response> {
      try {
        handler ??= handlerOf(bindings, exports, embedded, bindings.RATE_LIMITER);
      } catch (cause) {
        console.error(cause instanceof Error ? cause.message : "defect");
        return new Problem(500, "misconfigured", "The server is not set up; its log says why.").response();
      }
      return handler(request, context);
    },
  };
}
