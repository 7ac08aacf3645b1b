// What a GPU reports while nobody waits for it: the next prediction puts the model onto a new device, from the file that
// is kept, and goes on. On SwiftShader.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { ModelServer } from "./model-server.js";
import { Playground } from "./playground.js";

let browser: Browser;
let server: ModelServer;
beforeAll(async () => {
  browser = await launch({ webgpu: true });
  server = await ModelServer.start();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Lets the test get hold of the devices. */
const WATCHED = `
  self.devices = [];
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...options) {
    const device = await requestDevice.apply(this, options);
    self.devices.push(device);
    return device;
  };`;

/** A playground with a model from the server, which is gone by the time that the model is there. */
async function loaded(): Promise<Playground> {
  const bytes = await readFile(join(import.meta.dirname, "../../models/foretab-mini.gguf"));
  server.files.set("/model.gguf", { bytes, etag: '"1"' });
  const model = `${server.origin}/model.gguf`;
  const playground = await Playground.open(browser, { backend: "gpu", model, workerFirst: WATCHED });
  await playground.state("ready");
  server.files.clear();
  server.answered.length = 0;
  return playground;
}

/** Does something with the newest device. */
async function toDevice(playground: Playground, fault: string): Promise<void> {
  const [worker] = playground.page.workers();
  await worker?.evaluate(`{ const device = self.devices.at(-1); ${fault}; }`);
}

/** An error event with this error. */
const reports = (error: string) =>
  `device.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error: new ${error} }))`;

const DESTROYED = { fault: "device.destroy()", says: /lost/ };
const WITHOUT_MEMORY = { fault: reports('GPUOutOfMemoryError("")'), says: /out of memory/i };
const REFUSES = {
  fault: "device.createBuffer({ size: 2 ** 50, usage: GPUBufferUsage.STORAGE })",
  says: /size/i,
};

/** The next prediction notices it, and puts the model onto another GPU. */
async function recovers(playground: Playground, { fault, says }: typeof DESTROYED): Promise<void> {
  const { page } = playground;
  // On show only while the model is loaded again.
  const error = page.waitForFunction(() => document.querySelector('[data-testid="error"]')?.textContent);
  await toDevice(playground, fault);
  await playground.renameTotal("grandTotal");
  expect(await (await error).jsonValue()).toMatch(says);
  await expect.poll(() => playground.byTestId("lost").count()).toBe(1);
  expect(await playground.byTestId("lost").textContent()).toMatch(says);
  expect(await playground.byTestId("backend").textContent()).toBe("WebGPU");
}

test("a device that is destroyed, and another one without memory: the same request ends on the CPU", async () => {
  const playground = await loaded();
  const before = await playground.text();
  await recovers(playground, DESTROYED);
  // Before it has answered, which on SwiftShader may take minutes.
  await toDevice(playground, WITHOUT_MEMORY.fault);
  await playground.shows("total", "grandTotal");
  expect(await playground.byTestId("backend").textContent()).toBe("CPU");
  expect(await playground.byTestId("fallback").textContent()).toMatch(WITHOUT_MEMORY.says);
  expect(await playground.text()).toBe(before.replace("function total(", "function grandTotal("));
  expect(server.answered, "the file is not asked for again").toEqual([]);
  expect(playground.errors).toEqual([]);
  await playground.close();
});

test("a device that refuses a call: the next request is for another one", async () => {
  const playground = await loaded();
  await recovers(playground, REFUSES);
  expect(server.answered).toEqual([]);
  expect(playground.errors).toEqual([]);
  await playground.close();
});
