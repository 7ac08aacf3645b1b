// A webpack project that does what the readme says, with the packages as npm would publish them.

import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import webpack from "webpack";
import { launch } from "./chromium.js";
import { install, type Project } from "./install.js";
import { Playground } from "./playground.js";
import { editors, page } from "./readme.js";

const require = createRequire(import.meta.url);

let browser: Browser;
let project: Project;
let server: PreviewServer;

beforeAll(async () => {
  browser = await launch({ webgpu: false });
  project = await install(["@codemirror", "codemirror", "monaco-editor"]);
  for (const editor of editors) {
    await writeFile(join(project.folder, `${editor}.js`), await page(editor));
  }
  const { errors } = await bundle({
    mode: "production",
    context: project.folder,
    entry: Object.fromEntries(editors.map((editor) => [editor, `./${editor}.js`])),
    output: { path: join(project.folder, "dist") },
    performance: false,
    optimization: { minimize: false }, // Monaco takes minutes
    module: {
      rules: [
        { test: /\.css$/, use: ["style-loader", "css-loader"].map((loader) => require.resolve(loader)) },
      ],
    },
  });
  expect(errors).toEqual([]);
  for (const editor of editors) {
    const html = `<!doctype html><body><script src="${editor}.js"></script>`;
    await writeFile(join(project.folder, "dist", `${editor}.html`), html);
  }
  server = await preview({
    root: project.folder,
    configFile: false,
    preview: { port: 0, host: "127.0.0.1" },
  });
}, 300_000);
afterAll(async () => {
  await browser.close();
  await server?.close();
  await project.remove();
});

test.each(editors)("%s: worker, module and model are found, and an edit is suggested", async (editor) => {
  const [address = ""] = server.resolvedUrls?.local ?? [];
  const playground = await Playground.open(browser, { editor, url: `${address}${editor}.html` });
  await playground.page.waitForFunction(() => "foretab" in window);
  await playground.renameTotal("grandTotal");
  await playground.shows("total", "grandTotal");
  await playground.close();
});

function bundle(configuration: webpack.Configuration): Promise<webpack.StatsCompilation> {
  return new Promise((resolve, reject) => {
    webpack(configuration, (error, stats) => {
      if (error || !stats) reject(error ?? new Error("webpack said nothing"));
      else resolve(stats.toJson({ all: false, errors: true }));
    });
  });
}
