import type { StateEffect, Transaction } from "@codemirror/state";
import { EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { Controller, drawn, type EditKind, type ForetabDocument, type TextChange } from "@foretab/client";
import { nextEditConfig } from "./config.js";
import {
  acceptedNextEdit,
  isEditable,
  isListOpen,
  isPlain,
  nextEditField,
  type ShownEdit,
  setNextEdit,
} from "./state.js";

/** After `compositionend` CodeMirror still settles the text; ms. */
const COMPOSITION_SETTLES = 60;

/** Tells the controller what happens in the view, and puts what it offers into the state. */
class NextEdit implements PluginValue {
  readonly controller: Controller;
  readonly #document: ForetabDocument;
  readonly #opened: boolean;
  #queued = false;
  #destroyed = false;

  constructor(readonly view: EditorView) {
    const config = view.state.facet(nextEditConfig);
    if (!config) throw new RangeError("nextEdit is not configured");
    const { foretab, path, open } = config;
    this.#opened = foretab.document(path) === undefined;
    this.#document = foretab.open(path, view.state.doc.toString());
    this.controller = new Controller({
      foretab,
      document: this.#document,
      open,
      onChange: () => this.#later(),
    });
    const { head } = view.state.selection.main;
    if (isEditable(view.state)) this.controller.entered(head);
    else this.controller.moved(head, false);
  }

  update(update: ViewUpdate): void {
    const { main } = update.state.selection;
    if (update.docChanged) {
      const changes: TextChange[] = [];
      update.changes.iterChanges((from, to, _fromB, _toB, text) => {
        changes.push({ from, to, insert: text.toString() });
      });
      this.controller.changed(changes, main.head, editKind(update.transactions));
    }
    const plain = isPlain(update.state);
    if (update.selectionSet || plain !== isPlain(update.startState)) this.controller.moved(main.head, plain);
    if (isListOpen(update.state) !== isListOpen(update.startState)) this.#later();
  }

  composing(active: boolean): void {
    if (active) this.controller.composing(true);
    else setTimeout(() => !this.view.composing && this.controller.composing(false), COMPOSITION_SETTLES);
  }

  destroy(): void {
    this.#destroyed = true;
    this.controller.dispose();
    if (this.#opened) this.#document.dispose();
  }

  /** A view must not be updated from within an update; nothing is painted before a microtask. */
  #later(): void {
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      // A decoration that changes beside the text of a composition would end it.
      if (!this.#destroyed && !this.view.composing) this.#show();
    });
  }

  #show(): void {
    const { state } = this.view;
    const had = state.field(nextEditField).edit;
    const edit = this.#edit();
    if (same(had, edit)) return;
    const effects: StateEffect<unknown>[] = [setNextEdit.of(edit)];
    const known = had?.from === edit?.from && had?.place === edit?.place && had?.key === edit?.key;
    if (edit && !known) {
      effects.push(EditorView.announce.of(this.#announcement(edit)));
    }
    this.view.dispatch({ effects });
  }

  #edit(): ShownEdit | null {
    const view = this.controller.view;
    if (!view) return null;
    const { suggestion, place, document, remaining } = view;
    const key = view.tab && !isListOpen(this.view.state) ? "Tab" : "Alt-Enter";
    if (document !== undefined) {
      return { from: 0, to: 0, insert: suggestion.insert, place, document, remaining, key, ghost: false };
    }
    const cursor = this.view.state.selection.main.head;
    const { edit, ghost } = drawn(suggestion, this.#document.text, cursor);
    const { from, to, insert } = edit;
    return { from, to, insert, place, document, remaining, key, ghost };
  }

  #announcement({ document, from, place, key }: ShownEdit): string {
    const { state } = this.view;
    if (document !== undefined) return state.phrase("Edit suggested in $1, $2 goes there", document, key);
    const line = String(state.doc.lineAt(from).number);
    return place === "here"
      ? state.phrase("Edit suggested on line $1, $2 accepts", line, key)
      : state.phrase("Edit suggested on line $1, $2 goes there", line, key);
  }
}

export const nextEditPlugin = ViewPlugin.fromClass(NextEdit, {
  eventObservers: {
    compositionstart() {
      this.composing(true);
    },
    compositionend() {
      this.composing(false);
    },
  },
});

function editKind(transactions: readonly Transaction[]): EditKind {
  const changing = transactions.filter((transaction) => transaction.docChanged);
  if (changing.some((tr) => tr.isUserEvent("undo") || tr.isUserEvent("redo"))) return "undo";
  if (changing.some((tr) => tr.annotation(acceptedNextEdit))) return "accepted";
  const byUser = ["input", "delete", "move"];
  return changing.some((tr) => byUser.some((event) => tr.isUserEvent(event))) ? "typed" : "other";
}

function same(a: ShownEdit | null, b: ShownEdit | null): boolean {
  if (!a || !b) return a === b;
  return (Object.keys(a) as (keyof ShownEdit)[]).every((key) => a[key] === b[key]);
}
