import { isolateHistory } from "@codemirror/commands";
import { type ChangeDesc, EditorSelection, type EditorState, Transaction } from "@codemirror/state";
import { type Command, EditorView, type KeyBinding } from "@codemirror/view";
import type { TextChange, Unit } from "@foretab/client";
import { nextEditPlugin } from "./plugin.js";
import { acceptedNextEdit, isEditable, isListOpen, isPlain } from "./state.js";

function reachable({ state }: EditorView): boolean {
  return isPlain(state);
}

/** The main cursor there; the others stay, and move along with the changes. */
function mainCursor({ selection }: EditorState, offset: number, changes?: ChangeDesc): EditorSelection {
  const { ranges, mainIndex } = selection;
  const moved = ranges.map((range, i) => {
    if (i === mainIndex) return EditorSelection.cursor(offset);
    return changes ? range.map(changes) : range;
  });
  return EditorSelection.create(moved, mainIndex);
}

/** Moves the cursor to the edit on show, be it in another document. */
export const goToNextEdit: Command = (view) => {
  const controller = view.plugin(nextEditPlugin)?.controller;
  const shown = controller?.view;
  if (!shown || !reachable(view)) return false;
  if (controller.follow()) return true;
  view.dispatch({
    selection: mainCursor(view.state, shown.suggestion.from),
    effects: EditorView.scrollIntoView(shown.suggestion.from, { y: "nearest", yMargin: 60 }),
    userEvent: "select",
  });
  return true;
};

/** Applies the edit on show, wherever it is in this document: one step of the undo history. */
export const acceptNextEdit: Command = (view) => {
  const shown = view.plugin(nextEditPlugin)?.controller.view;
  if (!shown || shown.place === "document" || !reachable(view)) return false;
  const { from, to, insert } = shown.suggestion;
  accept(view, [{ from, to, insert }], from + insert.length);
  return true;
};

/** Applies every edit that is on offer for this document: one step of the undo history. The cursor stays. */
export const acceptAllNextEdits: Command = (view) => {
  const all = view.plugin(nextEditPlugin)?.controller.all();
  if (!all || !reachable(view)) return false;
  accept(view, all.edits, all.cursor);
  return true;
};

function accept(view: EditorView, changes: readonly TextChange[], cursor: number): void {
  view.dispatch({
    changes,
    selection: mainCursor(view.state, cursor, view.state.changes(changes)),
    scrollIntoView: true,
    annotations: [
      acceptedNextEdit.of(true),
      isolateHistory.of("full"),
      Transaction.userEvent.of("input.complete"),
    ],
  });
}

function show(which: "next" | "previous"): Command {
  return (view) => view.plugin(nextEditPlugin)?.controller.show(which) ?? false;
}

/** Shows the edit that waits behind the one on show, which goes to the end of the queue. Nothing is accepted. */
export const showFollowingNextEdit: Command = show("next");

/** The same the other way round. */
export const showPreviousNextEdit: Command = show("previous");

function acceptPart(unit: Unit): Command {
  return (view) => {
    const part = view.plugin(nextEditPlugin)?.controller.part(unit);
    if (!part || !reachable(view)) return false;
    view.dispatch({
      changes: part.edit,
      selection: mainCursor(view.state, part.cursor, view.state.changes(part.edit)),
      scrollIntoView: true,
      userEvent: "input.complete",
    });
    return true;
  };
}

/** Accepts the next word of the edit on show, if the cursor touches it. */
export const acceptNextEditWord: Command = acceptPart("word");

/** The same with the next line. */
export const acceptNextEditLine: Command = acceptPart("line");

/** Goes to an edit that is elsewhere; accepts one that is at the cursor's line, or next to it. */
export const goToOrAcceptNextEdit: Command = (view) => {
  const action = view.plugin(nextEditPlugin)?.controller.action();
  if (!action) return false;
  return action.type === "accept" ? acceptNextEdit(view) : goToNextEdit(view);
};

/** The same for a key that does something else, too: not while a list of completions is open, nor where Tab indents. */
export const tabToNextEdit: Command = (view) => {
  const tab = view.plugin(nextEditPlugin)?.controller.tab();
  return tab != null && !isListOpen(view.state) && goToOrAcceptNextEdit(view);
};

/** Drops the edit on show. */
export const dismissNextEdit: Command = (view) => {
  if (isListOpen(view.state)) return false;
  return view.plugin(nextEditPlugin)?.controller.dismiss() ?? false;
};

/** Asks for an edit now. */
export const requestNextEdit: Command = (view) => {
  const plugin = view.plugin(nextEditPlugin);
  if (!plugin || !isEditable(view.state)) return false;
  plugin.controller.request();
  return true;
};

/**
 * Switches suggestions off or on for the document's language, in all editors of the page, and remembers it. Where they
 * are off `requestNextEdit` still asks. For a button or a key of the host's.
 */
export const toggleNextEditLanguage: Command = (view) => {
  const plugin = view.plugin(nextEditPlugin);
  plugin?.toggleLanguage();
  return plugin !== null;
};

/**
 * | Key | On macOS | |
 * |---|---|---|
 * | Tab | | goes to the edit, and accepts it, unless Tab is the editor's (below) |
 * | Alt-Enter | | the same, always |
 * | Mod-ArrowRight | | accepts its next word |
 * | Shift-Alt-Enter | | accepts all |
 * | Alt-] and Alt-[ | Ctrl-] and Ctrl-[ | show the next and the previous one |
 * | Escape | | drops it, and those behind it |
 * | Alt-\ | Ctrl-\ | asks for one |
 *
 * But for the last they are the editor's while no edit is on show. No keymap of CodeMirror's own packages has those
 * with Alt; on macOS Alt with a sign types another one.
 *
 * What Tab does where more than one thing lays claim to it:
 * - A list of completions is open: Tab and Escape are the list's, or what the editor does with them. The hint at the
 *   edit names Alt-Enter.
 * - The edit is on the cursor's line or next to it: Tab accepts. Elsewhere: Tab goes there.
 * - But in leading white space Tab indents, unless the edit is on that very line, or the user has just accepted one
 *   and goes on to the next. The hint names Alt-Enter.
 * - Something is selected, or a snippet is being filled in: no edit is on show.
 * - Neither list nor edit: Tab is the editor's. So it is in the two seconds after Escape, in which CodeMirror lets Tab
 *   leave the editor.
 */
export const nextEditKeymap: readonly KeyBinding[] = [
  { key: "Tab", run: tabToNextEdit },
  { key: "Alt-Enter", run: goToOrAcceptNextEdit },
  { key: "Mod-ArrowRight", run: acceptNextEditWord },
  { key: "Shift-Alt-Enter", run: acceptAllNextEdits },
  { key: "Alt-]", mac: "Ctrl-]", run: showFollowingNextEdit },
  { key: "Alt-[", mac: "Ctrl-[", run: showPreviousNextEdit },
  { key: "Escape", run: dismissNextEdit },
  { key: "Alt-\\", mac: "Ctrl-\\", run: requestNextEdit },
];
