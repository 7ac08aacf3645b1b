// Which of the two wasm modules this browser gets.

import { relaxedSimd } from "wasm-feature-detect";
import * as simd128 from "../../../crates/wasm/pkg/foretab.js";
import * as relaxed from "../../../crates/wasm/relaxed/pkg/foretab.js";

/**
 * Starts the module with relaxed SIMD where the browser takes it and computes with it what it should, and
 * else the one without: it is slower and gives the same answers.
 */
export async function start(): Promise<simd128.Session> {
  if (await relaxedSimd()) {
    try {
      await relaxed.default({ module_or_path: new URL("./foretab_relaxed_bg.wasm", import.meta.url) });
      if (relaxed.kernelsThatDiffer().length === 0) return new relaxed.Session();
    } catch {
      // The other module says what is wrong, if it is not only this one.
    }
  }
  await simd128.default({ module_or_path: new URL("./foretab_bg.wasm", import.meta.url) });
  return new simd128.Session();
}
