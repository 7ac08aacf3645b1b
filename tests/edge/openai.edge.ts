// The engine `openai` in workerd and in Deno, beside a server that does what each test has it do.

import { connect } from "node:net";
import type { Prediction } from "@foretab/client";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { KEY, runtimes, type Server } from "./server.js";
import { answer, situation } from "./situation.js";
import { type Behaviour, type Exchange, pause, says, Upstream } from "./upstream.js";

const upstream = new Upstream();
describe.each(runtimes)("%s", (runtime, start) => {
  let server: Server;
  beforeAll(async () => {
    const variables = {
      OPENAI_URL: await upstream.start(),
      OPENAI_MODEL: "sweep",
      OPENAI_KEY: "upstream-key",
      OPENAI_TIMEOUT: "2000",
      OPENAI_EXTRA: '{"cache_prompt":true}',
    };
    server = await start(variables);
  });
  afterAll(async () => {
    await server.stop();
    await upstream.stop();
  });
  beforeEach(() => {
    upstream.exchanges.length = 0;
  });

  const ask = (init: RequestInit = {}, asked: unknown = situation) =>
    server.post("/v1/next-edit", asked, init);

  const used = {
    from: situation.text.indexOf("sum;\n}") + 3,
    to: situation.text.indexOf("sum;\n}") + 3,
    insert: " * rate",
    kind: "insertion",
    atCursor: false,
  };

  /** The status and the problem's code with which the edge answers where the server behaves like this. */
  async function problem(behaviour: Behaviour): Promise<[number, string]> {
    upstream.behaviour = behaviour;
    const response = await ask();
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const { type } = (await response.json()) as { type: string };
    return [response.status, type.replace("urn:foretab:problem:", "")];
  }

  async function until(holds: () => boolean): Promise<void> {
    for (let tries = 0; tries < 500 && !holds(); tries += 1) await pause(10);
    expect(holds()).toBe(true);
  }

  test("a suggestion from what the server says", async () => {
    upstream.behaviour = says(answer);
    const response = await ask();
    expect(response.status).toBe(200);
    const { outcome, suggestions } = (await response.json()) as Prediction;
    expect([outcome, suggestions]).toEqual(["suggestions", [used]]);
    const { headers, body } = upstream.last.asked;
    expect(headers.authorization).toBe("Bearer upstream-key");
    expect(body).toMatchObject({ model: "sweep", temperature: 0, stream: true, cache_prompt: true });
    expect(body.stop).toEqual(["<|file_sep|>", "<|endoftext|>"]);
    expect(body.prompt).toBe(
      `<|file_sep|>original/src/price.ts\n${situation.before}<|file_sep|>current/src/price.ts\n` +
        `${situation.text}<|file_sep|>updated/src/price.ts\n`,
    );
  });

  test("events, where the client takes those", async () => {
    upstream.behaviour = says(answer);
    const response = await ask({ headers: { accept: "text/event-stream" } });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const events = [...(await response.text()).matchAll(/^event: (\w+)\ndata: (.*)$/gm)];
    const [suggestion, prediction] = events.map(([, name, data]) => ({ name, data: JSON.parse(data ?? "") }));
    expect(suggestion).toEqual({ name: "suggestion", data: used });
    expect(prediction).toMatchObject({ name: "prediction", data: { outcome: "suggestions" } });
  });

  test("one connection for one request after the other", async () => {
    upstream.behaviour = says(situation.text);
    await ask();
    const { connections } = upstream;
    for (let asked = 0; asked < 3; asked += 1) expect((await ask()).status).toBe(200);
    expect(upstream.connections - connections).toBeLessThanOrEqual(1);
  });

  test("nothing where the server leaves the window as it is", async () => {
    upstream.behaviour = says(situation.text);
    expect(await (await ask()).json()).toMatchObject({ outcome: "nothing", suggestions: [] });
  });

  test("an answer that has rejoined the window stops the server", async () => {
    const lines = answer.split("\n");
    lines[0] = lines[0]?.replace("rate", "tax") ?? "";
    upstream.behaviour = async (exchange) => {
      exchange.begin();
      for (const line of lines) {
        if (!exchange.open) return;
        exchange.chunk(`${line}\n`);
        // The edge has time to stop it.
        for (let waited = 0; waited < 100 && exchange.chunks >= 3 && exchange.open; waited += 1)
          await pause(10);
      }
    };
    const { suggestions } = (await (await ask()).json()) as Prediction;
    expect(suggestions).toHaveLength(1);
    await until(() => upstream.last.closedAfter >= 0);
    // The changed line and the two that are the window's own, and one on its way.
    expect(upstream.last.closedAfter).toBeLessThanOrEqual(4);
  });

  test("a suggestion is there before the server has said the next one", async () => {
    const [first, second] = [answer.replace("Item[], rate", "Item[], tax"), answer.replace("sum * rate", "")];
    const start = answer.indexOf("    sum +=");
    let shown = false;
    upstream.behaviour = async (exchange) => {
      exchange.begin();
      exchange.chunk(first.slice(0, start));
      for (let tries = 0; tries < 500 && !shown && exchange.open; tries += 1) await pause(10);
      if (!exchange.open) return;
      exchange.chunk(second.slice(start), "stop");
      exchange.end();
    };
    const response = await ask({ headers: { accept: "text/event-stream" } });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      text += next.value;
      if (!shown && text.includes("event: suggestion\ndata:")) {
        expect(upstream.last.chunks).toBe(1);
        shown = true;
      }
    }
    expect(shown).toBe(true);
  });

  /** Sends three pieces, and what is allowed by `more`. */
  let more = 0;
  const slow: Behaviour = async (exchange) => {
    more = 0;
    exchange.begin();
    while (exchange.open) {
      if (exchange.chunks < 3 + more) exchange.chunk("function");
      await pause(10);
    }
  };

  /** Until the edge closes the connection after the client has gone: at once, or with the next piece. */
  async function stopped(): Promise<void> {
    for (let tries = 0; tries < 100 && upstream.last.open; tries += 1) await pause(10);
    more = 1;
    await until(() => upstream.last.closedAfter >= 0);
    expect(upstream.last.closedAfter).toBeLessThanOrEqual(4);
  }

  test("a client that goes away stops the server", async () => {
    upstream.behaviour = slow;
    const client = new AbortController();
    // Who only closes the connection is noticed by writing, and without events nothing is written.
    const response = ask({ signal: client.signal, headers: { accept: "text/event-stream" } });
    const text = response.then((answered) => answered.text());
    text.catch(() => {});
    await until(() => upstream.exchanges.length > 0 && upstream.last.chunks >= 3);
    client.abort();
    await stopped();
  });

  // Deno does not say it.
  test.runIf(runtime === "workerd")(
    "a client of JSON that breaks the connection stops the server",
    async () => {
      upstream.behaviour = slow;
      const { hostname, port } = new URL(server.url);
      const client = connect(Number(port), hostname);
      client.on("error", () => {});
      const body = JSON.stringify(situation);
      const headers = [
        "POST /v1/next-edit HTTP/1.1",
        `host: ${hostname}`,
        `authorization: Bearer ${KEY}`,
        "content-type: application/json",
        `content-length: ${Buffer.byteLength(body)}`,
      ];
      client.write(`${headers.join("\r\n")}\r\n\r\n${body}`);
      await until(() => upstream.exchanges.length > 0 && upstream.last.chunks >= 3);
      client.resetAndDestroy();
      await stopped();
      await until(() => server.output.includes('"status":499'));
    },
  );

  test("one retry where the connection breaks before there is an answer", async () => {
    let tries = 0;
    upstream.behaviour = (exchange) => {
      tries += 1;
      if (tries === 1) exchange.response.destroy();
      else return says(answer)(exchange);
    };
    expect((await ask()).status).toBe(200);
    expect(tries).toBe(2);
    expect(await problem(({ response }) => void response.destroy())).toEqual([502, "upstream-failed"]);
    // Where it kept a connection, Deno's own `fetch` tries once more, too.
    expect([4, ...(runtime === "Deno" ? [5] : [])]).toContain(upstream.exchanges.length);
  });

  const raw = (text: string) => (exchange: Exchange) => {
    exchange.begin();
    exchange.response.end(text);
  };

  test.each<[string, Behaviour, number, string]>([
    ["500", ({ response }) => void response.writeHead(500).end("secret"), 502, "upstream-failed"],
    ["429", ({ response }) => void response.writeHead(429).end(), 503, "upstream-busy"],
    ["silent", () => {}, 504, "upstream-timeout"],
    [
      "quiet after a piece",
      (exchange) => {
        exchange.begin();
        exchange.chunk("f");
      },
      504,
      "upstream-timeout",
    ],
    [
      "cut off",
      (exchange) => {
        exchange.begin();
        exchange.chunk("f");
        setTimeout(() => exchange.response.destroy(), 50);
      },
      502,
      "upstream-failed",
    ],
    [
      "no end of the answer",
      raw('data: {"choices":[{"text":"f"}]}\n\ndata: [DONE]\n\n'),
      502,
      "upstream-failed",
    ],
    ["no JSON", raw("data: {]\n\n"), 502, "upstream-malformed"],
    ["other JSON", raw('data: {"error":"no"}\n\n'), 502, "upstream-malformed"],
    [
      "no UTF-8",
      ({ response }) =>
        void response
          .writeHead(200, { "content-type": "text/event-stream" })
          .end(Buffer.from([0x64, 0xff, 0xfe, 0xc0])),
      502,
      "upstream-malformed",
    ],
    [
      "no events",
      ({ response }) => void response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
      502,
      "upstream-malformed",
    ],
  ])("a server that does not behave: %s", async (_name, behaviour, status, code) => {
    expect(await problem(behaviour)).toEqual([status, code]);
    upstream.behaviour = says(answer);
    expect((await ask()).status).toBe(200);
  });

  test("an endless answer ends", async () => {
    upstream.behaviour = async (exchange) => {
      exchange.begin();
      while (exchange.open) {
        exchange.chunk("the same again and again\n".repeat(100));
        await pause(0);
      }
    };
    expect(await (await ask()).json()).toMatchObject({ outcome: "nothing", dropped: [{ reason: "length" }] });
    await until(() => upstream.last.closedAfter >= 0);
  });

  test("comments, other fields and a last event without choices are read over", async () => {
    const piece = JSON.stringify({ choices: [{ text: answer, finish_reason: null, logprobs: null }] });
    const last = JSON.stringify({ choices: [{ text: "", finish_reason: "stop" }], usage: {} });
    upstream.behaviour = raw(
      `: ping\r\n\r\nid: 1\ndata: ${piece}\n\n: ping\n\ndata: ${last}\n\ndata: [DONE]\n\n`,
    );
    expect(await (await ask()).json()).toMatchObject({ suggestions: [used] });
  });
});
