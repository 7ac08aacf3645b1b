// Our passes as an engine.

import type { Engine } from "../engine.js";

/** One pass; the token that is likeliest after the last of its tokens. */
export type Forward = (position: number, tokens: number[], rows: number) => Promise<number>;

/** `floor` says what a pass takes at best, in milliseconds. */
export function ours(
  version: string,
  forward: Forward,
  floor?: (position: number, tokens: number, rows: number) => number,
): Engine {
  let end = 0;
  const engine: Engine = {
    version,
    async prefill(prompt) {
      end = prompt.length;
      return forward(0, prompt, 1);
    },
    // A draft is verified by the most likely token after each of its tokens.
    async verify(tokens) {
      await forward(end, tokens, tokens.length);
    },
    async decode(first, count) {
      const tokens = [first];
      for (let i = 0; i < count; i++) tokens.push(await forward(end + i, tokens.slice(-1), 1));
      return tokens.slice(1);
    },
  };
  if (!floor) return engine;
  return {
    ...engine,
    floor(task) {
      switch (task.kind) {
        case "nothing":
          return 0;
        case "prefill":
          return floor(0, task.prompt.length, 1);
        case "verify":
          return floor(end, task.tokens.length, task.tokens.length);
        case "decode":
          return task.count * floor(end, 1, 1);
      }
    },
  };
}
