import { EditorState, type TransactionSpec } from "@codemirror/state";
import { expect, test } from "vitest";
import { nextEditField, type ShownEdit, setNextEdit, shownNextEdit } from "../src/state.js";

const ghost: ShownEdit = {
  from: 8,
  to: 8,
  insert: "sum",
  place: "here",
  document: undefined,
  ghost: true,
  remaining: 0,
  form: "whole",
  key: "Tab",
};

/** What is on show after a transaction, of an edit in `let a = `. */
function after(edit: ShownEdit, spec: TransactionSpec): Partial<ShownEdit> | null {
  const state = EditorState.create({ doc: "let a = \n", extensions: [nextEditField] });
  return shownNextEdit(state.update({ effects: setNextEdit.of(edit) }).state.update(spec).state);
}

test.each([
  ["how it begins shortens it", { changes: { from: 8, insert: "s" } }, { from: 9, insert: "um" }],
  ["something else leaves it to the plugin", { changes: { from: 8, insert: "t" } }, { insert: "sum" }],
  ["all of it, too", { changes: { from: 8, insert: "sum" } }, { insert: "sum" }],
  ["elsewhere moves it", { changes: { from: 0, insert: "s" } }, { from: 9, insert: "sum" }],
  [
    "at several cursors leaves it to the plugin",
    {
      changes: [
        { from: 0, insert: "s" },
        { from: 8, insert: "s" },
      ],
    },
    { insert: "sum" },
  ],
  [
    "what an input method composes leaves it as it is",
    { changes: { from: 8, insert: "s" }, userEvent: "input.type.compose" },
    { insert: "sum" },
  ],
])("typed into ghost text, %s", (_what, spec, left) => {
  expect(after(ghost, spec)).toMatchObject(left);
});

test("an edit that is not ghost text is only moved along", () => {
  expect(after({ ...ghost, ghost: false }, { changes: { from: 8, insert: "s" } })).toMatchObject({
    from: 9,
    insert: "sum",
  });
});
