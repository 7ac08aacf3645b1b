// Runs the comparison that is in the module, and says what differed.

import initialize, { compareWithCpu } from "./foretab.js";

addEventListener("message", async ({ data: seed }) => {
  try {
    await initialize({ module_or_path: new URL("./foretab_bg.wasm", import.meta.url) });
    postMessage({ differences: await compareWithCpu(seed) });
  } catch (cause) {
    postMessage({ error: String(cause) });
  }
});
