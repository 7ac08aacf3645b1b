// `POST /v1/next-edit`: JSON in; JSON out, or server-sent events.

import type { Prediction, Situation } from "@foretab/client";
import type { Client, Engine } from "./engine.js";
import { Problem } from "./problem.js";

/** Predicts. A place that the model may not be asked about because of what stands there is the client's mistake. */
export async function predict(engine: Engine, situation: Situation, client: Client): Promise<Prediction> {
  const prediction = await engine.predict(situation, client);
  const refused = prediction.dropped.find(({ reason }) => reason === "control-token" || reason === "path");
  if (prediction.outcome === "skipped" && refused) {
    throw new Problem(422, refused.reason, "The text near the cursor, or a path, spells a control token.");
  }
  return prediction;
}

/** A client on its way: who has gone, and how far the answer is, can be told later than it is asked. */
export class Waiting implements Client {
  readonly gone = new AbortController();
  /** Is told of progress. */
  listener: () => void = () => {};

  get signal(): AbortSignal {
    return this.gone.signal;
  }

  progress(): void {
    this.listener();
  }
}

/**
 * An event `suggestion` for each, then `prediction` with all that came of the request; or `problem`. While the answer
 * grows there are comments: a runtime may notice only by writing that a client has gone.
 */
export function eventStream(prediction: Promise<Prediction>, client: Waiting): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const write = (text: string) => {
        if (!client.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      const send = (event: string, data: unknown) =>
        write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      client.listener = () => write(":\n\n");
      // Headers are only sent with the first bytes.
      client.listener();
      try {
        const result = await prediction;
        for (const suggestion of result.suggestions) send("suggestion", suggestion);
        send("prediction", result);
      } catch (cause) {
        send("problem", (cause instanceof Problem ? cause : new Problem(500, "defect", "A defect.")).body);
      }
      if (!client.signal.aborted) controller.close();
    },
    cancel() {
      client.gone.abort();
    },
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}
