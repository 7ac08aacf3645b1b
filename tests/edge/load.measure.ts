// Many clients at once against workerd with the engine `openai`, on this machine alone.

import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Prediction } from "@foretab/client";
import { expect, test } from "vitest";
import { processorTime, resident } from "./memory.js";
import { edge, startWorkerd } from "./server.js";
import { answer, situation } from "./situation.js";
import { type Behaviour, pause, Upstream } from "./upstream.js";

const CLIENTS = Number(process.env.CLIENTS ?? 200);
const SECONDS = Number(process.env.SECONDS ?? 60);
/** Megabytes that JavaScript may take: V8 ends the process that wants more. */
const HEAP = 64;

/** Each client's parameter has a name of its own, so that an answer that went to another one is noticed. */
const named = (text: string, client: number) => text.replaceAll("rate", `rate${client}`);

/** Says what the client whose prompt it is should be told, in pieces as engines do. */
const says: Behaviour = async (exchange) => {
  const client = Number(/rate(\d+)/.exec(exchange.asked.body.prompt)?.[1]);
  exchange.begin();
  for (const [piece] of named(answer, client).matchAll(/.{1,20}/gsu)) {
    if (!exchange.open) return;
    exchange.chunk(piece);
    await pause(5);
  }
  exchange.chunk("", "stop");
  exchange.end();
};

/** The folder of the worker, with a configuration that limits its memory. */
async function limited(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "foretab-edge-"));
  const bundle = "dist/workerd-openai";
  await cp(join(edge, bundle), join(folder, bundle), { recursive: true });
  const config = await readFile(join(edge, "workerd-openai.capnp"), "utf8");
  const flags = `(\n  v8Flags = ["--max-old-space-size=${HEAP}"],`;
  await writeFile(join(folder, "workerd-openai.capnp"), config.replace("(", flags));
  return folder;
}

test(`${CLIENTS} clients for ${SECONDS} s`, async () => {
  const upstream = new Upstream();
  upstream.behaviour = says;
  upstream.remembers = false;
  const folder = await limited();
  const variables = {
    OPENAI_URL: await upstream.start(),
    OPENAI_MODEL: "sweep",
    FORETAB_PER_MINUTE: "10000000",
    FORETAB_LOG: "off",
  };
  const server = await startWorkerd("workerd-openai", variables, folder);
  const times: number[] = [];
  const memory: number[] = [];
  let wrong = 0;
  let lost = 0;
  const end = performance.now() + SECONDS * 1000;
  const before = await processorTime(server.pid);
  const client = async (number: number) => {
    const { path, text, before: old = "", cursor, ...others } = situation;
    const at = named(text.slice(0, cursor), number).length;
    const asked = { ...others, path, text: named(text, number), before: named(old, number), cursor: at };
    while (performance.now() < end) {
      const began = performance.now();
      try {
        const response = await server.post("/v1/next-edit", asked);
        const { suggestions } = (await response.json()) as Prediction;
        if (suggestions?.length !== 1 || suggestions[0]?.insert !== ` * rate${number}`) wrong += 1;
      } catch {
        lost += 1;
      }
      times.push(performance.now() - began);
    }
  };
  const watching = (async () => {
    while (performance.now() < end) {
      memory.push((await resident(server.pid)).now);
      await pause(1000);
    }
  })();
  await Promise.all([watching, ...Array.from({ length: CLIENTS }, (_, number) => client(number))]);
  const processor = (await processorTime(server.pid)) - before;
  await server.stop();
  await upstream.stop();
  await rm(folder, { recursive: true });

  times.sort((a, b) => a - b);
  const quantile = (share: number) => Math.round(times[Math.floor(times.length * share)] ?? Number.NaN);
  const megabytes = (bytes: number | undefined) => Math.round((bytes ?? Number.NaN) / 1e6);
  const half = memory.slice(0, Math.ceil(memory.length / 2));
  console.log(
    [
      "| clients | seconds | requests | per second | p50 ms | p99 ms | wrong | lost | CPU ms each | MB half-way | MB at most |",
      "|---|---|---|---|---|---|---|---|---|---|---|",
      `| ${[
        CLIENTS,
        SECONDS,
        times.length,
        Math.round(times.length / SECONDS),
        quantile(0.5),
        quantile(0.99),
        wrong,
        lost,
        (processor / times.length).toFixed(1),
        megabytes(Math.max(...half)),
        megabytes(Math.max(...memory)),
      ].join(" | ")} |`,
    ].join("\n"),
  );
  expect([wrong, lost]).toEqual([0, 0]);
});
