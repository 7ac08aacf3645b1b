// Model files are fetched once and kept, whatever becomes of connections, pages, servers and the disk.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Foretab, ForetabOptions, Status, StoredModel } from "@foretab/client";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launch, launchOnDisk } from "./chromium.js";
import { ModelServer } from "./model-server.js";

/** What the page has. */
interface Handle {
  foretab: Foretab;
  createForetab(options: ForetabOptions): Foretab;
  /** What `foretab` said of itself so far. */
  statuses: Status[];
}

const MODEL = "/models/good.gguf";
const good = await readFile(join(import.meta.dirname, "../../models/foretab-mini.gguf"));
const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
/** The same model with another name. */
const renamed = Buffer.from(good);
renamed.set(Buffer.from("FORETAB"), good.indexOf("Foretab Mini"));

let browser: Browser;
let server: ModelServer;
let context: BrowserContext;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());
beforeEach(async () => {
  server = await ModelServer.start();
  server.files.set(MODEL, { bytes: good, etag: '"good"' });
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
  await server.stop();
});

/** A page that loads nothing yet. */
async function open(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(server.origin);
  await page.waitForFunction(() => "createForetab" in window);
  return page;
}

/** Makes a Foretab in the page, and gives its status when it has loaded the model or failed. */
async function load(page: Page, options: ForetabOptions = { model: MODEL }) {
  return page.evaluate(async (options) => {
    const handle = window as unknown as Handle;
    handle.foretab?.dispose();
    handle.foretab = handle.createForetab({ backend: "cpu", threads: 1, context: 512, ...options });
    const statuses: Status[] = [];
    handle.statuses = statuses;
    handle.foretab.on("status", (status) => statuses.push(status));
    await handle.foretab.ready.catch(() => {});
    const { status } = handle.foretab;
    return {
      state: status.state,
      message: status.state === "error" ? status.message : "",
      fallback: status.state === "ready" ? (status.fallback ?? "") : "",
      name: status.model?.name,
    };
  }, options);
}

function list(page: Page): Promise<StoredModel[]> {
  return page.evaluate(() => (window as unknown as Handle).foretab.models.list());
}

/** What the browser itself says of the only file that is kept. */
function keptHash(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("foretab-models");
    const [{ id } = { id: "" }] = await (window as unknown as Handle).foretab.models.list();
    const file = await (await folder.getFileHandle(`${id}.gguf`)).getFile();
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  });
}

/** Numbers below `end`, the same ones in each run. */
function places(count: number, end: number): number[] {
  let seed = 1;
  const draw = () => {
    seed = (seed * 48271) % 2147483647;
    return 1 + (seed % (end - 1));
  };
  return Array.from({ length: count }, draw);
}

test("a download that is cut at ten places goes on by itself, to the same bytes", async () => {
  const cuts = places(10, good.length).sort((a, b) => a - b);
  server.files.set(MODEL, { bytes: good, etag: '"good"', cuts });
  const page = await open();
  expect(await load(page)).toEqual({ state: "ready", message: "", fallback: "", name: "Foretab Mini" });
  expect(cuts).toEqual([]);
  expect(server.answered).toHaveLength(11);
  const further = server.answered.filter(({ range }) => range !== undefined);
  expect(further.length, "the rest had not seen a byte when the connection broke").toBeGreaterThan(7);
  for (const { status, ifRange } of further) expect([status, ifRange]).toEqual([206, '"good"']);
  expect(await keptHash(page)).toBe(hash(good));
  expect(await list(page)).toEqual([
    {
      id: expect.any(String),
      name: "good.gguf",
      url: server.origin + MODEL,
      bytes: good.length,
      loaded: good.length,
      complete: true,
      sha256: hash(good),
    },
  ]);
});

/** Begins a download, and closes the page in the middle of it. */
async function half(): Promise<void> {
  server.files.set(MODEL, { bytes: good, etag: '"good"', wait: 5 });
  const page = await open();
  void load(page).catch(() => {});
  await expect.poll(() => server.sent).toBeGreaterThan(4_000_000);
  await page.close();
  server.files.set(MODEL, { bytes: good, etag: '"good"' });
  server.answered.length = 0;
}

test("a page that is closed in the middle leaves what has come to the next one", async () => {
  await half();
  const page = await open();
  expect(await load(page)).toMatchObject({ state: "ready", fallback: "" });
  expect(server.sent).toBeLessThan(good.length - 2_000_000);
  expect(await keptHash(page)).toBe(hash(good));
});

