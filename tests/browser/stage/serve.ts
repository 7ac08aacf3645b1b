import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type AliasOptions, build, type Plugin } from "vite";

const types = { js: "text/javascript", css: "text/css", html: "text/html", wasm: "application/wasm" };

/** Serves the page at `/stage/`, and at `/stage-oldest/` with the oldest Monaco; builds it when it is first asked for. */
export function serveStage(): Plugin {
  return {
    name: "stage",
    configurePreviewServer({ middlewares }) {
      for (const [path, alias] of [
        ["/stage", []],
        ["/stage-oldest", oldest()],
      ] as const) {
        let built: Promise<Map<string, string | Uint8Array>> | undefined;
        middlewares.use(path, async (request, response) => {
          built ??= bundle(alias);
          const name = (request.url ?? "").replace(/^\/|\?.*$/g, "");
          const file = (await built).get(name);
          response.statusCode = file === undefined ? 404 : 200;
          const type = types[name.slice(name.lastIndexOf(".") + 1) as keyof typeof types];
          if (type) response.setHeader("content-type", type);
          response.setHeader("cross-origin-opener-policy", "same-origin");
          response.setHeader("cross-origin-embedder-policy", "require-corp");
          response.end(file);
        });
      }
    },
  };
}

/** The oldest Monaco that will do in place of the newest; it has no entry points but files. */
function oldest(): AliasOptions {
  const monaco = dirname(createRequire(import.meta.url).resolve("monaco-editor-oldest/package.json"));
  const core = join(monaco, "esm/vs/editor/edcore.main.js");
  return [
    { find: /^monaco-editor\/editor$/, replacement: core },
    { find: /^monaco-editor\/features\/.*/, replacement: core },
    { find: /^monaco-editor\/editor\//, replacement: join(monaco, "esm/vs/editor/") },
  ];
}

async function bundle(alias: AliasOptions): Promise<Map<string, string | Uint8Array>> {
  const result = await build({
    root: import.meta.dirname,
    base: "./",
    configFile: false,
    logLevel: "error",
    resolve: { alias },
    worker: { format: "es" },
    build: { target: "es2022", write: false },
  });
  if (!("output" in result)) throw new TypeError("one build gives one output");
  return new Map(
    result.output.map((file) => [file.fileName, file.type === "asset" ? file.source : file.code]),
  );
}
