// The wasm module, in the variant that computes as it should here.

import * as simd128 from "../../../crates/wasm/pkg/foretab.js";
import * as relaxed from "../../../crates/wasm/relaxed/pkg/foretab.js";

/** What the module exports. */
export type Exports = typeof simd128;

/** Compiled beforehand, because the edge's runtimes compile nothing while they run. */
export interface Modules {
  simd128: WebAssembly.Module;
  /** With relaxed SIMD, where the runtime has it. */
  relaxed?: WebAssembly.Module | undefined;
}

/** Starts the module with relaxed SIMD where that computes what it should, and else the one without. */
export function start(modules: Modules): Exports {
  if (modules.relaxed) {
    relaxed.initSync({ module: modules.relaxed });
    if (relaxed.kernelsThatDiffer().length === 0) return relaxed;
  }
  simd128.initSync({ module: modules.simd128 });
  return simd128;
}