test.each(["same origin", "another origin"])(
  "%s: a file that has changed meanwhile is fetched anew",
  async (where) => {
    await half();
    server.files.set(MODEL, { bytes: renamed, etag: '"renamed"' });
    const page = await open();
    if (where === "another origin") {
      // What is there of the file is known by its address.
      const other = server.origin.replace("127.0.0.1", "localhost");
      await page.goto(other);
      await page.waitForFunction(() => "createForetab" in window);
      server.files.set(MODEL, { bytes: good, etag: '"good"', wait: 5 });
      void load(page, { model: server.origin + MODEL }).catch(() => {});
      await expect.poll(() => server.sent).toBeGreaterThan(4_000_000);
      await page.reload();
      await page.waitForFunction(() => "createForetab" in window);
      server.files.set(MODEL, { bytes: renamed, etag: '"renamed"' });
    }
    expect(await load(page, { model: server.origin + MODEL })).toMatchObject({ name: "FORETAB Mini" });
    expect(await keptHash(page)).toBe(hash(renamed));
  },
);

test("a kept file is asked for its ETag, and fetched anew when that is another one", async () => {
  const page = await open();
  await load(page);
  server.answered.length = 0;
  expect(await load(page)).toMatchObject({ state: "ready", name: "Foretab Mini" });
  expect(server.answered.map(({ method }) => method)).toEqual(["HEAD"]);

  server.files.set(MODEL, { bytes: renamed, etag: '"renamed"' });
  expect(await load(page)).toMatchObject({ state: "ready", name: "FORETAB Mini" });
  expect(await keptHash(page)).toBe(hash(renamed));

  server.files.set(MODEL, { bytes: renamed, down: true });
  expect(await load(page), "without an answer").toMatchObject({ state: "ready", name: "FORETAB Mini" });
});

test("a changed file: the one that is kept stays until all of the new one is there", async () => {
  const first = await open();
  await load(first);
  await first.close();
  server.files.set(MODEL, { bytes: renamed, etag: '"renamed"', wait: 5 });
  server.answered.length = 0;
  const left = await open();
  void load(left).catch(() => {});
  await expect.poll(() => server.sent).toBeGreaterThan(4_000_000);
  await left.close();

  server.files.set(MODEL, { bytes: renamed, down: true });
  const page = await open();
  expect(await load(page), "offline").toMatchObject({ name: "Foretab Mini", fallback: "" });
  server.files.set(MODEL, { bytes: renamed, etag: '"renamed"', down: "bytes" });
  expect(await load(page), "the server says only that it has another one").toMatchObject({
    name: "Foretab Mini",
    fallback: expect.stringMatching(/not the newest version/),
  });

  server.files.set(MODEL, { bytes: renamed, etag: '"renamed"' });
  server.answered.length = 0;
  expect(await load(page)).toMatchObject({ name: "FORETAB Mini", fallback: "" });
  expect(server.sent, "what came before is not fetched again").toBeLessThan(good.length - 2_000_000);
  expect(await keptHash(page)).toBe(hash(renamed));
  expect(await list(page), "the old one is gone").toHaveLength(1);
});

test("a changed file: who uses the old one keeps it, and it goes after that", async () => {
  const first = await open();
  await load(first);
  server.files.set(MODEL, { bytes: renamed, etag: '"renamed"' });
  const second = await open();
  expect(await load(second)).toMatchObject({ name: "FORETAB Mini", fallback: "" });
  expect((await list(second)).map(({ complete }) => complete)).toEqual([true, true]);
  const old = await first.evaluate(() => (window as unknown as Handle).foretab.model?.stored);
  await first.close();
  expect(await load(second)).toMatchObject({ name: "FORETAB Mini" });
  expect((await list(second)).map(({ id }) => id)).not.toContain(old);
});

test("a changed file: where there is no room for two the old one goes first, and the status says so", async () => {
  const page = await open();
  const session = await context.newCDPSession(page);
  const quota = { origin: server.origin, quotaSize: 1.5 * good.length };
  await session.send("Storage.overrideQuotaForOrigin", quota);
  await load(page);
  server.files.set(MODEL, { bytes: renamed, etag: '"renamed"' });
  const told = page.waitForFunction(() => {
    const { status } = (window as unknown as Handle).foretab;
    return status.state === "loading" && status.reason;
  });
  expect(await load(page)).toMatchObject({ name: "FORETAB Mini", fallback: "" });
  expect(await (await told).jsonValue()).toMatch(/no room for two versions/);
  expect(await keptHash(page)).toBe(hash(renamed));
});

