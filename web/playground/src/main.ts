import { type BackendChoice, createForetab } from "@foretab/client";
import { byId, segmented } from "./dom.js";
import { createCodeMirror } from "./editors/codemirror.js";
import type { PlaygroundEditor } from "./editors/editor.js";
import { figuresCard } from "./panel/figures-card.js";
import { ModelPanel } from "./panel/model-panel.js";
import { answerCard, promptCard } from "./panel/model-text.js";
import { PredictionPanel } from "./panel/prediction-panel.js";
import { requestsLine } from "./panel/requests-line.js";
import { sample } from "./sample.js";
import { darkScheme } from "./scheme.js";
import { FileTabs } from "./tabs.js";

type EditorName = "codemirror" | "monaco";

const parameters = new URLSearchParams(location.search);
const backend = oneOf<BackendChoice>(parameters.get("backend"), ["auto", "gpu", "cpu"]);
const model = parameters.get("model") ?? undefined;
const threads = Number(parameters.get("threads")) || undefined;

// Monaco is large: the page does not wait for it, but it is there before it is asked for.
const monaco = import("./editors/monaco.js");
const foretab = createForetab({ model, backend, threads });
const modelPanel = new ModelPanel(foretab, backend);
modelPanel.source = model;
byId("panel").append(
  modelPanel.element,
  new PredictionPanel(foretab).element,
  answerCard(foretab),
  figuresCard(foretab),
  promptCard(foretab),
);
byId("keys").append(requestsLine(foretab, monaco));

// All files stay open, so that the model knows them whichever is on show.
const documents = sample.map(({ path, text }) => foretab.open(path, text));

let editorName = oneOf<EditorName>(parameters.get("editor"), ["codemirror", "monaco"]);
let path = sample[0]?.path ?? "";
let editor: PlaygroundEditor | undefined;
const tabs = new FileTabs(
  byId("tabs"),
  sample.map((file) => file.path),
  (selected) => open(selected),
);

/** Shows a file, as it was left or with the cursor there. */
function open(selected: string, offset?: number): void {
  path = selected;
  tabs.select(path);
  editor?.show(path, offset);
  editor?.focus();
}

/** Puts the chosen editor into the page, with the files as they are now. */
async function startEditor(): Promise<void> {
  const name = editorName;
  const create = name === "monaco" ? (await monaco).createMonaco : createCodeMirror;
  if (name !== editorName) return; // switched back meanwhile
  editor?.dispose();
  const files = new Map(documents.map((document) => [document.path, document.text]));
  editor = create({ parent: byId("editor"), foretab, open, files });
  tabs.select(path);
  editor.show(path);
}

const editors = { codemirror: "CodeMirror", monaco: "Monaco" };
byId("editor-switch").append(
  segmented<EditorName>("editor", "Editor", editors, editorName, (name) => {
    editorName = name;
    void startEditor();
  }),
);
darkScheme.addEventListener("change", () => void startEditor());
void startEditor();

function oneOf<Value extends string>(value: string | null, values: [Value, ...Value[]]): Value {
  return values.find((known) => known === value) ?? values[0];
}

// For whoever drives this page from outside.
Object.assign(window, {
  foretab: { text: () => editor?.text() ?? "", cursor: () => editor?.cursor() ?? 0 },
});
