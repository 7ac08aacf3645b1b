// Cloudflare Workers and workerd, with the embedded model.

import model from "./foretab-mini.gguf";
import { LocalEngine } from "./local-engine.js";
import { exports, worker } from "./workerd-worker.js";

export default worker((repeat) => new LocalEngine(exports, () => model, repeat));
