// Which of the two wasm modules the worker takes.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

const modules = (playground: Playground) =>
  playground.requests.flatMap((request) => request.url().match(/foretab\w*_bg(?=\S*\.wasm)/) ?? []);

test("with relaxed SIMD, which Chromium has and whose kernels agree with the others", async () => {
  const playground = await Playground.open(browser);
  await playground.state("ready");
  expect(modules(playground)).toEqual(["foretab_relaxed_bg"]);
  await playground.close();
});

test("the other where that one does not start", async () => {
  const playground = await Playground.open(browser, { broken: /foretab_relaxed_bg/ });
  await playground.state("ready");
  expect(modules(playground)).toEqual(["foretab_relaxed_bg", "foretab_bg"]);
  await playground.close();
});
