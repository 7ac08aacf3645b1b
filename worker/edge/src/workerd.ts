// Cloudflare Workers and workerd, with the embedded model.

import model from "./foretab-mini.gguf";
import { WasmEngine } from "./wasm-engine.js";
import { exports, worker } from "./workerd-worker.js";

export default worker(() => new WasmEngine(exports, () => model));
