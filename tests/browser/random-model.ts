// Random models, written by the module that `cargo xtask test` builds for the comparison of kernels.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

const folder = join(import.meta.dirname, "pkg");

/** The file of one in a block format by its name, or `mixed` as llama.cpp mixes Q4_K_M: the same each time. */
export async function randomModel(format: string): Promise<Uint8Array> {
  const module = await import(join(folder, "foretab.js"));
  await module.default({ module_or_path: await readFile(join(folder, "foretab_bg.wasm")) });
  return module.randomModel(format);
}
