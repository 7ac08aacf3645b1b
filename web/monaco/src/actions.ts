import type { TextChange, Unit } from "@foretab/client";
import type * as Monaco from "monaco-editor";
import type { MonacoApi } from "./options.js";
import type { ModelSession } from "./session.js";
import type { Speech } from "./speech.js";

/**
 * What Monaco has no commands for, or for ghost text only:
 *
 * | Action | Key | |
 * |---|---|---|
 * | `foretab.accept` | Alt+Enter | goes to the edit, then accepts it: always, where Tab may be the editor's |
 * | `foretab.indent` | Tab | what Tab does without an edit; only in leading white space, unless the edit is on that line or the user has just accepted one |
 * | `foretab.acceptWhole` | Tab | accepts an edit of emoji, of which Monaco would apply a half |
 * | `foretab.acceptNextWord` | Ctrl/Cmd+→ | accepts the next word of an edit that the cursor touches |
 * | `foretab.acceptNextLine` | | the same with the next line |
 * | `foretab.acceptAll` | Shift+Alt+Enter | accepts every edit on offer for this document: one step of the undo history |
 * | `foretab.showNext`, `foretab.showPrevious` | Alt+], Alt+[ | show another edit of those that wait |
 * | `foretab.request` | Alt+\ | asks for an edit |
 * | `foretab.toggleLanguage` | | switches suggestions off or on for the model's language, in all editors of the page, and remembers it; where they are off, asking for one still works |
 *
 * But for Alt+\ the keys are the editor's while no edit is on show. The keys for words and for the next and the previous one are those
 * that Monaco has for ghost text. The rest of Tab is Monaco's: it stays with the list of completions while that is
 * open, and indents on an empty line and where lines are selected; in a snippet nothing is on show.
 */
export class Actions implements Monaco.IDisposable {
  readonly #subscriptions: Monaco.IDisposable[] = [];
  readonly #offered: Monaco.editor.IContextKey<boolean> | undefined;
  /** Tab accepts the edit on show, but not by Monaco's command. */
  readonly #takes: Monaco.editor.IContextKey<boolean> | undefined;
  /** Tab is not for the edit on show. */
  readonly #indents: Monaco.editor.IContextKey<boolean> | undefined;

  constructor(
    { KeyCode, KeyMod }: MonacoApi,
    readonly editor: Monaco.editor.ICodeEditor,
    readonly session: () => ModelSession | null,
    speech: Speech,
    ask: () => void,
  ) {
    if (!isStandalone(editor)) return;
    this.#offered = editor.createContextKey("foretabOffered", false);
    this.#indents = editor.createContextKey("foretabIndents", false);
    this.#takes = editor.createContextKey("foretabTakes", false);
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

    const offered = "foretabOffered && !inSnippetMode && !editorReadonly";
    const controller = () => session()?.controller;
    add("accept", "Go to Edit or Accept It", offered, [Alt | KeyCode.Enter], () => this.act());
    const indents = "foretabIndents && editorTextFocus && !editorTabMovesFocus && !suggestWidgetVisible";
    add("indent", "Indent", `${indents} && !inSnippetMode`, [KeyCode.Tab], () =>
      editor.trigger("keyboard", "tab", undefined),
    );
    const takes = "foretabTakes && editorTextFocus && !editorTabMovesFocus && !suggestWidgetVisible";
    add("acceptWhole", "Accept Edit", `${takes} && !editorReadonly`, [KeyCode.Tab], () => this.act());
    add("acceptAll", "Accept All Edits", offered, [Shift | Alt | KeyCode.Enter], () => {
      const all = controller()?.all();
      if (all) this.#accept(all.edits, all.cursor);
    });
    add("showNext", "Show Next Edit", offered, [Alt | KeyCode.BracketRight], () =>
      controller()?.show("next"),
    );
    add("request", "Ask for an Edit", "editorTextFocus && !editorReadonly", [Alt | KeyCode.Backslash], ask);
    const label = "Switch Edit Suggestions for This Language Off or On";
    add("toggleLanguage", label, "", [], () => {
      const on = controller()?.toggleLanguage();
      speech.did(`Suggestions ${on ? "on" : "off"} for ${controller()?.language}`);
    });
    add("showPrevious", "Show Previous Edit", offered, [Alt | KeyCode.BracketLeft], () =>
      controller()?.show("previous"),
    );
  }

  /** What is on offer may have changed. */
  update(): void {
    const view = this.session()?.controller.view;
    this.#offered?.set(view != null);
    this.#indents?.set(view?.tab === false);
    this.#takes?.set(view?.tab === true && view.place === "here" && this.#isTakenApart(view.suggestion));
  }

  dispose(): void {
    this.#offered?.reset();
    this.#indents?.reset();
    this.#takes?.reset();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Goes to the edit on show, then accepts it. */
  act(): void {
    const session = this.session();
    const action = session?.controller.action();
    if (!session || !action) return;
    if (action.type === "open") session.controller.follow();
    else if (action.type === "accept") this.#accept([action.edit], action.cursor);
    else {
      this.editor.trigger("foretab", "editor.action.inlineSuggest.jump", undefined); // where it is Monaco's to show
      session.goTo(action.cursor);
      this.editor.revealPositionInCenterIfOutsideViewport(session.model.getPositionAt(action.cursor));
    }
  }

  /** Monaco applies an edit by the code units that differ, which for two emoji may be the half of one. */
  #isTakenApart({ from, to, insert }: TextChange): boolean {
    const session = this.session();
    const pairs = /[\u{10000}-\u{10ffff}]/u;
    if (!session || !pairs.test(insert)) return false;
    return pairs.test(session.model.getValueInRange(session.range({ from, to, insert })));
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
    session.goTo(cursor);
  }
}

/** Only these take actions; the others are Monaco's own. */
function isStandalone(editor: Monaco.editor.ICodeEditor): editor is Monaco.editor.IStandaloneCodeEditor {
  return "addAction" in editor;
}
