// Which of the two wasm modules this browser gets.

import { relaxedSimd } from "wasm-feature-detect";
import * as simd128 from "../../../crates/wasm/pkg/foretab.js";
import * as relaxed from "../../../crates/wasm/relaxed/pkg/foretab.js";

/** What the module exports, started. */
export type Exports = typeof simd128;

/** How a worker starts the module that another one has: a message can carry it. */
export interface Compiled {
  kind: "relaxed" | "simd128";
  module: WebAssembly.Module;
}

/**
 * Starts the module with relaxed SIMD where the browser takes it and computes with it what it should, and
 * else the one without: it is slower and gives the same answers.
 */
export async function start(): Promise<{ exports: Exports; compiled: Compiled }> {
  if (await relaxedSimd()) {
    try {
      await relaxed.default({ module_or_path: new URL("./foretab_relaxed_bg.wasm", import.meta.url) });
      if (relaxed.kernelsThatDiffer().length === 0) {
        return { exports: relaxed, compiled: { kind: "relaxed", module: relaxed.compiledModule() } };
      }
    } catch {
      // The other module says what is wrong, if it is not only this one.
    }
  }
  await simd128.default({ module_or_path: new URL("./foretab_bg.wasm", import.meta.url) });
  return { exports: simd128, compiled: { kind: "simd128", module: simd128.compiledModule() } };
}

/** Starts the module that another worker has. */
export async function startCompiled({ kind, module }: Compiled): Promise<Exports> {
  const exports = kind === "relaxed" ? relaxed : simd128;
  await exports.default({ module_or_path: module });
  return exports;
}
