// Serves the pages, the engines and the models.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Isolated pages have a clock of 5 µs, and threads if they want them. */
const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** `/NAME.html` is a page that runs `dist/peers/pages/NAME.js`, `/models/` the folder of models, and anything else a
 * file of this package. */
export async function serve(models: string): Promise<{ url: string; server: Server }> {
  const own = join(import.meta.dirname, "../..");
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    if (extname(path) === ".html") {
      response.writeHead(200, { "content-type": "text/html", ...ISOLATION });
      const script = `/dist/peers/pages${path.slice(0, -".html".length)}.js`;
      response.end(`<!doctype html><title>Benchmark</title><script type="module" src="${script}"></script>`);
      return;
    }
    const model = path.startsWith("/models/");
    const file = model ? join(models, path.slice("/models/".length)) : join(own, path);
    const size = await stat(file).then(
      (found) => (found.isFile() ? found.size : undefined),
      () => undefined,
    );
    if (size === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-length": size,
      ...ISOLATION,
    });
    if (request.method === "HEAD") response.end();
    else createReadStream(file).pipe(response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
