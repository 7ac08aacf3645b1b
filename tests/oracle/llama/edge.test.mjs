// llama.cpp as the serving engine behind the edge: a real tokenizer, a real stream, and one request that is given up.
//
// The embedded model says nonsense at llama.cpp's precision: what matters here is that it is asked and heard.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const root = resolve(import.meta.dirname, "../../..");
const foretab = resolve(process.env.FORETAB ?? join(root, "target/debug/foretab"));
const modelPath = join(root, "models/foretab-mini.gguf");
const cases = join(root, "tests/cases/by-hand.jsonl");
const port = 20_000 + (process.pid % 10_000);

/** Tokens of an answer at most: nonsense does not end. */
const LONGEST = 100;

let model;
let upstream;
let edge;
/** What was asked and said, the last one last. */
const exchanges = [];

before(async () => {
  const llama = await getLlama({ gpu: false, build: "never", maxThreads: 1, logLevel: LlamaLogLevel.error });
  model = await llama.loadModel({ modelPath });
  upstream = createServer(complete);
  await new Promise((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const workerd = createRequire(join(root, "tests/edge/package.json"))("workerd").default;
  const config = join(root, "worker/edge/workerd-openai.capnp");
  edge = spawn(workerd, ["serve", config, "--socket-addr", `http=127.0.0.1:${port}`], {
    stdio: "inherit",
    env: {
      ...process.env,
      FORETAB_KEYS: "key",
      FORETAB_LOG: "off",
      OPENAI_URL: `http://127.0.0.1:${upstream.address().port}/v1`,
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
  upstream?.closeAllConnections();
  upstream?.close();
  await model?.dispose();
});

/** `/v1/completions`, greedily, a token an event. */
async function complete(request, response) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const { prompt, max_tokens: most } = JSON.parse(Buffer.concat(pieces));
  const exchange = { prompt, tokens: [...model.tokenize(prompt, true)], said: [], ended: "" };
  exchanges.push(exchange);
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (text, reason) =>
    response.write(`data: ${JSON.stringify({ choices: [{ text, finish_reason: reason }] })}\n\n`);
  const context = await model.createContext({ contextSize: 2048, sequences: 1, threads: 1 });
  let text = "";
  for await (const token of context.getSequence().evaluate(exchange.tokens, { temperature: 0 })) {
    if (response.destroyed) exchange.ended = "gone";
    else if (model.isEogToken(token)) exchange.ended = "stop";
    else if (exchange.said.push(token) === Math.min(most, LONGEST)) exchange.ended = "length";
    const all = model.detokenize(exchange.said);
    // A character that tokens share comes with the last of them.
    if (!all.endsWith("\ufffd")) {
      send(all.slice(text.length), null);
      text = all;
    }
    if (exchange.ended) break;
  }
  await context.dispose();
  exchange.text = text;
  if (exchange.ended !== "gone") send("", exchange.ended);
  response.end("data: [DONE]\n\n");
}

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
  const [{ prompt, said }] = exchanges;
  const [asked] = execFileSync(foretab, ["prompt", "--cases", cases], { encoding: "utf8" }).split("\n");
  assert.equal(prompt, JSON.parse(asked).prompt);
  assert.ok(said.length > 20, `${said.length} tokens`);
  // Nonsense: something is wrong with it, whatever it is.
  assert.equal(outcome, "nothing");
  assert.ok(dropped.length > 0);
});

test("a client that goes away stops llama.cpp", async () => {
  const [line] = readFileSync(cases, "utf8").split("\n");
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
