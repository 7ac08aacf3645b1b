// Sweep's protocol, asked as Sweep's own editor client asks it: its fields, its headers, a body in brotli.

import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runtimes, type Server } from "./server.js";
import { answer, situation } from "./situation.js";
import { says, Upstream } from "./upstream.js";

const upstream = new Upstream();
/** What the client of VS Code sends for a document; offsets are bytes of UTF-8. */
function request(text: string, before: string, cursor: string) {
  const [old, now] = [before, text].map((whole) => whole.split("\n").slice(0, 2));
  const hunk = ["@@ -1,2 +1,2 @@", `-${old?.[0]}`, `+${now?.[0]}`, ` ${now?.[1]}`].join("\n");
  const chunk = { start_line: 0, end_line: 1, timestamp: 1_700_000_000_000 };
  return {
    debug_info: "VSCode (1.99.0) - OS: linux x64 - Sweep v0.5.0",
    repo_name: "shop",
    file_path: "/home/me/shop/src/price.ts",
    file_contents: text,
    original_file_contents: before,
    cursor_position: Buffer.byteLength(text.slice(0, text.indexOf(cursor) + cursor.length)),
    recent_changes: `File: src/price.ts:\n${hunk}\n`,
    changes_above_cursor: true,
    multiple_suggestions: true,
    file_chunks: [{ ...chunk, file_path: "src/item.ts", content: "export interface Item {}" }],
    retrieval_chunks: [{ ...chunk, file_path: "diagnostics", content: "src/price.ts:1:1: error: no" }],
    editor_diagnostics: [
      { line: 1, start_offset: 0, end_offset: 8, severity: "error", message: "no", timestamp: 0 },
    ],
    recent_user_actions: [
      { action_type: "INSERT_CHAR", line_number: 0, offset: 9, file_path: "src/price.ts", timestamp: 0 },
    ],
    use_bytes: true,
    privacy_mode_enabled: true,
  };
}

const comment = "// 😀 prices, ü\n";
const text = situation.text.replace("  let sum", `  ${comment}  let sum`);
const before = situation.before?.replace("  let sum", `  ${comment}  let sum`) ?? "";

describe.each(runtimes)("%s", (_runtime, start) => {
  let server: Server;
  beforeAll(async () => {
    server = await start({ OPENAI_URL: await upstream.start(), OPENAI_MODEL: "sweep" });
  });
  afterAll(async () => {
    await server.stop();
    await upstream.stop();
  });

  async function send(
    body: object,
    compress = brotliCompressSync as (data: string) => Buffer,
    encoding = "br",
  ) {
    const headers = { "content-type": "application/json", "content-encoding": encoding };
    const data = compress(JSON.stringify(body)) as BodyInit;
    const response = await server.fetch("/backend/next_edit_autocomplete", {
      method: "POST",
      headers,
      body: data,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    return JSON.parse(await response.text());
  }

  test.each([
    ["br", brotliCompressSync as (data: string) => Buffer],
    ["gzip", gzipSync as (data: string) => Buffer],
  ])("a suggestion in bytes, asked in %s", async (encoding, compress) => {
    upstream.behaviour = says(answer.replace("  let sum", `  ${comment}  let sum`));
    const body = request(text, before, ", rate: number");
    const found = await send(body, compress, encoding);
    const at = Buffer.byteLength(text.slice(0, text.indexOf("sum;\n}") + 3));
    expect(found).toMatchObject({
      start_index: at,
      end_index: at,
      completion: " * rate",
      finish_reason: "stop",
    });
    expect(found.autocomplete_id).toMatch(/^[0-9a-f-]{36}-0$/);
    expect(found.completions).toHaveLength(1);
    // The newest change is in the pair of windows, and so it is nowhere else.
    const { prompt } = upstream.last.asked.body;
    expect(prompt).toBe(
      "<|file_sep|>src/item.ts\nexport interface Item {}\n" +
        `<|file_sep|>original//home/me/shop/src/price.ts\n${before}` +
        `<|file_sep|>current//home/me/shop/src/price.ts\n${text}` +
        "<|file_sep|>updated//home/me/shop/src/price.ts\n",
    );
  });

  test("offsets in UTF-16, as other clients have them", async () => {
    upstream.behaviour = says(answer.replace("  let sum", `  ${comment}  let sum`));
    const cursor = text.indexOf(", rate: number") + ", rate: number".length;
    const found = await send({
      ...request(text, before, ", rate"),
      use_bytes: false,
      cursor_position: cursor,
    });
    expect(found.start_index).toBe(text.indexOf("sum;\n}") + 3);
  });

  test("an empty answer where there is nothing to suggest", async () => {
    upstream.behaviour = says(text);
    const found = await send(request(text, before, ", rate: number"));
    expect(found).toMatchObject({ start_index: 0, end_index: 0, completion: "", confidence: 0 });
  });
});
