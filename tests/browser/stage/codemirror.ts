import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { EditorSelection, EditorState, Transaction } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import type { Foretab } from "@foretab/client";
import { nextEdit } from "@foretab/codemirror";
import { same } from "./same.js";
import type { Setup, StageEditor } from "./setup.js";

export interface Parameters {
  parent: HTMLElement;
  path: string;
  text: string;
  foretab: Foretab;
  open: (path: string, offset: number) => void;
  setup: Setup;
}

export function create({ parent, path, text, foretab, open, setup }: Parameters): StageEditor {
  const view = new EditorView({
    parent,
    doc: text,
    extensions: [
      setup.without === "same" ? same(setup.answers ?? []) : [],
      setup.without ? [] : nextEdit({ foretab, path, open, mode: setup.mode ?? "eager" }),
      lineNumbers(),
      history(),
      drawSelection(),
      autocompletion({ activateOnTyping: false }),
      EditorState.allowMultipleSelections.of(true),
      EditorState.readOnly.of(setup.readOnly ?? false),
      EditorView.contentAttributes.of({ "aria-label": path }),
      EditorView.darkTheme.of(setup.dark ?? false),
      EditorView.perLineTextDirection.of(true),
      keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
    ],
  });
  return {
    text: () => view.state.doc.toString(),
    cursor: () => view.state.selection.main.head,
    cursors: () => view.state.selection.ranges.map((range) => range.head),
    setCursors: (offsets) => {
      const cursors = offsets.map((offset) => EditorSelection.cursor(offset));
      view.dispatch({ selection: EditorSelection.create(cursors, 0) });
    },
    // As @codemirror/collab marks what it receives.
    remote: (changes) =>
      view.dispatch({
        changes,
        annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(false)],
      }),
    coordinates: (offset) => view.coordsAtPos(offset) as DOMRect,
    isReachable: () => true, // what is drawn is in the state that the keys look at
    focus(offset) {
      view.focus();
      if (offset !== undefined) view.dispatch({ selection: { anchor: offset }, scrollIntoView: true });
    },
    dispose: () => view.destroy(),
  };
}
