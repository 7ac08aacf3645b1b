// The answers in CodeMirror without Foretab: drawn where they are, by as little as an extension can be.

import { type EditorState, type Extension, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import type { Answer } from "./setup.js";

/** Characters before the cursor in which an answer's place is looked for. */
const NEAR = 1000;

class Inserted extends WidgetType {
  constructor(readonly text: string) {
    super();
  }

  override eq(other: Inserted): boolean {
    return other.text === this.text;
  }

  override toDOM(): HTMLElement {
    const dom = document.createElement("ins");
    dom.className = "cm-nextEdit-ghost";
    dom.textContent = this.text;
    return dom;
  }
}

/** Draws them as they stand in the text, with every change of it: an insertion without what is typed of it already. */
export function same(answers: readonly Answer[]): Extension {
  const draw = (state: EditorState): DecorationSet => {
    const { head } = state.selection.main;
    const start = Math.max(0, head - NEAR);
    const text = state.doc.sliceString(start, head);
    for (const [marked, insert] of answers) {
      const [before = "", replaced = ""] = marked.split(/[«»]/);
      const at = text.lastIndexOf(before + replaced);
      if (at < 0) continue;
      const from = start + at + before.length;
      const to = replaced === "" ? head : from + replaced.length;
      const widget = new Inserted(insert.slice(replaced === "" ? head - from : 0));
      const added = Decoration.widget({ widget, side: 1 }).range(to);
      return Decoration.set(
        replaced === "" ? added : [Decoration.mark({ tagName: "del" }).range(from, to), added],
      );
    }
    return Decoration.none;
  };
  return StateField.define<DecorationSet>({
    create: draw,
    update: (drawn, { docChanged, state }) => (docChanged ? draw(state) : drawn),
    provide: (field) => EditorView.decorations.from(field),
  });
}
