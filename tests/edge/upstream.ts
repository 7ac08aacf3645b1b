// A server with `/v1/completions` that says what a test has it say, and counts.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** What the edge sent. */
export interface Asked {
  headers: IncomingMessage["headers"];
  body: { prompt: string; max_tokens: number; stop: string[]; stream: boolean; [field: string]: unknown };
}

/** Answers one request; `chunk` sends an event with a piece of text and counts it. */
export type Behaviour = (exchange: Exchange) => Promise<void> | void;

export class Exchange {
  /** Events with text that were sent. */
  chunks = 0;
  /** Events that had been sent when the edge closed the connection; -1 until then. */
  closedAfter = -1;

  constructor(
    readonly asked: Asked,
    readonly response: ServerResponse,
  ) {
    response.on("close", () => {
      if (!response.writableEnded) this.closedAfter = this.chunks;
    });
  }

  get open(): boolean {
    return !this.response.destroyed && !this.response.writableEnded;
  }

  begin(): void {
    this.response.writeHead(200, { "content-type": "text/event-stream" });
  }

  chunk(text: string, finish_reason: string | null = null): void {
    this.chunks += 1;
    this.response.write(`data: ${JSON.stringify({ choices: [{ index: 0, text, finish_reason }] })}\n\n`);
  }

  end(): void {
    this.response.end("data: [DONE]\n\n");
  }
}

export class Upstream {
  behaviour: Behaviour = says("");
  /** Connections that were made. */
  connections = 0;
  /** Keep what was asked. */
  remembers = true;
  /** All that was asked, the last one last. */
  readonly exchanges: Exchange[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece);
      const body = JSON.parse(Buffer.concat(pieces).toString());
      const exchange = new Exchange({ headers: request.headers, body }, response);
      if (this.remembers) this.exchanges.push(exchange);
      await this.behaviour(exchange);
    });
  }

  async start(): Promise<string> {
    this.#server.on("connection", () => {
      this.connections += 1;
    });
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return `http://127.0.0.1:${address.port}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The exchange asked for last. */
  get last(): Exchange {
    const last = this.exchanges.at(-1);
    if (!last) throw new Error("nothing was asked");
    return last;
  }
}

/** Says this text in pieces of some characters, and stops. */
export function says(text: string, reason = "stop"): Behaviour {
  return async (exchange) => {
    exchange.begin();
    for (const [piece] of text.matchAll(/.{1,5}/gsu)) {
      if (!exchange.open) return;
      exchange.chunk(piece);
      await pause(1);
    }
    exchange.chunk("", reason);
    exchange.end();
  };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
