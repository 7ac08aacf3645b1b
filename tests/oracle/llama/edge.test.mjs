// llama.cpp as the serving engine behind the edge: a real tokenizer, a real stream, and one request that is given up.
//
// The embedded model says nonsense at llama.cpp's precision: what matters here is that it is asked and heard.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { serve } from "./completions.mjs";

const root = resolve(import.meta.dirname, "../../..");
const foretab = resolve(process.env.FORETAB ?? join(root, "target/debug/foretab"));
const cases = join(root, "tests/cases/by-hand.jsonl");
const port = 20_000 + (process.pid % 10_000);

/** Tokens of an answer at most: nonsense does not end. */
const LONGEST = 100;

let upstream;
let edge;

before(async () => {
  upstream = await serve(join(root, "models/foretab-mini.gguf"), { longest: LONGEST });
  const workerd = createRequire(join(root, "tests/edge/package.json"))("workerd").default;
  const config = join(root, "worker/edge/workerd-openai.capnp");
  edge = spawn(workerd, ["serve", config, "--socket-addr", `http=127.0.0.1:${port}`], {
    stdio: "inherit",
    env: {
      ...process.env,
      FORETAB_KEYS: "key",
      FORETAB_LOG: "off",
      OPENAI_URL: upstream.url,
      OPENAI_MODEL: "mini",
      OPENAI_TIMEOUT: "120000",
    },
  });
  for (let tries = 0; tries < 300; tries += 1) {
    if (await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail("workerd does not start");
});

after(async () => {
  edge?.kill("SIGKILL");
  await upstream?.stop();
});

function ask(situation, init = {}) {
  const headers = { authorization: "Bearer key", "content-type": "application/json", ...init.headers };
  const body = JSON.stringify(situation);
  return fetch(`http://127.0.0.1:${port}/v1/next-edit`, { ...init, method: "POST", headers, body });
}

test("the edge asks llama.cpp what the native core would ask, and reads its answer", async () => {
  const [line] = readFileSync(cases, "utf8").split("\n");
  const response = await ask(JSON.parse(line));
  assert.equal(response.status, 200);
  const { outcome, dropped } = await response.json();
  const [{ prompt, said }] = upstream.exchanges;
  const [asked] = execFileSync(foretab, ["prompt", "--cases", cases], { encoding: "utf8" }).split("\n");
  assert.equal(prompt, JSON.parse(asked).prompt);
  assert.ok(said.length > 20, `${said.length} tokens`);
  // Nonsense: something is wrong with it, whatever it is.
  assert.equal(outcome, "nothing");
  assert.ok(dropped.length > 0);
});

test("a client that goes away stops llama.cpp", async () => {
  const [line] = readFileSync(cases, "utf8").split("\n");
  const { exchanges } = upstream;
  exchanges.length = 0;
  const client = new AbortController();
  const asking = ask(JSON.parse(line), { signal: client.signal, headers: { accept: "text/event-stream" } });
  asking.then((response) => response.text()).catch(() => {});
  const until = async (holds) => {
    for (let tries = 0; tries < 3000 && !holds(); tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.ok(holds());
  };
  await until(() => exchanges.length === 1 && exchanges[0].said.length > 3);
  client.abort();
  const { length } = exchanges[0].said;
  await until(() => exchanges[0].ended !== "");
  assert.equal(exchanges[0].ended, "gone");
  assert.ok(exchanges[0].said.length - length <= 3, `${exchanges[0].said.length - length} tokens more`);
});
