// Stands in for the worker of @foretab/client, with the answers that a test gives it in its name: see setup.ts.

import { cancelled } from "../../../web/client/dist/cancelled.js";

const { answers, wait, early } = JSON.parse(self.name);
/** Path to text, version and cursor. */
const documents = new Map();
/** What an answer is due for. One user, so one at a time. */
let due;
let requests = 0;
/** An input method composes; nothing is asked meanwhile. */
let composing = false;

addEventListener("message", ({ data }) => {
  const { document, moment } = data;
  const known = documents.get(document);
  if (data.type === "load") {
    const status = { name: "answers", backend: "cpu", device: "", context: 0, bytes: 0, dialect: "" };
    postMessage({ type: "loaded", id: data.id, status });
  } else if (data.type === "open") {
    documents.set(document, { text: data.text, version: 0, cursor: 0 });
  } else if (data.type === "close") {
    documents.delete(document);
    if (due?.document === document) due = undefined;
  } else if (data.type === "change") {
    takeUp(known, data);
  } else if (data.type === "user") {
    const { event } = data;
    takeUp(known, event);
    const others = event.type === "edited" && event.kind === "other";
    const stays = event.type === "edited" && composing; // only a newer request ends one, and none is made then
    if (["edited", "left", "dismissed"].includes(event.type) && !others && !stays) due = undefined;
    const typed = event.type === "edited" && (event.kind === "typed" || event.kind === "accepted");
    if (event.type === "composing") composing = event.active;
    const composed = event.type === "composing" && !composing;
    if (((typed || composed) && !composing) || event.type === "asked") ask(data);
    postMessage({ type: "awaited", documents: due ? [due] : [], moment });
  }
});

function takeUp(known, { changes, cursor }) {
  if (changes) {
    known.version++;
    for (const { from, to, insert } of changes.toSorted((a, b) => b.from - a.from)) {
      known.text = known.text.slice(0, from) + insert + known.text.slice(to);
    }
  }
  if (cursor !== undefined) known.cursor = cursor;
}

async function ask({ document, moment, elsewhere }) {
  const { version, cursor } = documents.get(document);
  const request = ++requests;
  const asked = { document, version };
  due = asked;
  postMessage({
    type: "event",
    request,
    document,
    event: { type: "prompt", text: "", tokens: 0, cached: 0 },
  });
  const others = elsewhere ? [...documents.keys()].filter((path) => path !== document) : [];
  const path = [document, ...others].find((path) => answer(path, cursor).length > 0) ?? document;
  const suggestions = answer(path, cursor);
  const about = { document: path === document ? undefined : path, version: documents.get(path).version };
  if (early !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, early));
    const offer = { suggestions: suggestions.slice(0, 1), cursor, ...about };
    if (due === asked) postMessage({ type: "suggestions", document, offer, moment });
  }
  await new Promise((resolve) => setTimeout(resolve, wait));
  const outcome = due !== asked ? "cancelled" : suggestions.length > 0 ? "suggestions" : "nothing";
  const prediction = { ...cancelled(), outcome, suggestions, cursor, ...about };
  postMessage({ type: "prediction", request, document, prediction, moment });
  if (due !== asked) return;
  due = undefined;
  postMessage({ type: "awaited", documents: [], moment });
}

function answer(path, cursor) {
  const { text } = documents.get(path) ?? { text: "" };
  return answers
    .flatMap(([marked, insert]) => {
      const [before, replaced, after] = marked.split(/[«»]/);
      const piece = before + replaced + after;
      const found = [];
      for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
        const from = at + before.length;
        const kind = replaced === "" ? "insertion" : insert === "" ? "deletion" : "replacement";
        found.push({ from, to: from + replaced.length, insert, kind, atCursor: from === cursor });
      }
      return found;
    })
    .sort((a, b) => a.from - b.from);
}
