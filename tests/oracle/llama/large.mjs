// Greedy answers of a random model of the true sizes: llama.cpp's tokens are ours wherever ours leads by more than the
// noise. `cargo xtask test --large` writes the model (1.5 GB) and runs this.
//
//     FORETAB=../../../target/debug/foretab node large.mjs MODEL.gguf

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { differences, greedy, root, startLlama } from "./engines.mjs";

/** As for the small models: of logits with a standard deviation of 1. */
const NOISE = 0.2;
const PROMPT = 48;
const ANSWER = 24;

const [file] = process.argv.slice(2);
const llama = await startLlama();
const model = await llama.loadModel({ modelPath: file });
let all = 0;
let close = 0;
for (const prompt of JSON.parse(readFileSync(join(root, "tests/oracle/prompts.json"), "utf8"))) {
  const tokens = [...model.tokenize(prompt, true)].slice(0, PROMPT);
  const answer = await greedy(model, tokens, ANSWER);
  const different = differences(file, tokens, answer);
  for (const { index, token, best, lead } of different) {
    console.log(`token ${index}: ${token}, ours is ${best}, ahead by ${lead.toFixed(4)}`);
    assert.ok(lead < NOISE);
  }
  all += answer.length;
  close += different.length;
}
await model.dispose();
assert.ok(all >= 3 * 20 && close * 4 < all, `${close} of ${all} tokens differ`);
console.log(`${all} tokens, of which ${close} were too close to call`);
