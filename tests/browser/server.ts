// Serves the built playground, and model files that are not as they should be.

import { access, readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { basename, extname, join } from "node:path";
import { type Plugin, preview } from "vite";
import type { TestProject } from "vitest/node";
import { serveStage } from "./stage/serve.js";
import { serveWorkerFirst } from "./worker-first.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the playground, with a slash at its end. */
    playground: string;
  }
}

const root = join(import.meta.dirname, "../..");

/** What a request for `/models/<name>` gets; anything else there is a 404. */
async function badModels(): Promise<Map<string, Uint8Array>> {
  const good = await readFile(join(root, "models/foretab-mini.gguf"));
  const html = new TextEncoder().encode("<!doctype html><title>Not a model</title>");
  /** The good one with other bytes behind the first `mark`, `skip` further on. */
  const changed = (mark: string, skip: number, bytes: string | number[]) => {
    const file = Buffer.from(good);
    file.set(Buffer.from(bytes as string), file.indexOf(mark) + mark.length + skip);
    return file;
  };
  return new Map([
    ["good.gguf", good],
    ["truncated-header.gguf", good.subarray(0, 5_000)],
    ["truncated-tensors.gguf", good.subarray(0, good.length / 2)],
    ["page.html.gguf", html],
    ["empty.gguf", new Uint8Array()],
    // Behind a key its type, and for a string its length; behind a tensor's name the number of its dimensions,
    // and the two of them before its block format.
    ["architecture.gguf", changed("general.architecture", 4 + 8, "llama")],
    ["block-format.gguf", changed("blk.0.attn_k.weight", 4 + 2 * 8, [10, 0, 0, 0])],
    ["missing-tensor.gguf", changed("blk.0.attn_k.weigh", 0, "s")],
    ["short-context.gguf", changed("qwen2.context_length", 4, [44, 1, 0, 0])],
  ]);
}

function serveModels(models: Map<string, Uint8Array>): Plugin {
  return {
    name: "models",
    configurePreviewServer(server) {
      server.middlewares.use("/models", (request, response) => {
        const file = models.get((request.url ?? "").replace(/^\/|\?.*$/g, ""));
        response.statusCode = file ? 200 : 404;
        if (file) response.setHeader("content-length", file.length);
        if (file && request.url?.includes("slowly")) void slowly(response, file);
        else response.end(file);
      });
    },
  };
}

/** Sends a file within two seconds or so. */
async function slowly(response: ServerResponse, file: Uint8Array): Promise<void> {
  const piece = Math.ceil(file.length / 20);
  for (let start = 0; start < file.length; start += piece) {
    response.write(file.subarray(start, start + piece));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  response.end();
}

/** `/kernels/worker.js` and the module that `cargo xtask test` builds for it. */
function serveKernels(): Plugin {
  const types = { ".js": "text/javascript", ".wasm": "application/wasm" };
  return {
    name: "kernels",
    configurePreviewServer(server) {
      server.middlewares.use("/kernels", async (request, response) => {
        const name = basename(request.url ?? "");
        const folder = name === "worker.js" ? "kernels" : "pkg";
        const file = await readFile(join(import.meta.dirname, folder, name)).catch(() => undefined);
        response.statusCode = file ? 200 : 404;
        response.setHeader("cross-origin-embedder-policy", "require-corp"); // as its page
        response.setHeader("content-type", types[extname(name) as keyof typeof types] ?? "text/plain");
        response.end(file);
      });
    },
  };
}

/** Vitest calls this once before all files; what it returns, after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const playground = join(root, "web/playground");
  await access(join(playground, "dist/index.html")).catch(() => {
    throw new Error("the playground is not built: run `cargo xtask build`");
  });
  const server = await preview({
    root: playground,
    logLevel: "warn",
    plugins: [serveWorkerFirst(), serveModels(await badModels()), serveKernels(), serveStage()],
    preview: { port: 0, host: "127.0.0.1" },
  });
  const url = server.resolvedUrls?.local[0];
  if (!url) throw new Error("the preview server has no address");
  project.provide("playground", url);
  return () => server.close();
}
