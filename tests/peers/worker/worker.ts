// Passes on several threads: this file is each of them. `cargo xtask bench` bundles it to `pkg/worker.js`.

import { FOLLOWER, follow } from "../../../worker/browser/src/follow.js";
import { rangeReader } from "../../../worker/browser/src/model.js";
import { startTeam } from "../../../worker/browser/src/team.js";

/** What the page asks: first to load a model, then for passes. */
type Question =
  | { file: Blob; threads: number }
  | { file?: never; position: number; tokens: number[]; rows: number };

/** The module with passes as an export, which lies beside this file. */
async function start(module?: WebAssembly.Module) {
  const exports = await import(new URL("./foretab.js", import.meta.url).href);
  await exports.default({ module_or_path: module ?? new URL("./foretab_bg.wasm", import.meta.url) });
  return exports;
}

function lead(): void {
  let model: { forward(position: number, tokens: Uint32Array, rows: number): Promise<Uint32Array> };

  async function answer(question: Question): Promise<unknown> {
    if (!question.file) {
      const { position, tokens, rows } = question;
      return (await model.forward(position, Uint32Array.from(tokens), rows)).at(-1) ?? 0;
    }
    const { file, threads } = question;
    const exports = await start();
    const options = { backend: "cpu", context: 2048 };
    const compiled = { kind: "relaxed", module: exports.compiledModule() } as const;
    const job = { compiled, file, context: options.context };
    const team = () => startTeam(threads, location.href, job, exports.exchangeBytes());
    const bench = await exports.Bench.load(rangeReader(file), file.size, options, team);
    model = bench;
    return bench.device();
  }
  addEventListener("message", async ({ data }: MessageEvent<Question>) => postMessage(await answer(data)));
}

if (self.name === FOLLOWER) follow(({ module }) => start(module));
else lead();
