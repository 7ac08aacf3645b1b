// Runs one of the comparisons that are in the module, and says what differed.

import initialize, { compareModelsWithCpu, compareWithCpu } from "./foretab.js";

const comparisons = { compareModelsWithCpu, compareWithCpu };

addEventListener("message", async ({ data: [comparison, ...how] }) => {
  try {
    await initialize({ module_or_path: new URL("./foretab_bg.wasm", import.meta.url) });
    postMessage({ differences: await comparisons[comparison](...how) });
  } catch (cause) {
    postMessage({ error: String(cause) });
  }
});
