import {
  completionStatus,
  currentCompletions,
  hasNextSnippetField,
  hasPrevSnippetField,
} from "@codemirror/autocomplete";
import { Annotation, type ChangeSet, type EditorState, StateEffect, StateField } from "@codemirror/state";
import { type DecorationSet, EditorView } from "@codemirror/view";
import { decorate } from "./draw.js";

/** A suggestion as it is drawn. Offsets count in the document that it is drawn in. */
export interface ShownEdit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  /** "here": Tab accepts. "elsewhere": Tab goes there first. "document": to the other `document` that it is for. */
  readonly place: "here" | "elsewhere" | "document";
  /** Path of that document; the offsets are 0 then. */
  readonly document: string | undefined;
  /** Begins at the cursor and only adds to what stands there: drawn as ghost text. */
  readonly ghost: boolean;
  /** How many more wait behind it. */
  readonly remaining: number;
  /** "mark": only its line is marked. "hidden": nothing until Alt is held. */
  readonly form: "whole" | "mark" | "hidden";
  /** The key that goes there or accepts, as it is shown. */
  readonly key: "Tab" | "Alt-Enter";
}

/** Shows an edit, or none. */
export const setNextEdit = StateEffect.define<ShownEdit | null>({
  map: (edit, changes) =>
    edit && { ...edit, from: changes.mapPos(edit.from, 1), to: changes.mapPos(edit.to, 1) },
});

/** Marks the transaction that accepts an edit. */
export const acceptedNextEdit = Annotation.define<boolean>();

interface NextEditState {
  edit: ShownEdit | null;
  decorations: DecorationSet;
}

export const nextEditField = StateField.define<NextEditState>({
  create: (state) => ({ edit: null, decorations: decorate(state, null) }),
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setNextEdit)) {
        return { edit: effect.value, decorations: decorate(transaction.state, effect.value) };
      }
    }
    // Only moved along here; the plugin then says what has become of the suggestion.
    if (!transaction.docChanged || !value.edit) return value;
    const { changes } = transaction;
    const composed = transaction.isUserEvent("input.type.compose"); // which a new widget beside it would end
    const rest = composed ? null : typedAlong(value.edit, changes);
    if (rest) return { edit: rest, decorations: decorate(transaction.state, rest) };
    const { from, to } = value.edit;
    const edit = { ...value.edit, from: changes.mapPos(from, 1), to: changes.mapPos(to, 1) };
    return { edit, decorations: value.decorations.map(changes) };
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.decorations),
});

/**
 * What is left of ghost text when the user has typed how it begins; else `null`. The plugin comes to the same, but only
 * in an update of its own, for which the view would be measured and painted once more.
 */
function typedAlong(edit: ShownEdit, changes: ChangeSet): ShownEdit | null {
  const { from, to, insert, ghost } = edit;
  if (!ghost || from !== to) return null;
  let rest: ShownEdit | null = null;
  let count = 0;
  changes.iterChanges((fromA, toA, _fromB, _toB, text) => {
    const typed = text.toString();
    const along = fromA === from && toA === from && typed !== insert && insert.startsWith(typed);
    const at = from + typed.length;
    rest = along && count === 0 ? { ...edit, from: at, to: at, insert: insert.slice(typed.length) } : null;
    count++;
  });
  return rest;
}

/** The edit on show, for status bars and tests. */
export function shownNextEdit(state: EditorState): ShownEdit | null {
  const edit = state.field(nextEditField, false)?.edit;
  return edit && edit.form !== "hidden" ? edit : null;
}

/** The user may edit the text. */
export function isEditable(state: EditorState): boolean {
  return !state.readOnly && state.facet(EditorView.editable);
}

/**
 * Nothing is selected, no snippet is being filled in, and the text may be edited: only then an edit is offered. Of
 * several cursors it is for the main one.
 */
export function isPlain(state: EditorState): boolean {
  const inSnippet = hasNextSnippetField(state) || hasPrevSnippetField(state);
  return isEditable(state) && state.selection.ranges.every((range) => range.empty) && !inSnippet;
}

/** A list of completions is open, to which Tab and Escape belong. */
export function isListOpen(state: EditorState): boolean {
  // While more is asked for the status is "pending", also with an open list.
  return completionStatus(state) === "active" || currentCompletions(state).length > 0;
}
