import type { Unit } from "@foretab/client";
import type * as Monaco from "monaco-editor";
import type { MonacoApi } from "./options.js";
import type { ModelSession } from "./session.js";

/**
 * Commands that accept the next word or line of an edit that the cursor touches, which Monaco has for ghost text only.
 * The word's is on Monaco's own key, while an edit is on show.
 */
export function acceptParts(
  { KeyCode, KeyMod }: MonacoApi,
  editor: Monaco.editor.ICodeEditor,
  session: () => ModelSession | null,
): Monaco.IDisposable[] {
  if (!isStandalone(editor)) return [];
  const accept = (unit: Unit, otherwise?: string) => () => {
    const part = session()?.part(unit);
    if (!part) {
      if (otherwise) editor.trigger("foretab", otherwise, undefined);
      return;
    }
    editor.pushUndoStop();
    editor.executeEdits("foretab", [part.edit]);
    editor.pushUndoStop();
    editor.setPosition(part.position());
  };
  const precondition = "inlineEditIsVisible && !editorReadonly";
  return [
    editor.addAction({
      id: "foretab.acceptNextWord",
      label: "Accept Next Word of Edit",
      keybindings: [KeyMod.CtrlCmd | KeyCode.RightArrow],
      precondition,
      run: accept("word", "cursorWordEndRight"), // what the key does elsewhere
    }),
    editor.addAction({
      id: "foretab.acceptNextLine",
      label: "Accept Next Line of Edit",
      precondition,
      run: accept("line"),
    }),
  ];
}

/** Only these take actions; the others are Monaco's own. */
function isStandalone(editor: Monaco.editor.ICodeEditor): editor is Monaco.editor.IStandaloneCodeEditor {
  return "addAction" in editor;
}
