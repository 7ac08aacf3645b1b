import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";

export interface OfflineOptions {
  /** The script of the service worker. */
  script: string;
  /** Files of the page that it does not keep. */
  except: RegExp;
}

const NAME = "service-worker";

/** Builds the service worker beside the page, and tells it the page's files: `PAGE_FILES`. */
export function offline({ script, except }: OfflineOptions): Plugin {
  let publicFolder = "";
  return {
    name: "offline",
    apply: "build",
    enforce: "post", // index.html is among the files by then
    config: () => ({
      build: {
        rolldownOptions: {
          input: { index: "index.html", [NAME]: script },
          output: {
            entryFileNames: ({ name }) => (name === NAME ? `${NAME}.js` : "assets/[name]-[hash].js"),
          },
        },
      },
    }),
    configResolved({ publicDir }) {
      publicFolder = publicDir;
    },
    async generateBundle(_options, bundle) {
      const files = Object.entries(bundle).map(
        ([name, file]) => [name, file.type === "chunk" ? file.code : file.source] as const,
      );
      for (const name of await readdir(publicFolder)) {
        files.push([name, await readFile(join(publicFolder, name))]);
      }
      const kept = files
        .filter(([name]) => name !== `${NAME}.js` && !except.test(name))
        .map(([url, content]) => {
          const hashed = url.startsWith("assets/");
          return { url, revision: hashed ? null : createHash("sha256").update(content).digest("hex") };
        });
      const worker = bundle[`${NAME}.js`];
      if (worker?.type !== "chunk") throw new Error("the service worker was not built");
      worker.code = worker.code.replaceAll("PAGE_FILES", JSON.stringify(kept));
    },
  };
}
