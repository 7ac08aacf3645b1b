// The models to choose from: what a download takes is said before it, and what has been fetched is not fetched again.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { catalogue } from "@foretab/client";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { ModelServer } from "./model-server.js";
import { Playground } from "./playground.js";

const file = join(import.meta.dirname, "../../models/foretab-mini.gguf");
const bytes = await readFile(file);
const [published] = catalogue;

let browser: Browser;
let server: ModelServer;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
  server = await ModelServer.start();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** The playground with the models on show, and with another file behind the entry of the catalogue. */
async function open(): Promise<Playground> {
  if (!published) throw new Error("the catalogue is empty");
  const hash = createHash("sha256").update(bytes).digest("hex");
  const playground = await Playground.open(browser, {
    threads: 1,
    script: (code) =>
      code
        .replace(/`https:[^`]*\/resolve\/[^`]*`/, JSON.stringify(`${server.origin}/sweep.gguf`))
        .replace(String(published.bytes), String(bytes.length))
        .replace(published.sha256, hash),
  });
  await playground.state("ready");
  await showModels(playground);
  return playground;
}

async function showModels(playground: Playground): Promise<void> {
  await playground.page.getByText("Another model").click();
}

/** What is said of a model, and its buttons. */
function model(playground: Playground, name: string | RegExp): Locator {
  return playground.byTestId("models").locator("li", { hasText: name });
}

test("the published model: what it takes is said, and one click fetches it; cut off, it goes on; kept, it is there", async () => {
  server.files.set("/sweep.gguf", { bytes, wait: 5 });
  const playground = await open();
  const { page } = playground;
  const sweep = model(playground, "Sweep Next-Edit 1.5B");
  expect(await sweep.innerText()).toMatch(/Q8_0 · 15\.7 MB · Apache-2\.0/);
  expect(await sweep.innerText()).toMatch(/From huggingface\.co\/sweepai\/sweep-next-edit-1\.5B/);
  expect(server.answered, "nothing is fetched before").toEqual([]);

  await sweep.getByRole("button", { name: "Download 15.7 MB: Sweep Next-Edit 1.5B" }).click();
  await expect
    .poll(() => playground.byTestId("amount").textContent())
    .toMatch(/^[3-9]\.\d MB of 15\.7 MB · .* left$/);
  expect(await playground.byTestId("needs").textContent()).toMatch(
    /^[\d.]+M parameters, mostly \w+; a file of 15\.7 MB, which takes [\d.]+ MB of memory on the CPU\.$/,
  );
  await page.getByRole("button", { name: "Cancel" }).click();
  await playground.state("ready");
  expect(await sweep.innerText()).toMatch(/\d+\.\d MB are here/);
  expect(await model(playground, "Foretab Mini").innerText()).toContain("in use");

  server.answered.length = 0;
  await sweep.getByRole("button", { name: "Go on: download the rest of Sweep" }).click();
  await expect.poll(() => sweep.innerText()).toMatch(/in use.*kept in this browser/s);
  const [header, rest, ...more] = server.answered;
  expect(header?.range, "the header is looked at").toMatch(/^bytes=0-/);
  expect([rest?.status, rest?.range]).toEqual([206, expect.stringMatching(/^bytes=[1-9]/)]);
  expect(more).toEqual([]);
  expect(await playground.byTestId("error").count()).toBe(0);

  server.answered.length = 0;
  await page.reload();
  await playground.content.waitFor();
  await playground.state("ready");
  await showModels(playground);
  await sweep.getByRole("button", { name: "Use Sweep" }).click();
  await expect.poll(() => sweep.innerText()).toContain("in use");
  await playground.predicts();
  expect(server.answered).toEqual([]);
  expect(await playground.byTestId("requests").textContent()).toBe("0");

  await model(playground, "Foretab Mini").getByRole("button", { name: "Use" }).click();
  await sweep.getByRole("button", { name: "Delete Sweep Next-Edit 1.5B from this browser" }).click();
  await expect.poll(() => sweep.innerText()).toContain("Download 15.7 MB");
  expect(playground.errors).toEqual([]);
  await playground.close();
});

test("a file that the user has chosen is kept, and there again on the next visit", async () => {
  const playground = await open();
  const mine = model(playground, "foretab-mini.gguf");
  await playground.page.locator('input[type="file"][accept=".gguf"]').setInputFiles(file);
  await expect.poll(() => mine.innerText()).toMatch(/in use.*15\.7 MB · kept in this browser/s);

  await playground.page.reload();
  await playground.content.waitFor();
  await playground.state("ready");
  await showModels(playground);
  await mine.getByRole("button", { name: "Use foretab-mini.gguf" }).click();
  await expect.poll(() => mine.innerText()).toContain("in use");
  await playground.close();
});

test("a model that does not come: the error says why, and the one in use stays", async () => {
  server.files.delete("/sweep.gguf");
  const playground = await open();
  await model(playground, "Sweep")
    .getByRole("button", { name: /Download/ })
    .click();
  await expect.poll(() => playground.byTestId("error").textContent()).toMatch(/sweep\.gguf.*404/);
  expect(await model(playground, "Foretab Mini").innerText()).toContain("in use");
  await playground.predicts();
  await playground.close();
});

test("a model that cannot be used is not fetched", async () => {
  const llama = Buffer.from(bytes);
  llama.write("llama", llama.indexOf("qwen2"));
  server.files.set("/llama.gguf", { bytes: llama, etag: '"1"' });
  server.answered.length = 0;
  const playground = await open();
  await playground.load(`${server.origin}/llama.gguf`);
  await expect.poll(() => playground.byTestId("error").textContent()).toMatch(/llama.*not fetched/);
  expect(server.sent).toBeLessThan(2 << 20);
  await playground.predicts();
  await playground.close();
});
