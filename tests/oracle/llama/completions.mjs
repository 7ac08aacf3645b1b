// llama.cpp behind `/v1/completions`, one request at a time and a token an event: a serving engine for the tests of
// the edge, and for whoever has no llama-server.
//
//     node engine.mjs && node completions.mjs MODEL [PORT]

import { createServer } from "node:http";
import { startLlama } from "./engines.mjs";

/** Tokens that prompt and answer may take together. */
const CONTEXT = 4096;

/**
 * Serves a model, a GGUF file, on this machine. Answers have at most `longest` tokens; what was asked and said is in
 * `exchanges`, the last one last.
 */
export async function serve(modelPath, { port = 0, longest = Number.POSITIVE_INFINITY } = {}) {
  const llama = await startLlama();
  const model = await llama.loadModel({ modelPath });
  const exchanges = [];

  async function complete(request, response) {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const { prompt, max_tokens: most, stop = [] } = JSON.parse(Buffer.concat(pieces));
    const exchange = { prompt, tokens: [...model.tokenize(prompt, true)], said: [], ended: "" };
    exchanges.push(exchange);
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (text, reason) =>
      response.write(`data: ${JSON.stringify({ choices: [{ text, finish_reason: reason }] })}\n\n`);
    const stops = stop.flatMap((name) => model.tokenize(name, true));
    const context = await model.createContext({ contextSize: CONTEXT, sequences: 1, threads: 1 });
    let text = "";
    for await (const token of context.getSequence().evaluate(exchange.tokens, { temperature: 0 })) {
      if (response.destroyed) exchange.ended = "gone";
      else if (model.isEogToken(token) || stops.includes(token)) exchange.ended = "stop";
      else if (exchange.said.push(token) === Math.min(most, longest)) exchange.ended = "length";
      const all = model.detokenize(exchange.said);
      // A character that tokens share comes with the last of them.
      if (!all.endsWith("\ufffd")) {
        send(all.slice(text.length), null);
        text = all;
      }
      if (exchange.ended) break;
    }
    await context.dispose();
    if (exchange.ended !== "gone") send("", exchange.ended);
    response.end("data: [DONE]\n\n");
  }

  let last = Promise.resolve();
  const server = createServer((request, response) => {
    last = last.then(() => complete(request, response)).catch((cause) => response.destroy(cause));
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await last;
    await model.dispose();
  };
  return { url: `http://127.0.0.1:${server.address().port}/v1`, exchanges, stop };
}

if (process.argv[1] === import.meta.filename) {
  const [model, port = "8080"] = process.argv.slice(2);
  const { url } = await serve(model, { port: Number(port) });
  console.log(`Listening on ${url}`);
}
