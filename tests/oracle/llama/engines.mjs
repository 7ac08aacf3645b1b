// Both engines: what llama.cpp answers, and our logits.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

export const root = resolve(import.meta.dirname, "../../..");
/** The command line. */
export const foretab = resolve(process.env.FORETAB ?? join(root, "target/debug/foretab"));

/** For files of a test; removed when it ends. */
export const scratch = mkdtempSync(join(tmpdir(), "foretab-oracle-"));
process.on("exit", () => rmSync(scratch, { recursive: true }));

/** llama.cpp on the CPU, one thread. */
export function startLlama() {
  return getLlama({ gpu: false, build: "never", maxThreads: 1, logLevel: LlamaLogLevel.error });
}

/** What llama.cpp says after the prompt, at most `most` tokens, until it ends the text. */
export async function greedy(model, tokens, most) {
  const context = await model.createContext({ contextSize: 1024, sequences: 1, threads: 1 });
  const answer = [];
  for await (const token of context.getSequence().evaluate(tokens, { temperature: 0 })) {
    if (model.isEogToken(token) || answer.push(token) === most) break;
  }
  await context.dispose();
  return answer;
}

/**
 * By how much our likeliest token is ahead of each of llama.cpp's `answer`, where they are not the same: its index in
 * the answer, and the difference of our logits.
 */
export function differences(file, tokens, answer) {
  const logits = foretabLogits(file, [...tokens, ...answer]);
  return answer.flatMap((token, index) => {
    const row = logits(tokens.length - 1 + index);
    const best = row.reduce((best, logit, id) => (logit > row[best] ? id : best), 0);
    return best === token ? [] : [{ index, token, best, lead: row[best] - row[token] }];
  });
}

/** Logits after each token, by position: a view of the .npy file. */
export function foretabLogits(file, tokens) {
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
