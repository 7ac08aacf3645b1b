// Where there is no WebGPU adapter, where the CPU plays one, and where one computes wrongly.

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

/** SwiftShader in the guise of a GPU whose driver takes RMSNorm's root the wrong way. */
const WRONG_GPU = `
  Object.defineProperty(GPUAdapterInfo.prototype, "isFallbackAdapter", { value: false });
  const { createShaderModule } = GPUDevice.prototype;
  GPUDevice.prototype.createShaderModule = function (module) {
    const code = module.code.replaceAll("inverseSqrt(", "sqrt(");
    return createShaderModule.call(this, { ...module, code });
  };
`;

test("auto, a GPU that computes wrongly: computes on the CPU, and the page says why", async () => {
  const options = { backend: "auto", workerFirst: WRONG_GPU } as const;
  const playground = await Playground.open(browsers.software, options);
  await playground.state("ready");
  expect(await playground.byTestId("backend").textContent()).toBe("CPU");
  expect(await playground.byTestId("fallback").textContent()).toMatch(/self-test/);
  await playground.close();
});

test("auto, the same GPU without its fault: computes on it", async () => {
  const workerFirst = WRONG_GPU.replace('"sqrt("', '"inverseSqrt("');
  const playground = await Playground.open(browsers.software, { backend: "auto", workerFirst });
  await playground.state("ready");
  expect(await playground.byTestId("backend").textContent()).toBe("WebGPU");
  await playground.close();
});
