// Asks an edge, in place of a model here.

import type { Edge, ModelStatus, Prediction, Situation } from "@foretab/client";
import { EventSourceParserStream } from "eventsource-parser/stream";
import type { EdgeConnection, EdgeRequest } from "../../../crates/wasm/pkg/foretab.js";

/** Within so many ms a request is given up that is not wanted any more. */
const TICK = 10;
/** An edge, or a GPU beside it, has so long to say that it is there, in ms. */
const TIMEOUT = 10_000;

export interface Connected {
  connection: EdgeConnection;
  status: ModelStatus;
}

/** Asks which model there is. Throws with the address and the reason where the edge does not answer. */
export async function connectEdge(edge: Edge): Promise<Connected> {
  await send({ url: edge.url }, "health", { signal: AbortSignal.timeout(TIMEOUT) });
  const signal = AbortSignal.timeout(TIMEOUT);
  // Every page may read the edge's health, but only those that may ask what comes next.
  const refused = `Pages of ${self.location.origin} may not ask it.`;
  const response = await send(edge, "v1/models", { signal }, refused);
  const { data } = (await response.json()) as { data: { id: string }[] };
  const status: ModelStatus = {
    name: data[0]?.id ?? "",
    backend: "edge",
    device: edge.url,
    context: 0,
    bytes: 0,
    dialect: "",
  };
  const tick = () => new Promise<void>((resolve) => setTimeout(resolve, TICK));
  return { connection: { ask: (situation) => ask(edge, situation), tick }, status };
}

function ask(edge: Edge, situation: Situation): EdgeRequest {
  const connection = new AbortController();
  const answer = predicted(edge, situation, connection.signal);
  // What a request came to that was given up is nobody's concern.
  answer.catch(() => {});
  return { answer, cancel: () => connection.abort() };
}

async function predicted(edge: Edge, situation: Situation, signal: AbortSignal): Promise<Prediction> {
  const response = await send(edge, "v1/next-edit", {
    method: "POST",
    // Some servers notice only while they write that nobody reads any more.
    headers: { accept: "text/event-stream", "content-type": "application/json" },
    body: JSON.stringify(situation),
    signal,
  });
  const events = response.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  const reader = events?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) throw new Error(`The edge ${edge.url} broke off.`);
    const { event, data } = next.value;
    if (event === "prediction") return JSON.parse(data) as Prediction;
    if (event === "problem") throw new Error(`The edge ${edge.url}: ${(JSON.parse(data) as Problem).detail}`);
  }
}

interface Problem {
  detail: string;
}

/** Where there is no answer that the page may read, the error says `silence`. */
async function send(
  { url, key }: Edge,
  path: string,
  init: RequestInit,
  silence = nobody(url),
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (key !== undefined) headers.set("authorization", `Bearer ${key}`);
  const failed = (why: string) => new Error(`The edge ${url} does not answer: ${why}`);
  const response = await fetch(new URL(path, url), { ...init, headers }).catch((cause) => {
    const late = cause instanceof DOMException && cause.name === "TimeoutError";
    throw failed(late ? "It takes too long." : silence);
  });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
  if (response.status === 401 && key !== undefined) throw failed("It does not know this key.");
  throw failed(problem?.detail ?? `${response.status} ${response.statusText}`.trimEnd());
}

/** What it can mean that there is no answer, which browsers do not tell. */
function nobody(url: string): string {
  const insecure = self.location.protocol === "https:" && new URL(url).protocol === "http:";
  return insecure
    ? "Nobody is there; and with http a page that came by https may ask this machine alone."
    : "Nobody is there.";
}

/** Whether there is a GPU that is none in name only. */
export async function hasGpu(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: Gpu };
  if (!gpu) return false;
  // On some machines it never answers.
  const silent = new Promise<null>((resolve) => setTimeout(resolve, TIMEOUT, null));
  const adapter = await Promise.race([gpu.requestAdapter().catch(() => null), silent]);
  return adapter != null && !adapter.info?.isFallbackAdapter;
}

/** As much of WebGPU as is asked here. */
interface Gpu {
  requestAdapter(): Promise<{ info?: { isFallbackAdapter?: boolean } } | null>;
}
