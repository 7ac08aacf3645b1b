// Deno, with the embedded model: `deno run --allow-net --allow-env --allow-read worker.js`.

import { readFile } from "node:fs/promises";
import { serve } from "./files.js";

declare const Deno: {
  env: { toObject(): Record<string, string> };
  serve(options: { port: number; hostname: string }, handler: (request: Request) => Promise<Response>): void;
};

serve(readFile, Deno.env.toObject(), (place, handler) => Deno.serve(place, handler));
