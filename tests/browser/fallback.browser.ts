// Where there is no WebGPU adapter, where the CPU plays one, and where one computes wrongly.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { GPU, SILENT_GPU, WRONG_GPU } from "./guises.js";
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

test("auto, a GPU that never answers: computes on the CPU, and the page says why", async () => {
  const options = { backend: "auto", workerFirst: SILENT_GPU } as const;
  const playground = await Playground.open(browsers.software, options);
  await playground.state("ready");
  expect(await playground.byTestId("backend").textContent()).toBe("CPU");
  expect(await playground.byTestId("fallback").textContent()).toMatch(/not answered/);
  await playground.close();
});

test("auto, a GPU that computes wrongly: computes on the CPU, the page says why, and measures once", async () => {
  const options = { backend: "auto", workerFirst: WRONG_GPU } as const;
  const playground = await Playground.open(browsers.software, options);
  const { page } = playground;
  let measured = 0;
  page.on("console", (message) => {
    if (message.text() === "measuring") measured++;
  });
  const loaded = async () => {
    await playground.state("ready");
    expect(await playground.byTestId("backend").textContent()).toBe("CPU");
    expect(await playground.byTestId("fallback").textContent()).toMatch(/self-test/);
    return measured;
  };
  const once = await loaded();
  expect(once).toBeGreaterThan(0);
  await page.reload();
  expect(await loaded(), "after a second visit").toBe(once);

  await page.evaluate(async () => {
    const cache = await caches.open("foretab measured");
    for (const file of await cache.keys()) {
      const kept = await cache.match(file);
      await cache.put(file, new Response("broken", { headers: kept?.headers ?? {} }));
    }
  });
  await page.reload();
  expect(await loaded(), "where what was kept is broken").toBe(2 * once);
  await playground.close();
});

test("auto, the same GPU without its fault: computes on it", async () => {
  const playground = await Playground.open(browsers.software, { backend: "auto", workerFirst: GPU });
  await playground.state("ready");
  expect(await playground.byTestId("backend").textContent()).toBe("WebGPU");
  await playground.close();
});
