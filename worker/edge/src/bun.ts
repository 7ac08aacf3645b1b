// Bun, with the embedded model: `bun worker.js`.

import { readFile } from "node:fs/promises";
import { serve } from "./files.js";

declare const Bun: {
  serve(options: {
    port: number;
    hostname: string;
    idleTimeout: number;
    fetch(request: Request): Promise<Response>;
  }): void;
};

// 255 s, the longest that Bun allows: an answer of a model may be quiet for longer than its usual 10.
serve(readFile, process.env, (place, fetch) => Bun.serve({ ...place, idleTimeout: 255, fetch }));
