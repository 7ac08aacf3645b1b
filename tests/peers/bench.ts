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

for (const name of values.engine) {
  if (!(name in ENGINES)) throw new Error(`no engine ${name}`);
}

const leftOut = (name: string, error: unknown) => {
  console.error(`${name} is left out: ${error}`);
  process.exitCode = 1;
};

const { url, server } = await serve(values.models);
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}`);
for (const model of positionals) {
  const engines = new Map<string, Running>();
  for (const name of values.engine) {
    console.error(`${model}: starting ${name}`);
    await ENGINES[name]?.start(model, { url, models: values.models }).then(
      (engine) => engines.set(name, engine),
      (error) => leftOut(name, error),
    );
  }
  console.error(`${model}: measuring`);
  const results = await measure(engines, Number(values.rounds), leftOut);
  const load = loadavg().map((load) => load.toFixed(1));
  console.log(`\n### ${model}, load ${load.join(" ")}\n\n${table(results)}`);
  for (const engine of engines.values()) await engine.close();
}
server.close();
