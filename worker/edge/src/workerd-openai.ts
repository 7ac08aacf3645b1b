// Cloudflare Workers and workerd, for a serving engine elsewhere: without a model, a seventh of the size.

import { worker } from "./workerd-worker.js";

export default worker(undefined);
