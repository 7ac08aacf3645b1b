// Stands in for the worker of @foretab/client: it has no model but two answers by heart, the uses of the
// function that the sample's `total` was renamed to, in its file and then in others, and what `f(x, y, z)` becomes. So the editors are tested whatever the model has learnt.

import { cancelled } from "./cancelled.js"; // of @foretab/client: see playground.ts

const texts = new Map();
const versions = new Map();
/** From an edit to the answer, in ms: the longest wait after typing, and what a fast model takes. */
const WAIT = 330;
/** The document that an answer is due for, at which version. */
let due;

addEventListener("message", async ({ data }) => {
  const { document, moment } = data;
  const awaited = () => postMessage({ type: "awaited", documents: due ? [due] : [], moment });
  switch (data.type) {
    case "load": {
      const status = { name: "recorded", backend: "cpu", device: "", context: 0, bytes: 0, dialect: "" };
      return postMessage({ type: "loaded", id: data.id, status });
    }
    case "open":
      versions.set(document, 0);
      return texts.set(document, data.text);
    case "close":
      return texts.delete(document);
    case "change":
      return edited(document, data.changes);
    case "user": {
      const { type, kind, changes, cursor = 0 } = data.event;
      if (type === "left" || type === "dismissed") due = undefined;
      if (type === "edited") edited(document, changes);
      else if (type !== "asked") return awaited();
      const version = versions.get(document);
      const asked =
        type === "asked" || kind === "typed" || kind === "accepted" ? { document, version } : undefined;
      due = asked;
      awaited();
      await new Promise((resolve) => setTimeout(resolve, WAIT));
      if (!asked || due !== asked) return;
      due = undefined;
      const others = data.elsewhere ? [...texts.keys()].filter((path) => path !== document) : [];
      const path = [document, ...others].find((path) => answer(texts.get(path)).length > 0) ?? document;
      const suggestions = answer(texts.get(path));
      const outcome = suggestions.length > 0 ? "suggestions" : "nothing";
      const about = { document: path === document ? undefined : path, version: versions.get(path) };
      const prediction = { ...cancelled(), outcome, suggestions, cursor, ...about };
      postMessage({ type: "prediction", request: version, document, prediction, moment });
      return awaited();
    }
  }
});

function edited(document, changes) {
  versions.set(document, versions.get(document) + 1);
  texts.set(document, changed(texts.get(document), changes));
}

/** The text after a change event. */
function changed(text, changes) {
  let result = text;
  for (const { from, to, insert } of [...changes].sort((a, b) => b.from - a.from)) {
    result = result.slice(0, from) + insert + result.slice(to);
  }
  return result;
}

function answer(text) {
  const argument = text.indexOf("g(a)") + "g(".length;
  if (text.includes("g(a)")) {
    return [
      { from: argument, to: argument + 1, insert: "first, second", kind: "replacement", atCursor: false },
    ];
  }
  const at = text.indexOf("f(x, y, z)");
  if (at < 0) return renamed(text);
  const from = at + "f(x, ".length;
  const to = from + "y, z".length;
  return [{ from, to, insert: "y=10, z=20", kind: "replacement", atCursor: true }];
}

/** Each `total(`, shrunk to what differs. */
function renamed(text) {
  const isRenamed = [...texts.values()].some((text) => text.includes("function grandTotal("));
  if (!isRenamed) return [];
  return [...text.matchAll(/\btotal\(/g)].map(({ index: from }) => {
    return { from, to: from + 1, insert: "grandT", kind: "replacement", atCursor: false };
  });
}
