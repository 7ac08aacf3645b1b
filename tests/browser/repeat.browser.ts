// With `repeat` the user's newest change is made again by rule, and a line gone on with, at once: the model is not asked, and
// may be absent.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { heldBack, Playground } from "./playground.js";
import { Stage } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

const text = `function total(items) {
  return items.length;
}

export const mean = (items) => sum(items) / total(items);
// The total of what is open.
export const log = () => console.log(total(open), "total");
`;

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  test("a renamed function is renamed in all its uses, and in nothing else", async () => {
    const stage = await Stage.set(browser, editor, { files: { "a.js": text }, repeat: true });
    await stage.renameTotal("grandTotal");
    await stage.shows("total", "grandTotal");
    expect(await stage.call("asked"), "no prompt").toEqual([]);
    for (let use = 0; use < 2; use++) {
      await stage.shows("total", "grandTotal");
      await stage.takeEdit();
    }
    expect(await stage.text()).toBe(text.replaceAll("total(", "grandTotal("));
    await stage.close();
  });

  test("until the model is there the rule answers", async () => {
    const { late, send } = heldBack(/\.gguf$/);
    const playground = await Playground.open(browser, { editor, byRule: true, late });
    await playground.renameTotal("grandTotal");
    await playground.shows("total", "grandTotal");
    expect(await playground.byTestId("status").getAttribute("data-state")).toBe("loading");
    send();
    await playground.state("ready");
    await playground.shows("total", "grandTotal");
    await playground.close();
  });

  test("where the model does not come the rule goes on", async () => {
    const playground = await Playground.open(browser, { editor, byRule: true, missing: /\.gguf$/ });
    await playground.state("error");
    await playground.renameTotal("grandTotal");
    await playground.shows("total", "grandTotal");
    await playground.close();
  });

  test("without a model the rule alone answers, and no model is fetched", async () => {
    const stage = await Stage.set(browser, editor, { files: { "a.js": text }, backend: "rule" });
    expect(await stage.call("backend")).toBe("rule");
    await stage.renameTotal("grandTotal");
    await stage.shows("total", "grandTotal");
    expect(stage.requests.map((request) => request.url()).filter((url) => url.includes(".gguf"))).toEqual([]);
    await stage.close();
  });

  test("a half-typed line is gone on with as lines near by do", async () => {
    const client =
      "const response = await fetch(url);\nif (!response.ok) {\n  throw new HttpError(response.status);\n}";
    const stage = await Stage.set(browser, editor, { files: { "a.js": client }, backend: "rule" });
    await stage.goTo("}▏");
    await stage.page.keyboard.type("\nreturn resp");
    await stage.showsGhost("onse");
    await stage.page.keyboard.type("o");
    await stage.showsGhost("nse");
    await stage.press("Tab");
    await expect.poll(() => stage.text()).toBe(`${client}\nreturn response`);
    await stage.close();
  });
});

test("with `repeat: false` nothing is suggested until the model is there", async () => {
  const { late, send } = heldBack(/\.gguf$/);
  const playground = await Playground.open(browser, { late });
  await playground.renameTotal("grandTotal");
  await playground.page.waitForTimeout(1000); // twice the longest wait after typing
  expect(await playground.removed.count()).toBe(0);
  send();
  await playground.state("ready");
  await playground.close();
});
