import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { nextEdit } from "@foretab/codemirror";
import { classHighlighter } from "@lezer/highlight";
import { darkScheme } from "../scheme.js";
import type { EditorSetup, PlaygroundEditor } from "./editor.js";

/** A usual CodeMirror with `nextEdit` in it. */
export function createCodeMirror({ parent, foretab, open, files }: EditorSetup): PlaygroundEditor {
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
    javascript({ typescript: true }),
    syntaxHighlighting(classHighlighter),
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
    EditorView.darkTheme.of(darkScheme.matches),
  ];
  const states = new Map<string, EditorState>();
  for (const [path, doc] of files) {
    const name = EditorView.contentAttributes.of({ "aria-label": path });
    const extensions = [nextEdit({ foretab, path, open }), name, usual];
    states.set(path, EditorState.create({ doc, extensions }));
  }
  const view = new EditorView({ parent });
  let shown: string | undefined;

  return {
    show(path, cursor) {
      if (shown) states.set(shown, view.state);
      shown = path;
      const state = states.get(path);
      if (state) view.setState(state);
      if (cursor !== undefined) view.dispatch({ selection: { anchor: cursor }, scrollIntoView: true });
    },
    text: () => view.state.doc.toString(),
    cursor: () => view.state.selection.main.head,
    focus: () => view.focus(),
    dispose: () => view.destroy(),
  };
}
