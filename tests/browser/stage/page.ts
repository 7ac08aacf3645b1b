// A page with nothing but editors, for what the playground has no place for.

import { connect, createForetab } from "@foretab/client";
import type { Setup, StageEditor, StageHandle } from "./setup.js";

const parameters = new URLSearchParams(location.search);
const setup: Setup = JSON.parse(parameters.get("setup") ?? "{}");
const { answers, wait = 50, early } = setup;
const name = JSON.stringify({ answers, wait, early });
const worker =
  answers && (() => new Worker(new URL("./worker.js", import.meta.url), { type: "module", name }));
const { edge, backend = "cpu", rejoin, repeat = false } = setup;
const foretab =
  edge && backend === "edge"
    ? connect({ ...edge, repeat })
    : createForetab({ worker, edge, backend, rejoin, repeat });
const { create } =
  parameters.get("editor") === "monaco" ? await import("./monaco.js") : await import("./codemirror.js");
if (setup.still) {
  await import("./still.css");
  // Monaco measures the font when an editor is made.
  await Promise.all([400, 700].map((weight) => document.fonts.load(`${weight} 13px "DejaVu Mono"`)));
}

for (const [path, text] of Object.entries(setup.files)) {
  const times = Math.ceil((setup.lines ?? 0) / text.split("\n").length);
  setup.files[path] = Array(Math.max(times, 1)).fill(text).join("\n");
}
for (const [path, text] of Object.entries(setup.files)) foretab.open(path, text);
const shown = setup.shown ?? Object.keys(setup.files);
const editors = new Map<string, StageEditor>();
for (const path of shown) {
  const parent = document.body.appendChild(document.createElement("div"));
  parent.className = setup.dark ? "editor dark" : "editor";
  const text = setup.files[path] ?? "";
  const open = (path: string, offset: number) => editors.get(path)?.focus(offset);
  editors.set(path, create({ parent, path, text, foretab, open, setup }));
}

const asked: string[] = [];
const outcomes: string[] = [];
foretab.on("prompt", ({ document }) => asked.push(document));
foretab.on("prediction", ({ prediction }) => outcomes.push(prediction.outcome));
const became: string[] = [];
foretab.on("accepted", ({ how }) => became.push(how));
foretab.on("rejected", ({ why }) => became.push(why));
const events: string[] = [];
foretab.on("shown", () => events.push("shown"));
foretab.on("prediction", ({ prediction }) => events.push(prediction.outcome));
const focused = () =>
  [...document.querySelectorAll(".editor")].findIndex((one) => one.matches(":focus-within"));
const at = (editor = Math.max(focused(), 0)) => [...editors.values()][editor] as StageEditor;
const handle: StageHandle = {
  text: (editor) => at(editor).text(),
  cursor: (editor) => at(editor).cursor(),
  cursors: (editor) => at(editor).cursors(),
  setCursors: (offsets, editor) => at(editor).setCursors(offsets),
  remote: (changes, editor) => at(editor).remote(changes),
  coordinates: (offset, editor) => at(editor).coordinates(offset),
  isReachable: (editor) => at(editor).isReachable(),
  dispose: (editor) => at(editor).dispose(),
  asked,
  outcomes,
  became,
  events,
  backend: () => foretab.model?.backend,
};
await foretab.ready;
Object.assign(window, { foretab: handle });
