// A random model of the true sizes: its greedy answers beside llama.cpp's, whose tokens are ours wherever ours leads by
// more than the noise, and the memory that it takes beside what `foretab inspect` says. `cargo xtask test --large` writes
// such models and runs this.
//
//     FORETAB=../../../target/debug/foretab node large.mjs MODEL.gguf

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { differences, foretab, greedy, root, scratch, startLlama } from "./engines.mjs";

/** As for the small models: of logits with a standard deviation of 1. */
const NOISE = 0.2;
const PROMPT = 48;
const ANSWER = 24;

const [file] = process.argv.slice(2);
console.log(basename(file));
memory();
await answers();

/** A pass of one token: the weights and what loading takes, of the KV cache nothing that would count. */
function memory() {
  const inspected = JSON.parse(execFileSync(foretab, ["inspect", "--json", file]));
  const { weightBytes, cacheBytes, wasmBytes } = inspected.memory.cpu;
  const token = join(scratch, "token.json");
  writeFileSync(token, "[0]");
  const taken = peak(
    foretab,
    "logits",
    "--model",
    file,
    "--tokens",
    token,
    "--out",
    join(scratch, "token.npy"),
  );
  const said = wasmBytes - cacheBytes;
  console.log(`${inspected.parameters} parameters: ${said} bytes said without the KV cache, ${taken} taken`);
  assert.ok(weightBytes < taken && taken <= said, `${weightBytes} bytes of weights`);
}

/** The most memory that a command has resident, in bytes, on Linux. */
function peak(...command) {
  const script = `import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)`;
  return Number(execFileSync("python3", ["-c", script, ...command]));
}

async function answers() {
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
    console.log(`answer of ${answer.length} tokens, ${new Set(answer).size} of them different`);
    all += answer.length;
    close += different.length;
  }
  await model.dispose();
  assert.ok(all >= 3 * 20 && close * 4 < all, `${close} of ${all} tokens differ`);
  console.log(`${all} tokens, of which ${close} were too close to call`);
}
