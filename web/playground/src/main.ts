import { createForetab, type Mode } from "@foretab/client";
import { Actions } from "./actions.js";
import { byId, segmented, select } from "./dom.js";
import { Notice } from "./notice.js";
import { keepForOffline } from "./offline/register.js";
import { figuresCard } from "./panel/figures-card.js";
import { ModelPanel, type PageBackend } from "./panel/model-panel.js";
import { answerCard, promptCard } from "./panel/model-text.js";
import { PredictionPanel } from "./panel/prediction-panel.js";
import { requestsLine } from "./panel/requests-line.js";
import { FIRST_STORY, StoryBar } from "./story/bar.js";
import { FileTabs } from "./tabs.js";
import { type Choice, theme } from "./theme.js";
import { type EditorName, Workspace } from "./workspace.js";

const parameters = new URLSearchParams(location.search);
const backend = oneOf<PageBackend>(parameters.get("backend"), ["auto", "gpu", "cpu", "rule"]);
const model = parameters.get("model") ?? undefined;
const threads = Number(parameters.get("threads")) || undefined;
const repeat = { yes: true, no: false }[parameters.get("repeat") ?? ""];

// Monaco is large: the page does not wait for it, but it is there before it is asked for.
const monaco = import("./editors/monaco.js");
const foretab = createForetab({ model, backend, threads, repeat });
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

const editorName = oneOf<EditorName>(parameters.get("editor"), ["codemirror", "monaco"]);
const tabs = new FileTabs(byId("tabs"), (path) => workspace.show(path));
const workspace = new Workspace({ foretab, parent: byId("editor"), tabs, monaco }, editorName);
const story = new StoryBar(foretab, workspace, showModelChoice);
byId("story").append(story.element);
for (const name of ["keydown", "pointerdown"]) {
  byId("editor").addEventListener(name, ({ isTrusted }) => isTrusted && story.pause(), { capture: true });
}
lightKeys(byId("keys"));

const editors = { codemirror: "CodeMirror", monaco: "Monaco" };
const themes: Record<Choice, string> = { system: "Theme: auto", light: "Theme: light", dark: "Theme: dark" };
const themeSwitch = select("Theme", themes, "theme");
themeSwitch.value = theme.choice;
themeSwitch.addEventListener("change", () => theme.choose(themeSwitch.value as Choice));
theme.addEventListener("change", () => void workspace.restart());
byId("switches").append(
  segmented<EditorName>("editor", "Editor", editors, editorName, (name) => void workspace.useEditor(name)),
  themeSwitch,
);

const notice = new Notice(byId("notice"));
const actions = new Actions({ foretab, workspace, story, notice });
byId("actions").append(...actions.buttons);
actions.acceptDrops(byId("panel")); // which takes models
window.addEventListener("hashchange", () => void actions.openLinked());
keepForOffline(() => notice.show("note", "A newer version of this page is there. Reload to have it."));
if (!(await actions.openLinked())) await story.show(FIRST_STORY);

/** Opens and shows the part of the panel where another model is chosen. */
function showModelChoice(): void {
  const choice = modelPanel.element.querySelector("details");
  if (!choice) return;
  choice.open = true;
  choice.scrollIntoView({ block: "center" });
  choice.querySelector("summary")?.focus();
}

function oneOf<Value extends string>(value: string | null, values: [Value, ...Value[]]): Value {
  return values.find((known) => known === value) ?? values[0];
}

/** Keys that are listed light up when they are pressed, by the user or by a story. */
function lightKeys(list: HTMLElement): void {
  const names: Record<string, string> = { Tab: "Tab", Escape: "Esc" };
  document.addEventListener(
    "keydown",
    ({ key }) => {
      const cap = [...list.querySelectorAll("kbd")].find(({ textContent }) => textContent === names[key]);
      cap?.classList.add("pressed");
      setTimeout(() => cap?.classList.remove("pressed"), 400);
    },
    { capture: true },
  );
}

// For whoever drives this page from outside.
Object.assign(window, {
  foretab: {
    text: () => workspace.editor?.text() ?? "",
    cursor: () => workspace.editor?.cursor() ?? 0,
    toggleLanguage: () => workspace.editor?.toggleLanguage(),
    setMode: (mode: Mode) => workspace.editor?.setMode(mode),
  },
});
