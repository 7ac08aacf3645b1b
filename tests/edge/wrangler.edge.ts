// The configurations of Cloudflare Workers, used by wrangler.

import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Prediction } from "@foretab/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ALONE, edge, KEY, startWrangler, WRANGLER } from "./server.js";
import { answer, situation } from "./situation.js";
import { says, Upstream } from "./upstream.js";

/** Requests of a key in a minute, in place of those of the configuration. */
const LIMIT = 5;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "foretab-wrangler-"));
  await cp(join(edge, "dist"), join(folder, "dist"), { recursive: true });
  for (const name of ["wrangler.jsonc", "wrangler-openai.jsonc"]) {
    const config = await readFile(join(edge, name), "utf8");
    await writeFile(join(folder, name), config.replace('"limit": 600', `"limit": ${LIMIT}`));
  }
});
afterAll(() => rm(folder, { recursive: true, maxRetries: 5 }));

test.each([
  ["wrangler.jsonc", 10],
  ["wrangler-openai.jsonc", 3],
])("%s: what would be uploaded has less than %i MB", async (config, megabytes) => {
  const options = ["deploy", "--dry-run", "--outdir", join(folder, "out"), "--config", config];
  const env = { ...process.env, ...ALONE };
  const { stdout } = await promisify(execFile)(process.execPath, [...WRANGLER, ...options], {
    cwd: folder,
    env,
  });
  const [, kilobytes] = /gzip: ([\d.]+) KiB/.exec(stdout) ?? [];
  expect(Number(kilobytes)).toBeLessThan((megabytes * 1e6) / 1024);
  expect(stdout).toMatch(/RATE_LIMITER.*Rate Limit/);
  expect(stdout).not.toContain("WARNING");
});

test("wrangler dev: a secret, an answer, and the limit of the binding", async () => {
  const upstream = new Upstream();
  upstream.behaviour = says(answer);
  const secrets = { FORETAB_KEYS: KEY, OPENAI_URL: await upstream.start(), OPENAI_MODEL: "sweep" };
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(folder, ".dev.vars"), lines.join(""));
  const server = await startWrangler("wrangler-openai.jsonc", folder);

  const stranger = { headers: { authorization: "Bearer another" } };
  expect((await server.fetch("/v1/models", stranger)).status).toBe(401);
  const response = await server.post("/v1/next-edit", situation);
  expect(response.status).toBe(200);
  const { suggestions } = (await response.json()) as Prediction;
  expect(suggestions.map(({ insert }) => insert)).toEqual([" * rate"]);
  const statuses: number[] = [];
  // A minute of the binding may end in between.
  for (let asked = 0; asked < 3 * LIMIT; asked += 1) statuses.push((await server.fetch("/v1/models")).status);
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(2 * LIMIT);
  expect(statuses).toContain(429);
  await server.stop();
  await upstream.stop();
});
