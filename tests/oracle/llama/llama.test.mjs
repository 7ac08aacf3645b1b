// llama.cpp beside Foretab: token ids of the embedded model's vocabulary, and greedy answers of random models.
//
//     FORETAB=../../../target/debug/foretab RANDOM_MODELS=../../../target/random npm test

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const root = resolve(import.meta.dirname, "../../..");
const foretab = resolve(process.env.FORETAB ?? join(root, "target/debug/foretab"));
const file = process.env.MODEL ?? join(root, "models/foretab-mini.gguf");
const random = resolve(process.env.RANDOM_MODELS ?? join(root, "target/random"));
const scratch = mkdtempSync(join(tmpdir(), "foretab-oracle-"));

/** @type {import("node-llama-cpp").Llama} */
let llama;
/** @type {import("node-llama-cpp").LlamaModel} */
let model;

before(async () => {
  llama = await getLlama({ gpu: false, build: "never", maxThreads: 1, logLevel: LlamaLogLevel.error });
  model = await llama.loadModel({ modelPath: file });
});

after(async () => {
  await model?.dispose();
  rmSync(scratch, { recursive: true });
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

/** Tokens of an answer that may differ, all where the best two logits are that close; where more than 2 may. */
const CLOSE = { "bf16-untied": 4, "q8_0-tied": 8, "q8_0-untied": 12 };

const ANSWER = 120;

/** Of the random models' 512 tokens of context. */
const PROMPT = 300;

// The embedded model's attention scores of hundreds need finer activations than 8 bits: its tokens are compared
// with transformers (crates/cpu/tests/oracle.rs), and here random models of every block format.
for (const format of ["f32", "f16", "bf16", "q8_0", "q4_0"]) {
  for (const head of ["tied", "untied"]) {
    const name = `${format}-${head}`;
    test(`greedy answers of a random model, ${name}`, (t) =>
      answers(t, join(random, `${name}.gguf`), CLOSE[name] ?? 2));
  }
}

async function answers(t, file, most) {
  const model = await llama.loadModel({ modelPath: file });
  const prompts = JSON.parse(readFileSync(join(root, "tests/oracle/prompts.json"), "utf8"));
  for (const prompt of prompts) {
    const tokens = [...model.tokenize(prompt, true)].slice(0, PROMPT);
    const answer = await greedy(model, tokens);
    const logits = foretabLogits(file, [...tokens, ...answer]);
    let close = 0;
    answer.forEach((token, index) => {
      const row = logits(tokens.length - 1 + index);
      const best = row.indexOf(Math.max(...row));
      if (best !== token) {
        const lead = row[best] - row[token];
        assert.ok(
          lead < NOISE,
          `token ${index} of the answer: ${token}, but ours is ${best}, ahead by ${lead}`,
        );
        close += 1;
      }
    });
    assert.ok(answer.length >= 20 && close <= most, `${close} of ${answer.length} tokens differ`);
    t.diagnostic(`${answer.length} tokens, of which ${close} were too close to call`);
  }
  await model.dispose();
}

/** What llama.cpp says after the prompt, until it ends the text. */
async function greedy(model, tokens) {
  const context = await model.createContext({ contextSize: 1024, sequences: 1, threads: 1 });
  const answer = [];
  for await (const token of context.getSequence().evaluate(tokens, { temperature: 0 })) {
    if (model.isEogToken(token) || answer.push(token) === ANSWER) break;
  }
  await context.dispose();
  return answer;
}

/** Logits after each token, by position: a view of the .npy file. */
function foretabLogits(file, tokens) {
  const input = join(scratch, "tokens.json");
  const output = join(scratch, "logits.npy");
  writeFileSync(input, JSON.stringify(tokens));
  execFileSync(foretab, ["logits", "--model", file, "--tokens", input, "--out", output], {
    stdio: "inherit",
  });
  const npy = readFileSync(output);
  const start = 10 + npy.readUInt16LE(8);
  const width = (npy.length - start) / 4 / tokens.length;
  const values = new Float32Array(npy.buffer.slice(npy.byteOffset + start, npy.byteOffset + npy.length));
  return (position) => values.subarray(position * width, (position + 1) * width);
}
