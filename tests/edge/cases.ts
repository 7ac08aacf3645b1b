// The edits to predict that the native core is asked about, too.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Prediction, Situation } from "@foretab/client";

const root = join(import.meta.dirname, "../..");
const file = join(root, "tests/cases/by-hand.jsonl");

export type Case = Situation & { id: string };

/** What is compared of a suggestion. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** `count` cases, from the first on that with the next ones all have an answer of the embedded model's that is shown. */
export async function cases(count: number): Promise<Case[]> {
  const found = await all();
  const first = found.findIndex(({ id }) => id === "rename-result-runningSum");
  return found.slice(first, first + count);
}

/** A case by its name. */
export async function named(id: string): Promise<Case> {
  const found = (await all()).find((one) => one.id === id);
  if (!found) throw new Error(`no case ${id}`);
  return found;
}

async function all(): Promise<Case[]> {
  const lines = (await readFile(file, "utf8")).split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

/** With `FORETAB_REPEAT` a server asks the model about all, so that every case takes it forward passes. */
export const MODEL_ALONE = { FORETAB_REPEAT: "off" };

/** What `foretab predict` says to a case, the rule before the model or the model alone; `FORETAB` names the program. */
export async function native(id: string, whom: "rule first" | "model alone"): Promise<Edit[]> {
  const program = process.env.FORETAB ?? join(root, "target/debug/foretab");
  const model = join(root, "models/foretab-mini.gguf");
  const options = [
    "predict",
    "--model",
    model,
    "--case",
    file,
    "--id",
    id,
    "--json",
    "--without-grammars",
    `--repeat=${whom === "rule first"}`,
  ];
  const { stdout } = await promisify(execFile)(program, options);
  const { suggestions } = JSON.parse(stdout) as { suggestions: Edit[] };
  return suggestions.map(({ start, end, text }) => ({ start, end, text }));
}

/** The same of a prediction. */
export function edits({ suggestions }: Prediction): Edit[] {
  return suggestions.map(({ from, to, insert }) => ({ start: from, end: to, text: insert }));
}
