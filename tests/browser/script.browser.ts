// A page without a bundler: `<script type="module">`, an import map, and the packages as npm would publish them.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { install, type Project } from "./install.js";
import { Playground } from "./playground.js";
import { page } from "./readme.js";

let browser: Browser;
let project: Project;
let server: PreviewServer;

beforeAll(async () => {
  browser = await launch({ webgpu: false });
  const helpers = ["@lezer", "@marijn", "crelt", "style-mod", "w3c-keyname"];
  project = await install(["@codemirror", "codemirror", ...helpers]);
  const imports = await importMap(join(project.folder, "node_modules"));
  const html = `<!doctype html><body>
    <script type="importmap">${JSON.stringify({ imports })}</script>
    <script type="module">${await page("codemirror")}</script>`;
  await writeFile(join(project.folder, "index.html"), html);
  server = await preview({
    root: project.folder,
    configFile: false,
    build: { outDir: "." },
    preview: { port: 0, host: "127.0.0.1" },
  });
}, 300_000);
afterAll(async () => {
  await browser.close();
  await server?.close();
  await project.remove();
});

test("worker, module and model are found, and an edit is suggested", async () => {
  const [url = ""] = server.resolvedUrls?.local ?? [];
  const playground = await Playground.open(browser, { url });
  await playground.page.waitForFunction(() => "foretab" in window);
  await playground.renameTotal("grandTotal");
  await playground.shows("total", "grandTotal");
  expect(playground.errors).toEqual([]);
  await playground.close();
});

/** Where each package has its ECMAScript module. */
async function importMap(modules: string): Promise<Record<string, string>> {
  const imports: Record<string, string> = {};
  const names = (await readdir(modules)).filter((name) => !name.startsWith("."));
  for (const scope of names) {
    const inner = scope.startsWith("@") ? await readdir(join(modules, scope)) : [""];
    for (const name of inner.map((name) => (name ? `${scope}/${name}` : scope))) {
      const { module, exports } = JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"));
      const entry = exports?.["."]?.import ?? exports?.import ?? module;
      if (typeof entry === "string") imports[name] = `/node_modules/${join(name, entry)}`;
    }
  }
  return imports;
}
