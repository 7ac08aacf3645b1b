// Stands in for the worker of @foretab/client: it has no model but two answers by heart, the uses of the
// function that the sample's `total` was renamed to, and what `f(x, y, z)` becomes. So the editors are tested whatever the model has learnt.

import { cancelled } from "./cancelled.js"; // of @foretab/client: see playground.ts

const texts = new Map();
let version = 0;

addEventListener("message", async ({ data }) => {
  switch (data.type) {
    case "load": {
      const status = { name: "recorded", backend: "cpu", device: "", context: 0, bytes: 0, dialect: "" };
      return postMessage({ type: "loaded", id: data.id, status });
    }
    case "open":
      return texts.set(data.document, data.text);
    case "close":
      return texts.delete(data.document);
    case "change":
      version++;
      return texts.set(data.document, changed(texts.get(data.document), data.changes));
    case "predict": {
      const asked = version;
      await new Promise((resolve) => setTimeout(resolve, 30));
      const suggestions = asked === version ? answer(texts.get(data.document)) : [];
      const outcome = asked !== version ? "cancelled" : suggestions.length > 0 ? "suggestions" : "nothing";
      const prediction = { ...cancelled(), outcome, suggestions, version: asked };
      return postMessage({ type: "prediction", id: data.id, prediction });
    }
  }
});

/** The text after a change event. */
function changed(text, changes) {
  let result = text;
  for (const { from, to, insert } of [...changes].sort((a, b) => b.from - a.from)) {
    result = result.slice(0, from) + insert + result.slice(to);
  }
  return result;
}

function answer(text) {
  const at = text.indexOf("f(x, y, z)");
  if (at < 0) return renamed(text);
  const from = at + "f(x, ".length;
  const to = from + "y, z".length;
  return [{ from, to, insert: "y=10, z=20", kind: "replacement", atCursor: true }];
}

/** Each `total(`, shrunk to what differs. */
function renamed(text) {
  if (!text.includes("function grandTotal(")) return [];
  return [...text.matchAll(/\btotal\(/g)].map(({ index: from }) => {
    return { from, to: from + 1, insert: "grandT", kind: "replacement", atCursor: false };
  });
}
