import type { TextChange, Unit } from "@foretab/client";
import type * as Monaco from "monaco-editor";
import type { MonacoApi } from "./options.js";
import type { ModelSession } from "./session.js";

/**
 * What Monaco has no commands for, or for ghost text only:
 *
 * | Action | Key | |
 * |---|---|---|
 * | `foretab.acceptNextWord` | Ctrl/Cmd+→ | accepts the next word of an edit that the cursor touches |
 * | `foretab.acceptNextLine` | | the same with the next line |
 * | `foretab.acceptAll` | Shift+Alt+Enter | accepts every edit on offer for this document: one step of the undo history |
 * | `foretab.showNext`, `foretab.showPrevious` | Alt+], Alt+[ | show another edit of those that wait |
 *
 * The keys for words and for others are Monaco's own, and are ours only while an edit is on show.
 */
export class Actions implements Monaco.IDisposable {
  readonly #subscriptions: Monaco.IDisposable[] = [];
  readonly #offered: Monaco.editor.IContextKey<boolean> | undefined;

  constructor(
    { KeyCode, KeyMod }: MonacoApi,
    readonly editor: Monaco.editor.ICodeEditor,
    readonly session: () => ModelSession | null,
  ) {
    if (!isStandalone(editor)) return;
    this.#offered = editor.createContextKey("foretabOffered", false);
    const add = (id: string, label: string, precondition: string, keys: number[], run: () => void) => {
      const action = { id: `foretab.${id}`, label, precondition, keybindings: keys, run };
      this.#subscriptions.push(editor.addAction(action));
    };
    const edit = "inlineEditIsVisible && !editorReadonly";
    const { CtrlCmd, Alt, Shift } = KeyMod;
    add("acceptNextWord", "Accept Next Word of Edit", edit, [CtrlCmd | KeyCode.RightArrow], () => {
      if (!this.#part("word")) editor.trigger("foretab", "cursorWordEndRight", undefined); // the key's elsewhere
    });
    add("acceptNextLine", "Accept Next Line of Edit", edit, [], () => this.#part("line"));

    const offered = "foretabOffered && !suggestWidgetVisible && !inSnippetMode && !editorReadonly";
    const controller = () => session()?.controller;
    add("acceptAll", "Accept All Edits", offered, [Shift | Alt | KeyCode.Enter], () => {
      const all = controller()?.all();
      if (all) this.#accept(all.edits, all.cursor);
    });
    add("showNext", "Show Next Edit", offered, [Alt | KeyCode.BracketRight], () =>
      controller()?.show("next"),
    );
    add("showPrevious", "Show Previous Edit", offered, [Alt | KeyCode.BracketLeft], () =>
      controller()?.show("previous"),
    );
  }

  /** What is on offer may have changed. */
  update(): void {
    this.#offered?.set(this.session()?.controller.view != null);
  }

  dispose(): void {
    this.#offered?.reset();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #part(unit: Unit): boolean {
    const part = this.session()?.controller.part(unit);
    if (part) this.#accept([part.edit], part.cursor);
    return part != null;
  }

  #accept(edits: readonly TextChange[], cursor: number): void {
    const session = this.session();
    if (!session) return;
    const { editor } = this;
    editor.pushUndoStop();
    editor.executeEdits(
      "foretab",
      edits.map((edit) => ({ range: session.range(edit), text: edit.insert })),
    );
    editor.pushUndoStop();
    editor.setPosition(session.model.getPositionAt(cursor));
  }
}

/** Only these take actions; the others are Monaco's own. */
function isStandalone(editor: Monaco.editor.ICodeEditor): editor is Monaco.editor.IStandaloneCodeEditor {
  return "addAction" in editor;
}