test("with a hash nothing is asked twice, and a byte that is not as it should be is refused", async () => {
  const flipped = Buffer.from(good);
  flipped[good.length - 1000] = (flipped[good.length - 1000] ?? 0) ^ 1;
  server.files.set(MODEL, { bytes: flipped, etag: '"good"' });
  const model = { url: MODEL, name: "Good", bytes: good.length, sha256: hash(good) };
  const page = await open();
  const refused = await load(page, { model });
  expect(refused).toMatchObject({ state: "error", message: expect.stringMatching(/SHA-256.*in place of/) });
  expect(await list(page)).toEqual([]);

  server.files.set(MODEL, { bytes: good });
  expect(await load(page, { model })).toMatchObject({ state: "ready", fallback: "" });
  expect(await list(page)).toMatchObject([{ id: hash(good), name: "Good", complete: true }]);
  server.answered.length = 0;
  expect(await load(page, { model })).toMatchObject({ state: "ready" });
  expect(server.answered).toEqual([]);
});

test.each(["a private window", "a profile on the disk"])(
  "%s: when the quota ends the model goes into memory, and says so",
  async (where) => {
    if (where !== "a private window") {
      await context.close();
      context = await launchOnDisk();
    }
    server.files.set(MODEL, { bytes: good, etag: '"good"' });
    const page = await open();
    const session = await context.newCDPSession(page);
    await session.send("Storage.overrideQuotaForOrigin", { origin: server.origin, quotaSize: 6_000_000 });
    expect(await load(page)).toMatchObject({
      message: "",
      fallback: expect.stringMatching(/not kept.*no room/),
    });
    expect(await list(page)).toEqual([]);
    expect(server.sent, "what came before is not fetched again").toBe(good.length);
  },
);

test("where the browser says that there is too little room, nothing is written", async () => {
  server.workerFirst = `
    StorageManager.prototype.estimate = async () => ({ quota: 15e6, usage: 0 });
    FileSystemSyncAccessHandle.prototype.write = () => { throw new Error("written"); };`;
  const page = await open();
  expect(await load(page)).toMatchObject({
    message: "",
    fallback: expect.stringMatching(/not kept.*no room/),
  });
});

test("a browser without a file system: the model goes into memory, and says so", async () => {
  server.workerFirst = "StorageManager.prototype.getDirectory = async () => { throw new Error('private'); };";
  const page = await open();
  expect(await load(page)).toMatchObject({
    state: "ready",
    fallback: expect.stringMatching(/no files.*private/),
  });
});

test("a file that nothing tells apart from another is not kept", async () => {
  server.files.set(MODEL, { bytes: good });
  const page = await open();
  expect(await load(page)).toMatchObject({ state: "ready", fallback: expect.stringMatching(/ETag/) });
  expect(await list(page)).toEqual([]);
});

test("two tabs: one fetches, both see how far it is, and both use the one copy", async () => {
  server.files.set(MODEL, { bytes: good, etag: '"good"', wait: 20 });
  const tabs = [await open(), await open()] as const;
  const loaded = await Promise.all(tabs.map((page) => load(page)));
  for (const status of loaded) expect(status).toMatchObject({ message: "", state: "ready", fallback: "" });
  const sawProgress = (page: Page) =>
    page.evaluate(() =>
      (window as unknown as Handle).statuses.some(
        (status) => status.state === "loading" && status.phase === "fetch" && status.loaded > 0,
      ),
    );
  expect(await Promise.all(tabs.map(sawProgress))).toEqual([true, true]);
  expect(server.sent).toBe(good.length);
  expect(await list(tabs[0])).toHaveLength(1);

  const remove = (page: Page) =>
    page.evaluate(async () => {
      const { models } = (window as unknown as Handle).foretab;
      const [model] = await models.list();
      return model && models.delete(model);
    });
  expect(await remove(tabs[0]), "both use it").toBe(false);
  for (const page of tabs)
    await page.evaluate(() => (window as unknown as Handle).foretab.load(undefined, "cpu"));
  expect(await remove(tabs[0])).toBe(true);
  expect(await list(tabs[1])).toEqual([]);
});

test("a tab that only looks whether the file is there is in nobody's way", async () => {
  // It has asked the disk, and hears nothing until the other tab says so.
  server.workerFirst = `
    const get = FileSystemDirectoryHandle.prototype.getFileHandle;
    const asked = new BroadcastChannel("asked");
    const answer = new Promise((resolve) => (new BroadcastChannel("answer").onmessage = resolve));
    FileSystemDirectoryHandle.prototype.getFileHandle = async function (...wanted) {
      asked.postMessage(0);
      await answer;
      return get.apply(this, wanted);
    };`;
  const [looking, other] = [await open(), await open()];
  const asked = other.evaluate(
    () => new Promise<void>((resolve) => (new BroadcastChannel("asked").onmessage = () => resolve())),
  );
  const found = load(looking);
  await asked;
  server.workerFirst = "";
  expect(await load(other)).toMatchObject({ message: "", state: "ready", fallback: "" });
  await other.evaluate(() => new BroadcastChannel("answer").postMessage(0));
  expect(await found).toMatchObject({ message: "", state: "ready", fallback: "" });
  expect(server.sent).toBe(good.length);
});

