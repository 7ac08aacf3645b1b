import type * as Monaco from "monaco-editor";
import { addStyleSheet } from "./style.js";

/** Class of the text that an edit on show removes. */
const CLASS = "foretab-removed";

/** Strikes the removed text through, as other editors do; Monaco only colours it. */
export class RemovedText {
  readonly #decorations: Monaco.editor.IEditorDecorationsCollection;
  #item: Monaco.languages.InlineCompletion | null = null;

  constructor(readonly editor: Monaco.editor.ICodeEditor) {
    this.#decorations = editor.createDecorationsCollection();
  }

  /** Ghost text removes nothing, even where it has a range. */
  show(item: Monaco.languages.InlineCompletion): void {
    if (item === this.#item) return;
    this.#item = item;
    addStyleSheet(this.editor.getDomNode()?.getRootNode());
    const { range, isInlineEdit } = item;
    this.#decorations.set(range && isInlineEdit ? [{ range, options: { inlineClassName: CLASS } }] : []);
  }

  /** Ends with the life of that item, or of any: an item may end after the next one is shown. */
  clear(item = this.#item): void {
    if (item !== this.#item) return;
    this.#item = null;
    this.#decorations.clear();
  }
}
