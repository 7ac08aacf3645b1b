// The engine `openai`: any server with `/v1/completions`, such as vLLM, SGLang, llama-server.

import type { Dialect, Prediction, Situation } from "@foretab/client";
import type { Completion, Said } from "../../../crates/wasm/pkg/foretab.js";
import { completionEvents } from "./completion-events.js";
import type { Client, Engine } from "./engine.js";
import type { Exports } from "./module.js";
import { Problem } from "./problem.js";

/** Milliseconds in which an engine may say what comes behind an answer's end. */
const REST = 200;

export interface OpenAiOptions {
  /** Address of the server, up to `/v1`. */
  url: string;
  /** What the server calls the model. */
  model: string;
  /** Sent as a bearer key. */
  key?: string | undefined;
  /** The prompt format that the model was made for. Default "sweep_card". */
  dialect?: Dialect | undefined;
  /** Tokens that prompt and answer may take together. Default 8192. */
  context?: number | undefined;
  /** Milliseconds until the answer begins, and between two pieces of it. Default 10,000. */
  timeout?: number | undefined;
  /** The server takes `prediction`, the likeliest answer, as a hint. Default false. */
  prediction?: boolean | undefined;
  /** Further fields of each request, such as `cache_prompt`, `add_special_tokens`. */
  extra?: Record<string, unknown> | undefined;
}

export class OpenAiEngine implements Engine {
  readonly name = "openai";
  readonly model: string;

  readonly #exports: () => Exports;
  readonly #options: OpenAiOptions;

  constructor(exports: () => Exports, options: OpenAiOptions) {
    this.#exports = exports;
    this.#options = options;
    this.model = options.model;
  }

  async predict(situation: Situation, client: Client): Promise<Prediction> {
    const { dialect = "sweep_card", context = 8192 } = this.#options;
    const { predictRemotely } = this.#exports();
    const complete = (completion: Completion) => this.#complete(completion, client);
    return predictRemotely(situation, dialect, context, complete);
  }

  /** Asks the server. Whoever has heard enough ends the iteration, and that closes the connection. */
  async *#complete(completion: Completion, client: Client): AsyncIterableIterator<Said> {
    const { timeout = 10_000 } = this.#options;
    const connection = new AbortController();
    const gone = () => connection.abort(client.signal.reason);
    client.signal.addEventListener("abort", gone);
    if (client.signal.aborted) gone();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = () => {
      clearTimeout(timer);
      const late = new Problem(504, "upstream-timeout", "The engine takes too long.");
      timer = setTimeout(() => connection.abort(late), timeout);
    };
    let end: Said | undefined;
    try {
      wait();
      const response = await this.#post(completion, connection.signal);
      for await (const said of completionEvents(response, completion.maxTokens)) {
        wait();
        client.progress();
        if ("ended" in said) {
          end = said;
          clearTimeout(timer);
          timer = setTimeout(() => connection.abort(), REST);
          break;
        }
        yield said;
      }
      if (!end) throw new Problem(502, "upstream-failed", "The engine cut its answer off.");
    } catch (cause) {
      if (end === undefined && connection.signal.aborted) throw connection.signal.reason;
      if (cause instanceof Problem) throw cause;
      throw new Problem(502, "upstream-failed", "The engine broke the connection.");
    } finally {
      clearTimeout(timer);
      client.signal.removeEventListener("abort", gone);
      connection.abort();
    }
    // Nobody may come back for more, so nothing is left to do behind it.
    yield end;
  }

  async #post(completion: Completion, signal: AbortSignal): Promise<Response> {
    const { url, key, model, prediction, extra } = this.#options;
    const body = {
      ...extra,
      model,
      prompt: completion.prompt,
      max_tokens: completion.maxTokens,
      stop: completion.stop,
      temperature: 0,
      stream: true,
      ...(prediction && { prediction: { type: "content", content: completion.expected } }),
    };
    const request = {
      method: "POST",
      headers: { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify(body),
      signal,
    };
    const address = `${url.replace(/\/$/, "")}/completions`;
    // A kept connection that the server has just closed is no sign that it does not answer.
    const response = await fetch(address, request).catch((cause) => {
      if (signal.aborted) throw cause;
      return fetch(address, request);
    });
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 429 || response.status === 503) {
      const after = Number(response.headers.get("retry-after"));
      throw new Problem(503, "upstream-busy", "The engine has too much to do.", after || 1);
    }
    throw new Problem(502, "upstream-failed", `The engine answered ${response.status}.`);
  }
}
