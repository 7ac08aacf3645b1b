// An HTTP server of model files whose connections break when a test says so, and a page that loads them.

import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const client = join(import.meta.dirname, "../../web/client/dist");
const types = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };

/** A page with nothing but `createForetab`, and the Foretab that the test makes with it. */
const PAGE = '<!doctype html><title>Models</title><script type="module" src="/page.js"></script>';
const SCRIPT = 'import { createForetab } from "/client/index.js"; window.createForetab = createForetab;';

/** A file, and how it is sent. */
export interface Served {
  bytes: Uint8Array;
  etag?: string;
  /** Offsets at which the connection breaks, ascending; at each once. */
  cuts?: number[];
  /** Its size is not said. */
  chunked?: boolean;
  /** Wait before each piece of a sixteenth of a megabyte, in ms. */
  wait?: number;
  /** Whoever asks for it is not answered; with "bytes" only who asks for more than what it is. */
  down?: boolean | "bytes";
}

/** What was asked, and the bytes of the file that were sent. */
export interface Answered {
  method: string;
  path: string;
  range: string | undefined;
  ifRange: string | undefined;
  status: number;
  sent: number;
}

export class ModelServer {
  /** By path. */
  readonly files = new Map<string, Served>();
  /** Requests of `files`. */
  readonly answered: Answered[] = [];
  /** Put before the worker's own code. */
  workerFirst = "";
  /** The content security policy of the page and its worker. */
  policy = "";
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((cause) => response.destroy(cause));
    });
  }

  static async start(): Promise<ModelServer> {
    const server = new ModelServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Bytes of files that were sent. */
  get sent(): number {
    return this.answered.reduce((sum, { sent }) => sum + sent, 0);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").replace(/\?.*$/, "");
    // As a hub answers the pages of others.
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-expose-headers", "ETag, Content-Range");
    if (this.policy) response.setHeader("content-security-policy", this.policy);
    const served = this.files.get(path);
    if (served) return this.#send(served, path, request, response);
    if (path === "/") return void response.setHeader("content-type", "text/html").end(PAGE);
    if (path === "/page.js") return void response.setHeader("content-type", types[".js"]).end(SCRIPT);
    const file =
      path.startsWith("/client/") && (await readFile(join(client, path.slice(8))).catch(() => false));
    if (!file) return void response.writeHead(404).end();
    response.setHeader("content-type", types[extname(path) as keyof typeof types] ?? "text/plain");
    response.end(path.endsWith("/worker.js") ? `${this.workerFirst}\n${file}` : file);
  }

  async #send(
    served: Served,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { bytes, etag, cuts = [], wait = 0 } = served;
    const { range, "if-range": ifRange } = request.headers;
    const method = request.method ?? "";
    if (served.down === true || (served.down && method !== "HEAD")) return void response.destroy();
    if (etag) response.setHeader("etag", etag);
    const [, from = "0", to = ""] =
      (range && (!ifRange || ifRange === etag) && /^bytes=(\d+)-(\d*)$/.exec(range)) || [];
    const start = Number(from);
    const stop = Math.min(to ? Number(to) + 1 : bytes.length, bytes.length);
    const answered = { method, path, range, ifRange: String(ifRange ?? ""), status: 200, sent: 0 };
    this.answered.push(answered);
    if (start > 0 || to) {
      answered.status = response.statusCode = 206;
      response.setHeader("content-range", `bytes ${start}-${stop - 1}/${bytes.length}`);
    }
    if (!served.chunked) response.setHeader("content-length", stop - start);
    if (method === "HEAD") return void response.end();
    const end = cuts.find((cut) => cut > start && cut < stop) ?? stop;
    for (let at = start; at < end; ) {
      const piece = bytes.subarray(at, Math.min(at + (1 << 16), end));
      await new Promise((resolve) => response.write(piece, resolve));
      if (response.destroyed) return;
      at += piece.length;
      answered.sent += piece.length;
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    }
    if (end === stop) return void response.end();
    cuts.splice(cuts.indexOf(end), 1);
    await new Promise((resolve) => setTimeout(resolve, 20)); // else what was sent last may not arrive
    response.destroy();
  }
}
