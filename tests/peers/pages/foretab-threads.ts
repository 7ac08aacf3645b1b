// Ours on several threads: in a worker, because the thread of a page may not wait.

import { ours } from "./ours.js";
import { fetchModel, offer } from "./page.js";

const worker = new Worker(new URL("/pkg/worker.js", location.href), { type: "module" });

/** The worker's answer; it has one question at a time. */
function ask<Answer>(question: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(question);
  });
}

offer(async (name) => {
  const threads = Number(new URLSearchParams(location.search).get("threads"));
  const device = await ask<string>({ file: await fetchModel(name), threads });
  return ours(device, (position, tokens, rows) => ask({ position, tokens, rows }));
});
