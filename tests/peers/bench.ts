// `cargo xtask bench` builds what this needs and runs it:
//
//     node dist/peers/bench.js --models FOLDER --rounds 3 --engine foretab --engine candle s-q4_0 m-q4_0

import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { ENGINES, type Running } from "./engines.js";
import { measure } from "./measure.js";
import { serve } from "./server.js";
import { table } from "./table.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    models: { type: "string", default: "models" },
    engine: { type: "string", multiple: true, default: ["foretab"] },
    rounds: { type: "string", default: "3" },
  },
});

const { url, server } = await serve(values.models);
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}`);
for (const model of positionals) {
  const engines = new Map<string, Running>();
  try {
    for (const name of values.engine) {
      console.error(`${model}: starting ${name}`);
      const engine = await ENGINES[name]?.start(model, { url, models: values.models });
      if (engine === undefined) throw new Error(`no engine ${name}`);
      engines.set(name, engine);
    }
    console.error(`${model}: measuring`);
    const results = await measure(engines, Number(values.rounds));
    const load = loadavg().map((load) => load.toFixed(1));
    console.log(`\n### ${model}, load ${load.join(" ")}\n\n${table(results)}`);
  } finally {
    for (const engine of engines.values()) await engine.close();
  }
}
server.close();
