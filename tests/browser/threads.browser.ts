// The model on several threads: the same answer, and an answer whatever becomes of them.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { Playground, type PlaygroundOptions } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

/** What the panel says of the model, once it is there. */
async function opened(options: PlaygroundOptions) {
  const playground = await Playground.open(browser, options);
  await playground.state("ready");
  const says = async (id: string) => (await playground.byTestId(id).allTextContents()).join();
  return { playground, device: await says("device"), alone: await says("alone"), says };
}

/** The answer to the same edit. */
async function answer(playground: Playground): Promise<string | null> {
  await playground.renameTotal("grandTotal");
  await playground.shows("total", "grandTotal");
  return playground.byTestId("answer").textContent();
}

test("two and three threads answer what one does", async () => {
  const one = await opened({ threads: 1 });
  expect([one.device, one.alone]).toEqual([expect.not.stringContaining("threads"), ""]);
  const expected = await answer(one.playground);
  await one.playground.close();
  for (const threads of [2, 3]) {
    const { playground, device } = await opened({ threads });
    expect(device).toContain(`${threads} threads`);
    expect(await answer(playground)).toBe(expected);
    await playground.close();
  }
});

test("a page that is not isolated computes on one thread, and says why", async () => {
  const { playground, device, alone } = await opened({ threads: 2, alone: true });
  expect([device, alone]).toEqual([
    expect.not.stringContaining("threads"),
    "the page is not cross-origin isolated",
  ]);
  await answer(playground);
  await playground.close();
});

test("another model ends the threads of the one before", async () => {
  const { playground } = await opened({ threads: 3 });
  await playground.load("");
  await playground.state("ready");
  await expect.poll(() => playground.page.workers().length).toBe(3);
  await answer(playground);
  await playground.close();
});

/** JavaScript that gets hold of each `order` to a further thread before it is sent. */
const atOrder = (code: string) => `
  const send = Worker.prototype.postMessage;
  let passes = 0;
  Worker.prototype.postMessage = function (order) {
    if (order.type === "forward") passes++;
    ${code}
    return send.call(this, order);
  };`;

const NOWHERE = `
  const Own = Worker;
  self.Worker = class extends Own {
    constructor(url, options) { super(new URL("nowhere.js", url), options); }
  };`;

test.each([
  { what: "does not start", workerFirst: NOWHERE, says: /could not be started/ },
  {
    what: "cannot load its share",
    workerFirst: atOrder("if (order.job) order.job = { ...order.job, file: new Blob() };"),
    says: /failed.*file/,
  },
])("a thread that $what: one computes alone", async ({ workerFirst, says }) => {
  const { playground, device, alone } = await opened({ threads: 2, workerFirst });
  expect([device, alone]).toEqual([expect.not.stringContaining("threads"), expect.stringMatching(says)]);
  await answer(playground);
  await playground.close();
});

test.each([
  { what: "is killed", workerFirst: atOrder("if (passes === 3) this.terminate();"), says: /does not answer/ },
  { what: "fails", workerFirst: atOrder("if (passes === 3) order.tokens = null;"), says: /has failed/ },
])("a thread that $what in the middle: the prediction goes on without it", async ({ workerFirst, says }) => {
  const { playground, says: panel } = await opened({ threads: 2, workerFirst });
  expect(await panel("device")).toContain("2 threads");
  await answer(playground);
  expect(await panel("device")).not.toContain("threads");
  expect(await panel("alone")).toMatch(says);
  expect(playground.errors).toEqual([]);
  await playground.close();
});
