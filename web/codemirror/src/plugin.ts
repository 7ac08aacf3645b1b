import { language } from "@codemirror/language";
import type { EditorState, StateEffect, Transaction } from "@codemirror/state";
import { EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import {
  Controller,
  drawn,
  type EditKind,
  type ForetabDocument,
  type TextChange,
  watchAlt,
} from "@foretab/client";
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
  readonly #endWatch: () => void;
  #queued = false;
  #destroyed = false;

  constructor(readonly view: EditorView) {
    const config = view.state.facet(nextEditConfig);
    if (!config) throw new RangeError("nextEdit is not configured");
    const { foretab, path, mode, open } = config;
    this.#opened = foretab.document(path) === undefined;
    this.#document = foretab.open(path, view.state.doc.toString());
    this.controller = new Controller({
      foretab,
      document: this.#document,
      language: languageOf(view.state),
      mode,
      open,
      onChange: () => this.#later(),
    });
    const { head } = view.state.selection.main;
    if (isEditable(view.state)) this.controller.entered(head);
    else this.controller.moved(head, false);
    this.#endWatch = watchAlt(view.dom, (down) => this.controller.holding(down));
  }

  update(update: ViewUpdate): void {
    const { main } = update.state.selection;
    const mode = update.state.facet(nextEditConfig)?.mode ?? "eager";
    if (mode !== this.controller.mode) this.controller.mode = mode;
    const name = languageOf(update.state);
    if (name !== languageOf(update.startState)) this.controller.language = name;
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

  toggleLanguage(): void {
    const { state } = this.view;
    const on = this.controller.toggleLanguage();
    const { language } = this.controller;
    const message = on
      ? state.phrase("Suggestions on for $", language)
      : state.phrase("Suggestions off for $", language);
    this.view.dispatch({ effects: EditorView.announce.of(message) });
  }

  destroy(): void {
    this.#destroyed = true;
    this.#endWatch();
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
    const known = had?.from === edit?.from && had?.place === edit?.place;
    const form = had?.form === edit?.form && had?.key === edit?.key;
    if (edit && !(known && (form || edit.form === "hidden"))) {
      effects.push(EditorView.announce.of(this.#announcement(edit)));
    }
    this.view.dispatch({ effects });
  }

  #edit(): ShownEdit | null {
    const view = this.controller.view ?? this.controller.hidden;
    if (!view) return null;
    const { suggestion, place, document, remaining, collapsed } = view;
    const form = this.controller.hidden ? "hidden" : collapsed ? "mark" : "whole";
    const key = view.tab && !isListOpen(this.view.state) ? "Tab" : "Alt-Enter";
    const about = { place, document, remaining, form, key } as const;
    if (document !== undefined) return { from: 0, to: 0, insert: suggestion.insert, ghost: false, ...about };
    const cursor = this.view.state.selection.main.head;
    const { edit, ghost } = drawn(suggestion, this.#document.text, cursor);
    const { from, to, insert } = edit;
    return { from, to, insert, ghost, ...about };
  }

  #announcement({ document, from, place, form, key }: ShownEdit): string {
    const { state } = this.view;
    if (document !== undefined) {
      return form === "hidden"
        ? state.phrase("Edit suggested in $, shown while Alt is held", document)
        : state.phrase("Edit suggested in $1, $2 goes there", document, key);
    }
    const line = String(state.doc.lineAt(from).number);
    if (form === "hidden") return state.phrase("Edit suggested on line $, shown while Alt is held", line);
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

/** The language of the whole document, if it has a name. */
function languageOf(state: EditorState): string | undefined {
  return state.facet(language)?.name || undefined;
}

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
