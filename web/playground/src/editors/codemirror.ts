import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, undo } from "@codemirror/commands";
import { go } from "@codemirror/lang-go";
import { javascript } from "@codemirror/lang-javascript";
import { python } from "@codemirror/lang-python";
import { rust } from "@codemirror/lang-rust";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { Mode, TextChange } from "@foretab/client";
import { nextEdit, requestNextEdit, shownNextEdit, toggleNextEditLanguage } from "@foretab/codemirror";
import { classHighlighter } from "@lezer/highlight";
import { theme } from "../theme.js";
import type { EditorSetup, PlaygroundEditor } from "./editor.js";
import { languageOf } from "./languages.js";

const LANGUAGES: Record<string, () => Extension> = {
  typescript: () => javascript({ typescript: true, jsx: true }),
  javascript: () => javascript({ jsx: true }),
  python: () => [python(), indentUnit.of("    ")],
  rust: () => [rust(), indentUnit.of("    ")],
  go: () => [go(), indentUnit.of("\t")],
};

/** A usual CodeMirror with `nextEdit` in it. */
export function createCodeMirror({ parent, foretab, open, changed, files }: EditorSetup): PlaygroundEditor {
  const usual: Extension = [
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ activateOnTyping: false }),
    syntaxHighlighting(classHighlighter),
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
    EditorView.darkTheme.of(theme.dark),
  ];
  const states = new Map<string, EditorState>();
  const suggestions = new Compartment();
  let mode: Mode = "eager";
  for (const [path, doc] of files) {
    const name = EditorView.contentAttributes.of({ "aria-label": path });
    const told = EditorView.updateListener.of(({ docChanged, changes, state }) => {
      if (!docChanged) return;
      const list: TextChange[] = [];
      changes.iterChanges((from, to, _fromB, _toB, text) => list.push({ from, to, insert: text.toString() }));
      changed(path, list, state.selection.main.head);
    });
    const language = LANGUAGES[languageOf(path)]?.() ?? [];
    const extensions = [suggestions.of(nextEdit({ foretab, path, open, mode })), name, told, language, usual];
    states.set(path, EditorState.create({ doc, extensions }));
  }
  const view = new EditorView({ parent });
  let shown: string | undefined;

  const configure = () => {
    if (shown === undefined) return;
    const effects = suggestions.reconfigure(nextEdit({ foretab, path: shown, open, mode }));
    view.dispatch({ effects });
  };

  return {
    show(path, cursor) {
      if (shown) states.set(shown, view.state);
      shown = path;
      const state = states.get(path);
      if (state) view.setState(state);
      if (mode !== "eager") configure();
      if (cursor !== undefined) view.dispatch({ selection: { anchor: cursor }, scrollIntoView: true });
    },
    text: () => view.state.doc.toString(),
    cursor: () => view.state.selection.main.head,
    setMode(wanted) {
      mode = wanted;
      configure();
    },
    toggleLanguage: () => void toggleNextEditLanguage(view),
    focus: () => view.focus(),
    select(from, to) {
      const selection = { anchor: from, head: to };
      view.dispatch({ selection, effects: EditorView.scrollIntoView(from, { y: "nearest", yMargin: 60 }) });
    },
    type(text) {
      view.dispatch({ ...view.state.replaceSelection(text), userEvent: "input.type", scrollIntoView: true });
    },
    undo: () => void undo(view),
    request: () => void requestNextEdit(view),
    offers: () => Boolean(shownNextEdit(view.state)),
    dispose: () => view.destroy(),
  };
}
