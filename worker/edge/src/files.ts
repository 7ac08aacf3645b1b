// For runtimes that have files beside the bundle, and listen by themselves.

import type { Handler } from "./handler.js";
import { type Exports, start } from "./module.js";
import { handlerOf, type Variables } from "./settings.js";
import { WasmEngine } from "./wasm-engine.js";

interface Place {
  port: number;
  hostname: string;
}

/** Listens on `HOST` and `PORT`, by default this machine's own and 8787. */
export async function serve(
  readFile: (file: URL) => Promise<Uint8Array<ArrayBuffer>>,
  variables: Variables & { HOST?: string | undefined; PORT?: string | undefined },
  listen: (place: Place, handler: (request: Request) => Promise<Response>) => void,
): Promise<void> {
  const file = (name: string) => readFile(new URL(name, import.meta.url));
  const compile = async (name: string) => {
    const bytes = await file(name);
    return WebAssembly.validate(bytes) ? WebAssembly.compile(bytes) : undefined;
  };
  const [simd128, relaxed] = await Promise.all(["foretab_bg.wasm", "foretab_relaxed_bg.wasm"].map(compile));
  if (!simd128) throw new Error("This runtime has no SIMD in WebAssembly.");
  let started: Exports | undefined;
  const exports = () => {
    started ??= start({ simd128, relaxed });
    return started;
  };
  const model = async () => {
    const { buffer, byteOffset, byteLength } = await file("foretab-mini.gguf");
    return buffer.slice(byteOffset, byteOffset + byteLength);
  };
  const handler: Handler = handlerOf(variables, exports, () => new WasmEngine(exports, model));
  const { HOST = "127.0.0.1", PORT = "8787" } = variables;
  listen({ port: Number(PORT), hostname: HOST }, (request) => handler(request));
}
