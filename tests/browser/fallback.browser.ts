// Where there is no WebGPU adapter, and where the CPU plays one.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

let browsers: { none: Browser; software: Browser };
beforeAll(async () => {
  browsers = { none: await launch({ webgpu: false }), software: await launch({ webgpu: true }) };
});
afterAll(() => Promise.all([browsers.none.close(), browsers.software.close()]));

test.each([
  { adapter: "none", says: /adapter|WebGPU/i },
  { adapter: "software", says: /software/i },
] as const)(
  "auto, adapter: $adapter: computes on the CPU, and the page says why",
  async ({ adapter, says }) => {
    const playground = await Playground.open(browsers[adapter], { backend: "auto" });
    await playground.state("ready");
    expect(await playground.byTestId("backend").textContent()).toBe("CPU");
    expect(await playground.byTestId("fallback").textContent()).toMatch(says);

    await playground.renameTotal("grandTotal");
    await playground.shows("total", "grandTotal");
    await playground.close();
  },
);

test("gpu, adapter: none: is refused, and the CPU can be chosen instead", async () => {
  const playground = await Playground.open(browsers.none, { backend: "gpu" });
  await playground.state("error");
  expect(await playground.byTestId("error").textContent()).toMatch(/adapter|WebGPU/i);

  await playground.page.getByRole("radio", { name: "CPU" }).check({ force: true });
  await playground.state("ready");
  expect(await playground.byTestId("error").count()).toBe(0);
  await playground.close();
});

test("gpu, adapter: software: loads the model onto it all the same", async () => {
  const playground = await Playground.open(browsers.software, { backend: "gpu" });
  await playground.state("ready");
  expect(await playground.byTestId("backend").textContent()).toBe("WebGPU");
  await playground.close();
});
