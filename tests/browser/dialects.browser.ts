// The prompt format is the page's choice, and which edits are offered.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./chromium.js";
import { type ModelPage, openWith } from "./memory.js";
import { ModelServer } from "./model-server.js";
import { Playground } from "./playground.js";
import { randomModel } from "./random-model.js";

let browser: Browser;
let server: ModelServer;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
  server = await ModelServer.start();
  server.files.set("/model.gguf", { bytes: await randomModel("Q8_0"), etag: '"1"' });
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

test.each([
  ["fim", "<|fim_prefix|>let total<|fim_suffix|> = 0;\nall += 1;\n<|fim_middle|>"],
  [
    "sweep_card",
    "<|file_sep|>original/sum.ts\nlet all = 0;\nall += 1;\n<|file_sep|>current/sum.ts\n" +
      "let total = 0;\nall += 1;\n<|file_sep|>updated/sum.ts\n",
  ],
] as const)("%s", async (dialect, prompt) => {
  const options = { backend: "cpu", context: 1024, threads: 1, grammars: false } as const;
  const page = await openWith(browser, server, { model: "/model.gguf", dialect, ...options });
  const asked = await page.evaluate(async () => {
    const { foretab } = window as unknown as ModelPage;
    const document = foretab.open("sum.ts", "let all = 0;\nall += 1;\n");
    const prompt = new Promise<string>((resolve) => foretab.on("prompt", ({ text }) => resolve(text)));
    document.change([{ from: 4, to: 7, insert: "total" }], 9);
    void document.predict();
    return { dialect: foretab.model?.dialect, prompt: await prompt };
  });
  expect(asked).toEqual({ dialect, prompt });
  await page.close();
});

test("in the playground, for a model that may be asked in several", async () => {
  const playground = await Playground.open(browser, { model: `${server.origin}/model.gguf`, threads: 1 });
  await playground.state("ready");
  const choice = playground.byTestId("dialect");
  expect(await choice.inputValue()).toBe("sweep_card");
  await choice.focus();
  await choice.selectOption("fim");
  await playground.state("ready");
  expect(await choice.evaluate((element) => element === document.activeElement)).toBe(true);
  await playground.goTo("function ▏total(");
  await playground.page.keyboard.type("grand");
  const prompt = playground.byTestId("prompt");
  await expect.poll(() => prompt.textContent()).toMatch(/^<\|fim_prefix\|>/);
  await playground.close();
});

test("a choice that there is none of is named", async () => {
  const edits = "some" as "all";
  const options = { backend: "cpu", context: 1024, threads: 1, grammars: false, edits } as const;
  const opened = openWith(browser, server, { model: "/model.gguf", ...options });
  await expect(opened).rejects.toThrow('no edits "some"');
});
