// For runtimes that have files beside the bundle, and listen by themselves.

import type { Handler } from "./handler.js";
import { LocalEngine, type LocalEngineName } from "./local-engine.js";
import { type Exports, start } from "./module.js";
import { handlerOf, type Variables } from "./settings.js";

interface Place {
  port: number;
  hostname: string;
}

/** Variables of these runtimes alone. */
interface Own {
  HOST?: string | undefined;
  PORT?: string | undefined;
  /** What computes the embedded model. */
  FORETAB_ENGINE?: string | undefined;
}

/**
 * Listens on `HOST` and `PORT`, by default this machine's own and 8787. Throws where a variable is none, and where the
 * embedded model is asked for and cannot be computed.
 */
export async function serve(
  readFile: (file: URL) => Promise<Uint8Array<ArrayBuffer>>,
  variables: Variables & Own,
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
  const { HOST = "127.0.0.1", PORT = "8787", FORETAB_ENGINE = "wasm" } = variables;
  if (!isLocal(FORETAB_ENGINE)) throw new Error("FORETAB_ENGINE is neither wasm nor webgpu");
  let loaded: Promise<unknown> | undefined;
  const handler: Handler = handlerOf(variables, exports, (repeat) => {
    const engine = new LocalEngine(exports, model, repeat, FORETAB_ENGINE);
    loaded = engine.load();
    return engine;
  });
  await loaded;
  listen({ port: Number(PORT), hostname: HOST }, (request) => handler(request));
}

function isLocal(name: string): name is LocalEngineName {
  return name === "wasm" || name === "webgpu";
}
