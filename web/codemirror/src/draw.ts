import type { EditorState, Range } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, WidgetType } from "@codemirror/view";
import { additions } from "@foretab/client";
import type { ShownEdit } from "./state.js";

const removed = Decoration.mark({ class: "cm-nextEdit-removed", tagName: "del" });
const markedLine = Decoration.line({ class: "cm-nextEdit-mark" });
const removedLine = Decoration.line({ class: "cm-nextEdit-removedLine" });

/** Ghost text, or removed text struck through, inserted text as widgets, and what the key does; or a mark and that. */
export function decorate(state: EditorState, edit: ShownEdit | null): DecorationSet {
  if (!edit || edit.place === "document" || edit.form === "hidden") return Decoration.none;
  const { doc } = state;
  if (edit.form === "mark") {
    const { from } = doc.lineAt(edit.from);
    return Decoration.set([markedLine.range(from), keyHint(state, edit)]);
  }
  const ranges: Range<Decoration>[] = [];
  const widget = (text: string, block: boolean) => new InsertedText(text, edit.ghost, block);
  if (edit.ghost && edit.to > edit.from) {
    // What stands there stays, with what comes in between.
    for (const { at, text } of additions(doc.sliceString(edit.from, edit.to), edit.insert) ?? []) {
      ranges.push(inline(widget(text, false), edit.from + at));
    }
    return Decoration.set(ranges, true);
  }
  const first = doc.lineAt(edit.from);
  const last = doc.lineAt(edit.to);

  if (edit.to > edit.from) {
    ranges.push(removed.range(edit.from, edit.to));
    for (let line = first; ; line = doc.line(line.number + 1)) {
      if (line.from >= edit.from && line.to < edit.to) ranges.push(removedLine.range(line.from));
      if (line.to >= edit.to) break;
    }
  }

  const lines = edit.insert.split("\n");
  if (lines.length === 1) {
    if (edit.insert) ranges.push(inline(widget(edit.insert, false), edit.to));
  } else if (edit.ghost && edit.from > first.from) {
    // Ghost text goes on in lines of its own below the cursor's.
    if (lines[0]) ranges.push(inline(widget(lines[0], false), edit.to));
    ranges.push(block(widget(lines.slice(1).join("\n"), true), first.to, 1));
  } else if (edit.from === edit.to && edit.from === first.from && edit.insert.endsWith("\n")) {
    ranges.push(block(widget(edit.insert.slice(0, -1), true), first.from, -1));
  } else if (edit.from === edit.to && edit.from === first.to && edit.insert.startsWith("\n")) {
    ranges.push(block(widget(edit.insert.slice(1), true), first.to, 1));
  } else {
    // The lines as they will be, below those that they replace.
    const end = edit.to > edit.from && edit.to === last.from ? doc.lineAt(edit.to - 1) : last;
    const tail = end.number === last.number ? doc.sliceString(edit.to, last.to) : "";
    const text = doc.sliceString(first.from, edit.from) + edit.insert + tail;
    ranges.push(block(widget(tail ? text : text.replace(/\n$/, ""), true), end.to, 1));
  }

  if (!edit.ghost) ranges.push(keyHint(state, edit));
  return Decoration.set(ranges, true);
}

function keyHint({ doc }: EditorState, edit: ShownEdit): Range<Decoration> {
  return Decoration.widget({ widget: new KeyHint(edit), side: 2 }).range(doc.lineAt(edit.from).to);
}

function inline(widget: WidgetType, at: number): Range<Decoration> {
  return Decoration.widget({ widget, side: 1 }).range(at);
}

function block(widget: WidgetType, at: number, side: number): Range<Decoration> {
  return Decoration.widget({ widget, side, block: true }).range(at);
}

class InsertedText extends WidgetType {
  constructor(
    readonly text: string,
    readonly ghost: boolean,
    readonly block: boolean,
  ) {
    super();
  }

  override eq(other: InsertedText): boolean {
    return other.text === this.text && other.ghost === this.ghost && other.block === this.block;
  }

  override toDOM(): HTMLElement {
    const dom = document.createElement(this.block ? "div" : "ins");
    dom.className = this.ghost ? "cm-nextEdit-ghost" : "cm-nextEdit-inserted";
    if (this.block) {
      dom.classList.add("cm-nextEdit-block");
      for (const text of this.text.split("\n")) {
        const line = document.createElement("div");
        line.className = "cm-nextEdit-line";
        line.textContent = text || "\u200b"; // keeps an empty line its height
        dom.append(line);
      }
    } else {
      dom.textContent = this.text;
    }
    return dom;
  }
}

/** The key to press, at the end of the line; a button for those who point. */
class KeyHint extends WidgetType {
  constructor(readonly edit: ShownEdit) {
    super();
  }

  override eq({ edit }: KeyHint): boolean {
    const { place, remaining, key } = this.edit;
    return edit.place === place && edit.remaining === remaining && edit.key === key;
  }

  override toDOM(view: EditorView): HTMLElement {
    const dom = document.createElement("span");
    dom.className = "cm-nextEdit-hint";
    const key = dom.appendChild(document.createElement("kbd"));
    const { place, remaining } = this.edit;
    key.textContent = this.edit.key;
    const label = place === "here" ? view.state.phrase("accept") : view.state.phrase("go to");
    dom.append(label, remaining > 0 ? ` · +${remaining}` : "");
    return dom;
  }

  /** Pressing it does what the key does. */
  override ignoreEvent(): boolean {
    return false;
  }
}
