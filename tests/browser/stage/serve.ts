import { build, type Plugin } from "vite";

/** Builds the page when it is first asked for, and serves it at `/stage/`. */
export function serveStage(): Plugin {
  const root = import.meta.dirname;
  const types = { js: "text/javascript", css: "text/css", html: "text/html", wasm: "application/wasm" };
  let built: Promise<Map<string, string | Uint8Array>> | undefined;
  return {
    name: "stage",
    configurePreviewServer(server) {
      server.middlewares.use("/stage", async (request, response) => {
        built ??= bundle(root);
        const name = (request.url ?? "").replace(/^\/|\?.*$/g, "");
        const file = (await built).get(name);
        response.statusCode = file === undefined ? 404 : 200;
        const type = types[name.slice(name.lastIndexOf(".") + 1) as keyof typeof types];
        if (type) response.setHeader("content-type", type);
        response.setHeader("cross-origin-opener-policy", "same-origin");
        response.setHeader("cross-origin-embedder-policy", "require-corp");
        response.end(file);
      });
    },
  };
}

async function bundle(root: string): Promise<Map<string, string | Uint8Array>> {
  const result = await build({
    root,
    base: "./",
    configFile: false,
    logLevel: "error",
    worker: { format: "es" },
    build: { target: "es2022", write: false },
  });
  if (!("output" in result)) throw new TypeError("one build gives one output");
  return new Map(
    result.output.map((file) => [file.fileName, file.type === "asset" ? file.source : file.code]),
  );
}
