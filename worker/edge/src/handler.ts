// The fetch handler: routes, and who may ask how much.

import type { Prediction, Situation } from "@foretab/client";
import { Hono } from "hono";
import { cors } from "hono/cors";
import type * as v from "valibot";
import { body } from "./body.js";
import type { Engine } from "./engine.js";
import { Keys } from "./keys.js";
import { type RateLimiter, TokenBuckets } from "./limits.js";
import { eventStream, predict, Waiting } from "./next-edit.js";
import { openapi } from "./openapi.js";
import { Problem } from "./problem.js";
import { situation, sweep } from "./schema.js";
import { answerOf, situationOf } from "./sweep.js";

export interface HandlerOptions {
  engine: Engine;
  /** Bearer keys that may ask; `null`: anybody may. */
  keys: readonly string[] | null;
  /** Pages that may ask, by their origins; `*` stands for all. Default: none. */
  origins?: readonly string[] | undefined;
  /** Requests of a key in a minute. Default 600. */
  perMinute?: number | undefined;
  /** Counts them in place of this process. */
  rateLimiter?: RateLimiter | undefined;
  /** Requests that are computed at the same time. Default 256. */
  concurrency?: number | undefined;
  /** Takes a line for each request; nothing of the user's is in it. Default: none. */
  log?: ((line: LogLine) => void) | undefined;
}

/** What is known of a request afterwards. */
export interface LogLine {
  method: string;
  /** One of ours, or `other`. */
  route: string;
  status: number;
  ms: number;
  engine: string;
}

/** What a runtime has for a request: a promise that it is to be kept alive for. */
export interface Context {
  waitUntil?(promise: Promise<unknown>): void;
}

/** Answers requests; on web standards alone. */
export type Handler = (request: Request, context?: Context) => Promise<Response>;

interface Env {
  context?: Context | undefined;
}

/** A request that has been read, and what will come of it. */
interface Started<Asked> {
  asked: Asked;
  prediction: Promise<Prediction>;
  client: Waiting;
}

const ROUTES = new Set([
  "/v1/next-edit",
  "/v1/models",
  "/health",
  "/openapi.json",
  "/backend/next_edit_autocomplete",
]);

export function createHandler(options: HandlerOptions): Handler {
  const { engine, origins = [], concurrency = 256, log } = options;
  const keys = options.keys && new Keys(options.keys);
  const limiter = options.rateLimiter ?? new TokenBuckets(options.perMinute ?? 600);
  let running = 0;

  /** Lets a request in, or throws why not; the returned function lets it out. */
  const enter = async (request: Request): Promise<() => void> => {
    const id = keys ? await keys.identify(request.headers.get("authorization")) : "anybody";
    if (id === undefined) throw new Problem(401, "unauthorized", "A bearer key is needed.");
    if (running >= concurrency) throw new Problem(503, "busy", "Too many requests are being computed.", 1);
    running += 1;
    let inside = true;
    const leave = () => {
      if (inside) running -= 1;
      inside = false;
    };
    try {
      const { success } = await limiter.limit({ key: id });
      if (!success) throw new Problem(429, "rate-limited", "This key has asked too often.", 10);
    } catch (cause) {
      leave();
      throw cause;
    }
    return leave;
  };

  /** Reads a request and starts its prediction, within the limits. */
  const start = async <S extends v.GenericSchema>(
    { req, env }: { req: { raw: Request }; env: Env },
    schema: S,
    situationOf: (asked: v.InferOutput<S>) => Situation,
  ): Promise<Started<v.InferOutput<S>>> => {
    const request = req.raw;
    const leave = await enter(request);
    const client = new Waiting();
    request.signal.addEventListener("abort", () => client.gone.abort());
    const asking = body(request, schema).then((asked) => ({ asked, situation: situationOf(asked) }));
    const prediction = asking.then(({ situation }) => predict(engine, situation, client)).finally(leave);
    // Where the client goes away, the prediction is still to be ended in good order.
    const ended = prediction.catch(() => {});
    env.context?.waitUntil?.(ended);
    const { asked } = await asking;
    return { asked, prediction, client };
  };

  const app = new Hono<{ Bindings: Env }>();
  // Every page may read this, so that one that may not ask can tell that from a server that is not there.
  app.get("/health", cors(), (c) => c.json({ status: "ok", engine: engine.name, model: engine.model }));
  app.use(async ({ req }, next) => {
    const origin = req.header("origin");
    const allowed = origin === undefined || origins.includes("*") || origins.includes(origin);
    if (!allowed) throw new Problem(403, "origin", "Pages of this origin may not ask.");
    await next();
  });
  app.use(
    cors({
      origin: origins.includes("*") ? "*" : [...origins],
      allowMethods: ["GET", "POST"],
      allowHeaders: ["authorization", "content-type", "content-encoding"],
      exposeHeaders: ["retry-after"],
      maxAge: 86_400,
    }),
  );
  app.get("/openapi.json", (c) => c.json(openapi));
  app.get("/v1/models", async (c) => {
    (await enter(c.req.raw))();
    return c.json({ object: "list", data: [{ id: engine.model, object: "model", owned_by: "foretab" }] });
  });
  app.post("/v1/next-edit", async (c) => {
    const { prediction, client } = await start(c, situation, (asked) => asked);
    const streamed = /\btext\/event-stream\b/i.test(c.req.header("accept") ?? "");
    return streamed ? eventStream(prediction, client) : c.json(await prediction);
  });
  app.post("/backend/next_edit_autocomplete", async (c) => {
    const began = Date.now();
    const { asked, prediction } = await start(c, sweep, situationOf);
    const line = answerOf(asked, await prediction, crypto.randomUUID(), Date.now() - began);
    return c.body(line, 200, { "content-type": "application/x-ndjson" });
  });
  app.notFound((c) => {
    const known = ROUTES.has(c.req.path);
    const problem = known
      ? new Problem(405, "method-not-allowed", "This address is asked otherwise.")
      : new Problem(404, "not-found", "There is nothing here.");
    return problem.response();
  });
  app.onError((cause, c) => {
    if (cause instanceof Problem) return cause.response();
    // Nobody reads it, but for the log.
    if (c.req.raw.signal.aborted) return new Problem(499, "client-gone", "The client has gone.").response();
    return new Problem(500, "defect", "A defect.").response();
  });

  return async (request, context) => {
    const began = Date.now();
    const response = await app.fetch(request, { context });
    const { pathname } = new URL(request.url);
    log?.({
      method: request.method,
      route: ROUTES.has(pathname) ? pathname : "other",
      status: response.status,
      ms: Date.now() - began,
      engine: engine.name,
    });
    return response;
  };
}
