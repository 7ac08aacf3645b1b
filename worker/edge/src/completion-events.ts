// Reads the server-sent events of `/v1/completions`.

import { createParser } from "eventsource-parser";
import * as v from "valibot";
import type { Said } from "../../../crates/wasm/pkg/foretab.js";
import { Problem } from "./problem.js";

/** Characters of an answer for each token that it may have: no vocabulary has many that are longer. */
const CHARACTERS = 32;
/** Bytes of a stream for each of these characters: an event for each token, with all that comes along. */
const BYTES = 64;

/** An event; llama.cpp and vLLM send a last one without choices, for the usage. */
const event = v.object({
  choices: v.array(v.object({ text: v.optional(v.string(), ""), finish_reason: v.nullish(v.string()) })),
});

/**
 * What the server says, as it comes. Throws a `Problem` where that is not what was agreed; ends without an end of the
 * answer where the server does. Ending the iteration cancels the stream, unless the answer had ended: then it is read to
 * its end, so that its connection can be used again.
 */
export async function* completionEvents(
  response: Response,
  maxTokens: number,
): AsyncGenerator<Said, void, void> {
  const malformed = () => new Problem(502, "upstream-malformed", "The engine's answer cannot be read.");
  if (!response.body || !/^text\/event-stream/i.test(response.headers.get("content-type") ?? "")) {
    throw malformed();
  }
  let events: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => events.push(data) });
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = response.body.getReader();
  let room = maxTokens * CHARACTERS;
  let bytes = room * BYTES;
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes -= value.length;
      if (bytes < 0) throw malformed();
      parser.feed(decode(decoder, value, malformed));
      for (const data of events) {
        if (data === "[DONE]") return;
        for (const said of read(data, malformed)) {
          if ("text" in said) room -= said.text.length;
          ended = "ended" in said;
          // An engine that goes on for ever has not ended by itself.
          yield room < 0 ? { ended: "length" } : said;
        }
      }
      events = [];
    }
  } finally {
    if (ended) await rest(reader);
    else await reader.cancel().catch(() => {});
  }
}

async function rest(reader: ReadableStreamDefaultReader): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // It has said all that is wanted.
  }
}

function decode(decoder: TextDecoder, bytes: Uint8Array, malformed: () => Problem): string {
  try {
    return decoder.decode(bytes, { stream: true });
  } catch {
    throw malformed();
  }
}

function read(data: string, malformed: () => Problem): Said[] {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    throw malformed();
  }
  const result = v.safeParse(event, json);
  if (!result.success) throw malformed();
  const [choice] = result.output.choices;
  if (!choice) return [];
  const { text, finish_reason: reason } = choice;
  const said: Said[] = text ? [{ text }] : [];
  if (reason === "stop" || reason === "length") said.push({ ended: reason });
  else if (reason) throw malformed();
  return said;
}
