// A large model in the page: what its way onto the device takes of memory and time, and a first answer, as JSON:
// `MODEL=xl-q4_0.gguf npm run measure -w tests/browser -- memory`.
//
// `cargo run --package foretab-model --features testing --example benchmark_model xl q4_0 xl-q4_0.gguf` writes the file.
// `BACKENDS` (default "gpu") may be "gpu cpu"; the GPU is SwiftShader, which takes minutes for `TOKENS` (default 4).
// Nothing here decides a test.

import { readFile } from "node:fs/promises";
import { test } from "vitest";
import { launchOnDisk } from "./chromium.js";
import { firstTokens, openWith, peaks, WATCHED, wasmMemory } from "./memory.js";
import { ModelServer } from "./model-server.js";

const MODEL = process.env.MODEL;
const BACKENDS = (process.env.BACKENDS ?? "gpu").split(" ") as ("cpu" | "gpu")[];
/** Tokens of the answer that are waited for; 0: the model is only loaded. */
const TOKENS = Number(process.env.TOKENS ?? 4);

test.runIf(MODEL)(
  "memory",
  async () => {
    const server = await ModelServer.start();
    server.workerFirst = WATCHED;
    server.files.set("/model.gguf", { bytes: await readFile(MODEL ?? ""), etag: '"1"' });
    for (const backend of BACKENDS) {
      // A private window would hold the kept file in memory.
      const context = await launchOnDisk({ webgpu: backend === "gpu" });
      const browser = context.browser();
      if (!browser) throw new Error("the context has no browser");
      const start = performance.now();
      const seconds = () => Math.round((performance.now() - start) / 100) / 10;
      const options = { model: "/model.gguf", backend, context: 1024, threads: 1, grammars: false as const };
      const page = await openWith(context, server, options);
      const loaded = seconds();
      const megabytes = (bytes: number) => Math.round(bytes / 1e6);
      const memory = async () => ({
        wasm: megabytes(await wasmMemory(page)),
        ...Object.fromEntries([...(await peaks(browser))].map(([kind, bytes]) => [kind, megabytes(bytes)])),
      });
      console.log(JSON.stringify({ backend, loaded, memory: await memory() }));
      if (TOKENS === 0) {
        await context.close();
        continue;
      }
      const answer = await firstTokens(page, TOKENS);
      console.log(JSON.stringify({ backend, answered: seconds(), answer, memory: await memory() }));
      await context.close();
    }
    await server.stop();
  },
  3_600_000,
);
