// Without a WebGPU adapter.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

test("auto computes on the CPU, and the page says why", async () => {
  const playground = await Playground.open(browser, { backend: "auto" });
  await playground.state("ready");
  expect(await playground.byTestId("backend").textContent()).toBe("CPU");
  expect(await playground.byTestId("fallback").textContent()).toMatch(/adapter|WebGPU/i);

  await playground.predicts();
  await playground.close();
});

test("gpu is refused, and the CPU can be chosen instead", async () => {
  const playground = await Playground.open(browser, { backend: "gpu" });
  await playground.state("error");
  expect(await playground.byTestId("error").textContent()).toMatch(/adapter|WebGPU/i);

  await playground.page.getByRole("radio", { name: "CPU" }).check({ force: true });
  await playground.state("ready");
  expect(await playground.byTestId("error").count()).toBe(0);
  await playground.close();
});

test("auto leaves WebGPU alone where the CPU plays it, and the page says so", async () => {
  const software = await launch({ webgpu: true });
  const playground = await Playground.open(software, { backend: "auto" });
  await playground.state("ready");
  expect(await playground.byTestId("backend").textContent()).toBe("CPU");
  expect(await playground.byTestId("fallback").textContent()).toMatch(/software/i);
  await software.close();
});

test("gpu loads the model onto that adapter all the same", async () => {
  const software = await launch({ webgpu: true });
  const playground = await Playground.open(software, { backend: "gpu" });
  await playground.state("ready");
  expect(await playground.byTestId("backend").textContent()).toBe("WebGPU");
  await software.close();
});