test("where pages use both places that a version may have, the file is read into memory", async () => {
  const page = await open();
  const id = createHash("sha256")
    .update(server.origin + MODEL)
    .digest("hex");
  await page.evaluate((id) => {
    for (const version of [id, `${id}-b`])
      navigator.locks.request(
        `foretab-models use ${version}`,
        { mode: "shared" },
        () => new Promise(() => {}),
      );
  }, id);
  expect(await load(page)).toMatchObject({
    message: "",
    state: "ready",
    fallback: expect.stringMatching(/not kept.*other pages/),
  });
});

test("under the policy of the readme a model is fetched and kept, from the origins that connect-src names", async () => {
  const other = server.origin.replace("127.0.0.1", "localhost");
  const policy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
  server.policy = `${policy} ${other}`;
  for (const model of [MODEL, other + MODEL]) {
    const page = await open();
    expect(await load(page, { model })).toMatchObject({ message: "", state: "ready", fallback: "" });
    expect(await keptHash(page)).toBe(hash(good));
    await page.close();
  }
  server.policy = policy;
  expect(await load(await open(), { model: `${other}${MODEL}?another` })).toMatchObject({
    state: "error",
    message: expect.stringContaining(`${other}${MODEL}?another could not be fetched`),
  });
});

test("a file of the user's is kept, too, and a later page has it by its name in the store", async () => {
  const page = await open();
  await load(page);
  await page.evaluate(async (url) => {
    const { foretab } = window as unknown as Handle;
    const bytes = await (await fetch(url)).arrayBuffer();
    await foretab.load(new File([bytes], "mine.gguf", { lastModified: 1 }), "cpu");
  }, MODEL);
  server.files.clear();
  await page.reload();
  await page.waitForFunction(() => "createForetab" in window);
  await load(page, {});
  const mine = (await list(page)).find(({ name }) => name === "mine.gguf");
  expect(mine).toMatchObject({ complete: true, sha256: hash(good) });
  expect(mine?.url).toBeUndefined();
  expect(await load(page, { model: mine })).toMatchObject({ state: "ready", name: "Foretab Mini" });
});

test("who cancels a download keeps the model in use, and goes on later where it was", async () => {
  server.files.set(MODEL, { bytes: good, etag: '"good"', wait: 5 });
  const page = await open();
  await load(page, {});
  const cancelled = await page.evaluate(async (url) => {
    const { foretab } = window as unknown as Handle;
    const control = new AbortController();
    const load = foretab.load(url, "cpu", { signal: control.signal });
    const end = foretab.on("status", (status) => {
      if (status.state === "loading" && status.loaded > 4_000_000) control.abort();
    });
    const code = await load.catch(({ code }) => code);
    end();
    return { code, state: foretab.status.state };
  }, MODEL);
  expect(cancelled).toEqual({ code: "cancelled", state: "ready" });
  const [part] = await list(page);
  expect(part).toMatchObject({ complete: false, bytes: good.length });
  expect(part?.loaded).toBeGreaterThan(4_000_000);

  server.answered.length = 0;
  expect(await load(page, { model: part })).toMatchObject({ state: "ready", fallback: "" });
  expect(server.sent).toBe(good.length - (part?.loaded ?? 0));
  expect(await keptHash(page)).toBe(hash(good));
});

test("of two loads the one that was asked for last counts, however long the first one takes", async () => {
  server.files.set(MODEL, { bytes: good, etag: '"good"', wait: 5 });
  const page = await open();
  await load(page, {});
  const { before, code, after } = await page.evaluate(async (url) => {
    const { foretab } = window as unknown as Handle;
    const first = foretab.load(url, "cpu").catch(({ code }) => code);
    await foretab.load(undefined, "rule");
    const before = foretab.model?.backend;
    const code = await first;
    return { before, code, after: foretab.status };
  }, MODEL);
  expect({ before, code }).toEqual({ before: "rule", code: "cancelled" });
  expect(after).toMatchObject({ state: "ready", model: { backend: "rule" } });
  expect(server.sent).toBeLessThan(good.length);
});
