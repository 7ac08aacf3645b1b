// llama.cpp beside Foretab: token ids of the embedded model's vocabulary, and greedy answers and logits of random
// models, of which some are quantized by llama.cpp itself.
//
//     FORETAB=../../../target/debug/foretab RANDOM_MODELS=../../../target/random npm test

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { libraries } from "./engine.mjs";
import { differences, foretabLogits, greedy, root, scratch, startLlama } from "./engines.mjs";

const file = process.env.MODEL ?? join(root, "models/foretab-mini.gguf");
const random = resolve(process.env.RANDOM_MODELS ?? join(root, "target/random"));

/** @type {import("node-llama-cpp").Llama} */
let llama;
/** @type {import("node-llama-cpp").LlamaModel} */
let model;

before(async () => {
  llama = await startLlama();
  model = await llama.loadModel({ modelPath: file });
});

after(async () => {
  await model?.dispose();
});

test("token ids of 2,100 pieces of text", () => {
  const fixture = JSON.parse(readFileSync(join(root, "crates/model/tests/fixtures/tokens.json"), "utf8"));
  assert.ok(fixture.pieces.length >= 2000);
  for (const [text, ids] of fixture.pieces) {
    assert.deepEqual([...model.tokenize(text, false)], ids, JSON.stringify(text));
  }
});

// llama.cpp rounds activations to the weights' precision: to 8 bits for quantized weights, and to bf16.
const NOISE = 0.2;

/**
 * Tokens of an answer that may differ, all where the best two logits are that close; where more than 2 may. An answer
 * that goes round in circles comes to the same close call again and again.
 */
const CLOSE = {
  "bf16-untied": 4,
  "q8_0-tied": 8,
  "q8_0-untied": 12,
  "q5_0-untied": 12,
  "q4_k-untied": 12,
  "q5_k-untied": 12,
  "q6_k-untied": 12,
  Q8_0: 6,
  Q6_K: 12,
  Q5_K_M: 12,
  Q4_K_M: 6,
  Q4_0: 6,
};

const ANSWER = 120;

/** Of the random models' 512 tokens of context. */
const PROMPT = 300;

// The embedded model's attention scores of hundreds need finer activations than 8 bits: its tokens are compared
// with transformers (crates/cpu/tests/oracle.rs), and here random models of every block format.
for (const format of ["f32", "f16", "bf16", "q8_0", "q4_0", "q5_0", "q4_k", "q5_k", "q6_k"]) {
  for (const head of ["tied", "untied"]) {
    const name = `${format}-${head}`;
    test(`greedy answers of a random model, ${name}`, (t) =>
      answers(t, join(random, `${name}.gguf`), CLOSE[name] ?? 2));
  }
}

/** llama.cpp's file types by their numbers in `llama_ftype`; the mixed ones have several block formats in a file. */
const FILE_TYPES = { Q8_0: 7, Q6_K: 18, Q5_K_M: 17, Q5_0: 8, Q4_K_M: 15, Q4_0: 2 };

/**
 * How far logarithms of probabilities may be apart: the largest difference, and the root of the mean square. The
 * logits have a standard deviation of 1. Both engines round activations to 8 bits, llama.cpp with a scale for 256 of
 * them where the weights have blocks of 256, and then with scales of its own as f16.
 */
const APART = { most: 0.2, mean: 0.04 };

for (const [name, number] of Object.entries(FILE_TYPES)) {
  test(`a random model that llama.cpp made ${name}`, async (t) => {
    const quantized = join(scratch, `${name}.gguf`);
    const script = join(import.meta.dirname, "quantize.py");
    // It says much on standard error, which is in the exception where it fails.
    execFileSync(
      "python3",
      [script, libraries(), join(random, "to-quantize.gguf"), quantized, String(number)],
      {
        stdio: "pipe",
      },
    );
    await probabilities(t, quantized);
    await answers(t, quantized, CLOSE[name] ?? 2);
  });
}

/** What follows each token of a prompt, in both engines. */
async function probabilities(t, file) {
  const model = await llama.loadModel({ modelPath: file });
  const [prompt] = JSON.parse(readFileSync(join(root, "tests/oracle/prompts.json"), "utf8"));
  const tokens = [...model.tokenize(prompt, true)].slice(0, 64);
  const context = await model.createContext({ contextSize: 1024, sequences: 1, threads: 1 });
  const generateNext = { probabilities: true, options: { temperature: 1, topK: 0, topP: 1, minP: 0 } };
  const theirs = await context
    .getSequence()
    .controlledEvaluate(tokens.map((token) => [token, { generateNext }]));
  const logits = foretabLogits(file, tokens);
  let most = 0;
  let squares = 0;
  let count = 0;
  theirs.forEach(({ next }, position) => {
    const row = logits(position);
    const total = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
    assert.equal(next.probabilities.size, row.length);
    for (const [token, probability] of next.probabilities) {
      const apart = Math.abs(row[token] - total - Math.log(probability));
      most = Math.max(most, apart);
      squares += apart ** 2;
      count += 1;
    }
  });
  const mean = Math.sqrt(squares / count);
  t.diagnostic(
    `logits are ${most.toFixed(4)} apart at most, ${mean.toFixed(4)} as the root of the mean square`,
  );
  assert.ok(most <= APART.most && mean <= APART.mean, `${most}, ${mean}`);
  await model.dispose();
}

async function answers(t, file, most) {
  const model = await llama.loadModel({ modelPath: file });
  const prompts = JSON.parse(readFileSync(join(root, "tests/oracle/prompts.json"), "utf8"));
  for (const prompt of prompts) {
    const tokens = [...model.tokenize(prompt, true)].slice(0, PROMPT);
    const answer = await greedy(model, tokens, ANSWER);
    const different = differences(file, tokens, answer);
    for (const { index, token, best, lead } of different) {
      assert.ok(
        lead < NOISE,
        `token ${index} of the answer: ${token}, but ours is ${best}, ahead by ${lead}`,
      );
    }
    const close = different.length;
    assert.ok(answer.length >= 20 && close <= most, `${close} of ${answer.length} tokens differ`);
    t.diagnostic(`${answer.length} tokens, of which ${close} were too close to call`);
  }
  await model.dispose();
}
