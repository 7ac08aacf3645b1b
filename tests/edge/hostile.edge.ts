// Requests that nobody should make.

import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Prediction } from "@foretab/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KEY, type Server, startWorkerd } from "./server.js";
import { answer, situation } from "./situation.js";
import { says, Upstream } from "./upstream.js";

const upstream = new Upstream();
let server: Server;
beforeAll(async () => {
  upstream.behaviour = says(answer);
  server = await startWorkerd("workerd-openai", {
    OPENAI_URL: await upstream.start(),
    OPENAI_MODEL: "sweep",
    FORETAB_PER_MINUTE: "1000000",
  });
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

/** Numbers that are the same each time (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Bad = [path: string, body: string | Uint8Array, headers?: Record<string, string>];

const native = "/v1/next-edit";
const sweep = "/backend/next_edit_autocomplete";
const fields = Object.keys(situation);
const sweepRequest = {
  file_path: "a.ts",
  file_contents: "let a = '😀';\n",
  recent_changes: "File: a.ts\n@@ -1 +1 @@\n-let b\n+let a\n",
  cursor_position: 0,
};
const json = JSON.stringify;
const bytes = (text: string) => new TextEncoder().encode(text);

/** Ways to be wrong; `at` and `of` choose among those of a kind. */
const kinds: ((pick: (below: number) => number) => Bad)[] = [
  // Fields that are missing, or of another type.
  (pick) => {
    const field = ["path", "text", "cursor"][pick(3)] ?? "";
    return [native, json({ ...situation, [field]: undefined })];
  },
  (pick) => {
    const wrong = [null, -1, 0.5, 1e20, [], {}, true, [1], [null], [{}]][pick(10)];
    const field = fields.filter((name) => !Array.isArray(wrong) || wrong.length || name !== "history")[
      pick(4)
    ];
    return [native, json({ ...situation, [field ?? "path"]: wrong })];
  },
  // Offsets outside of the text, and inside of a character.
  (pick) => [native, json({ ...situation, cursor: situation.text.length + 1 + pick(1000) })],
  (pick) => {
    const text = `${"x".repeat(pick(50))}😀\n`;
    return [native, json({ ...situation, text, cursor: text.length - 2 })];
  },
  (pick) => {
    const text = `${"x".repeat(pick(50))}😀\n`;
    const diagnostics = [{ from: 0, to: text.length - 2, message: "", severity: "error" }];
    return [native, json({ ...situation, text, cursor: 0, diagnostics })];
  },
  (pick) => [sweep, json({ ...sweepRequest, use_bytes: true, cursor_position: 10 + pick(3) })],
  () => [sweep, json({ ...sweepRequest, cursor_position: 10 })],
  (pick) => [sweep, json({ ...sweepRequest, use_bytes: pick(2) === 0, cursor_position: 19 + pick(99) })],
  // Half a character.
  (pick) => {
    const half = ["\\ud83d", "\\ude00", "\\ud83dx", "\\ude00\\ud83d"][pick(4)];
    return [native, json({ ...situation, text: "HALF" }).replace("HALF", half ?? "")];
  },
  // Control tokens in texts and paths.
  (pick) => {
    const token = ["<|file_sep|>", "<|endoftext|>", "<|im_start|>", "<|fim_middle|>"][pick(4)] ?? "";
    const text = situation.text.replace("sum = 0", `sum = "${token}"`);
    return [
      native,
      json({ ...situation, text, before: undefined, history: [{ path: "b", old: "a", new: "b" }] }),
    ];
  },
  (pick) => [native, json({ ...situation, path: `src/<|file_sep|>${pick(1000)}.ts` })],
  (pick) => [native, json({ ...situation, path: `a${String.fromCharCode(pick(32))}b.ts` })],
  (pick) => [native, json({ ...situation, path: "a/".repeat(513 + pick(1000)) })],
  // Deep and wide JSON.
  (pick) => {
    const depth = 9 + pick(50_000);
    const [open, close] = pick(2) ? ["[", "]"] : ['{"a":', "}"];
    return [native, `{"text":${open?.repeat(depth)}1${close?.repeat(depth)}}`];
  },
  (pick) => [native, "[".repeat(1 + pick(100_000))],
  (pick) => [native, json({ ...situation, context: Array(17 + pick(100)).fill({ path: "a", text: "b" }) })],
  (pick) => [
    native,
    json({ ...situation, history: Array(65 + pick(100)).fill({ path: "a", old: "", new: "b" }) }),
  ],
  // No JSON, no UTF-8, not what the headers say.
  (pick) => [native, json(situation).slice(0, -1 - pick(200))],
  (pick) => [native, Uint8Array.from({ length: 1 + pick(100) }, () => 0x80 + pick(0x80))],
  (pick) => [
    native,
    json(situation),
    { "content-type": ["text/plain", "application/x-json", ""][pick(3)] ?? "" },
  ],
  (pick) => [
    native,
    json(situation),
    { "content-encoding": ["gzip", "br", "zstd", "deflate"][pick(4)] ?? "" },
  ],
  (pick) => {
    const whole = pick(2) ? gzipSync(json(situation)) : brotliCompressSync(json(situation));
    const encoding = whole[0] === 0x1f ? "gzip" : "br";
    return [
      pick(2) ? native : sweep,
      whole.subarray(0, pick(whole.length)),
      { "content-encoding": encoding },
    ];
  },
  // Keys that are none.
  (pick) => {
    const key =
      [`Bearer ${KEY}x`, `Bearer ${KEY.slice(0, -1)}`, "Bearer", KEY, `Basic ${KEY}`][pick(5)] ?? "";
    return [native, json(situation), { authorization: key }];
  },
  (pick) => [native, json(situation), { origin: `https://${pick(1000)}.example` }],
  // Addresses that there are not.
  (pick) => [`/v1/${pick(1000)}`, json(situation)],
];

/** What is too large to be made thousands of times. */
const large: Bad[] = [
  [native, json({ ...situation, text: "a".repeat(1_000_000) })],
  [native, gzipSync("a".repeat(50_000_000)), { "content-encoding": "gzip" }],
  [sweep, brotliCompressSync(Buffer.alloc(50_000_000)), { "content-encoding": "br" }],
  [native, bytes(`"${"\\\\".repeat(600_000)}`)],
];

async function send([path, body, headers]: Bad): Promise<Response> {
  const all = { "content-type": "application/json", ...headers };
  return server.fetch(path, { method: "POST", headers: all, body: body as BodyInit });
}

test("10,000 malformed requests get a 4xx, and good ones are answered in between", async () => {
  const pick = random(7);
  const statuses = new Map<number, number>();
  for (let sent = 0; sent < 10_000; sent += 50) {
    const requests = Array.from({ length: 50 }, (_, index) => {
      const make = kinds[(sent + index) % kinds.length];
      if (!make) throw new Error("no kind");
      return { kind: make.toString(), bad: make(pick) };
    });
    await Promise.all(
      requests.map(async ({ kind, bad }) => {
        const response = await send(bad);
        const detail = await response.text();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        expect(Math.floor(response.status / 100), `${kind}: ${response.status} ${detail}`).toBe(4);
        expect(response.headers.get("content-type")).toBe("application/problem+json");
      }),
    );
    if (sent % 1000 === 0) {
      const good = (await (await server.post(native, situation)).json()) as Prediction;
      expect(good.suggestions).toHaveLength(1);
    }
  }
  expect([...statuses.keys()].sort()).toEqual([400, 401, 403, 404, 415, 422]);
  for (const bad of large) expect((await send(bad)).status).toBe(413);
  expect((await server.post(native, situation)).status).toBe(200);
});

test("nothing of a request is in the log", async () => {
  await server.post(native, {
    ...situation,
    path: "SECRET.ts",
    text: situation.text.replace("sum", "SECRET"),
  });
  await server.post(native, { ...situation, cursor: "SECRET" });
  await server.fetch("/v1/SECRET?SECRET=1");
  expect(server.output).toContain('"route":"/v1/next-edit"');
  expect(server.output).not.toContain("SECRET");
  expect(server.output).not.toContain(KEY);
});
