// Stands in for the worker of @foretab/client: it has no model but two answers by heart, the uses of the
// function that the sample's `total` was renamed to, in its file and then in others, and what `f(x, y, z)` becomes. So the editors are tested whatever the model has learnt.

import { cancelled } from "./cancelled.js"; // of @foretab/client: see playground.ts

const texts = new Map();
/** Change events of each document, and of all. */
const versions = new Map();
let version = 0;

addEventListener("message", async ({ data }) => {
  switch (data.type) {
    case "load": {
      const status = { name: "recorded", backend: "cpu", device: "", context: 0, bytes: 0, dialect: "" };
      return postMessage({ type: "loaded", id: data.id, status });
    }
    case "open":
      versions.set(data.document, 0);
      return texts.set(data.document, data.text);
    case "close":
      return texts.delete(data.document);
    case "change":
      version++;
      versions.set(data.document, versions.get(data.document) + 1);
      return texts.set(data.document, changed(texts.get(data.document), data.changes));
    case "predict": {
      const asked = version;
      await new Promise((resolve) => setTimeout(resolve, 30));
      const others = data.elsewhere ? [...texts.keys()].filter((path) => path !== data.document) : [];
      const path =
        [data.document, ...others].find((path) => answer(texts.get(path)).length > 0) ?? data.document;
      const suggestions = asked === version ? answer(texts.get(path)) : [];
      const document = path === data.document ? undefined : path;
      const outcome = asked !== version ? "cancelled" : suggestions.length > 0 ? "suggestions" : "nothing";
      const prediction = { ...cancelled(), outcome, suggestions, document, version: versions.get(path) };
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
  const isRenamed = [...texts.values()].some((text) => text.includes("function grandTotal("));
  if (!isRenamed) return [];
  return [...text.matchAll(/\btotal\(/g)].map(({ index: from }) => {
    return { from, to: from + 1, insert: "grandT", kind: "replacement", atCursor: false };
  });
}
