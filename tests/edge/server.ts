// The built bundles, served by the runtimes that they are for.

import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import workerd from "workerd";

/** The folder of the bundles and their configurations. */
export const edge = join(import.meta.dirname, "../../worker/edge");

/** The key of every server here. */
export const KEY = "correct-horse-battery-staple";

const STDIO: StdioOptions = ["ignore", "pipe", "pipe"];

/** A server that has been started. */
export class Server {
  /** What it has written. */
  output = "";
  /** It has ended, and all that it wrote has been read. */
  readonly #closed: Promise<void>;

  constructor(
    readonly url: string,
    readonly process: ChildProcess,
    /** What ends it. */
    readonly signal: NodeJS.Signals = "SIGKILL",
  ) {
    this.#closed = new Promise((resolve) => process.once("close", () => resolve()));
    for (const stream of [process.stdout, process.stderr]) {
      stream?.on("data", (data) => {
        this.output += data;
      });
    }
  }

  /** Asks with the key, unless the request has its own. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${KEY}`);
    return fetch(new URL(path, this.url), { ...init, headers });
  }

  /** Asks with JSON. */
  post(path: string, body: unknown, init: RequestInit = {}): Promise<Response> {
    const headers = { "content-type": "application/json", ...(init.headers as Record<string, string>) };
    return this.fetch(path, { ...init, method: "POST", headers, body: JSON.stringify(body) });
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error("the server is not there");
    return this.process.pid;
  }

  async stop(): Promise<void> {
    this.process.kill(this.signal);
    await this.#closed;
  }

  /** Resolves when it answers. */
  async ready(): Promise<this> {
    for (let tries = 0; tries < 600; tries += 1) {
      if (this.process.exitCode !== null) break;
      const health = await fetch(new URL("/health", this.url)).catch(() => undefined);
      if (health?.ok) return this;
      if (health) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await this.stop();
    throw new Error(`the server does not start: ${this.output}`);
  }
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** workerd with one of the bundles, `workerd` or `workerd-openai`, as its configuration in the folder has it. */
export async function startWorkerd(
  bundle: string,
  variables: Record<string, string>,
  folder = edge,
): Promise<Server> {
  const port = await freePort();
  const config = join(folder, `${bundle}.capnp`);
  return start(port, workerd, ["serve", config, "--socket-addr", `http=127.0.0.1:${port}`], variables);
}

/** Deno with its bundle. */
export async function startDeno(variables: Record<string, string>): Promise<Server> {
  const port = await freePort();
  const rights = ["--allow-net", "--allow-env", `--allow-read=${edge}`];
  // The package's own command would be a process of its own, around it.
  const program: string = createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
  const options = ["run", ...rights, join(edge, "dist/deno/worker.js")];
  return start(port, program, options, { ...variables, PORT: String(port) });
}

/** The runtimes that are tested with the engine `openai`. */
export const runtimes: [name: string, start: (variables: Record<string, string>) => Promise<Server>][] = [
  ["workerd", (variables) => startWorkerd("workerd-openai", variables)],
  ["Deno", startDeno],
];

/** wrangler, for Node.js: without what its command does around it. It is told to keep to itself. */
export const WRANGLER = [
  "--no-warnings",
  join(import.meta.dirname, "wrangler/node_modules/wrangler/wrangler-dist/cli.js"),
];
export const ALONE = { WRANGLER_SEND_METRICS: "false", CI: "true" };

/** `wrangler dev` with a configuration in the folder, whose `.dev.vars` has the secrets. */
export async function startWrangler(config: string, folder: string): Promise<Server> {
  const port = await freePort();
  const options = ["dev", "--config", config, "--ip", "127.0.0.1", "--port", String(port)];
  const env = { ...process.env, ...ALONE };
  const child = spawn(process.execPath, [...WRANGLER, ...options], { stdio: STDIO, env, cwd: folder });
  // workerd is a child of its own.
  return new Server(`http://127.0.0.1:${port}/`, child, "SIGTERM").ready();
}

async function start(
  port: number,
  program: string,
  options: string[],
  variables: Record<string, string>,
): Promise<Server> {
  const env = { ...process.env, FORETAB_KEYS: KEY, ...variables };
  const child = spawn(program, options, { stdio: STDIO, env });
  return new Server(`http://127.0.0.1:${port}/`, child).ready();
}
