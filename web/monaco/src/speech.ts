import type { SuggestionView } from "@foretab/client";
import type * as Monaco from "monaco-editor";

/**
 * Tells a screen reader what Monaco leaves out. That says where an edit is when it is first shown; not that Tab accepts
 * once the user has gone there, which document an edit is in, nor that Tab indents and another key is for the edit.
 */
export class Speech {
  /** What the user knows of the edit on show. */
  #known: SuggestionView | null = null;

  constructor(readonly editor: Monaco.editor.ICodeEditor) {}

  /** The edit is drawn now, and Monaco says so. */
  shown(view: SuggestionView | null | undefined): void {
    this.#known = view ?? null;
    if (view && (view.document !== undefined || !view.tab)) setTimeout(() => this.#say(view)); // after Monaco
  }

  /** The view may have changed. */
  update(view: SuggestionView | null | undefined): void {
    const known = this.#known;
    if (!known) return;
    this.#known = view ?? null;
    if (view && (view.place !== known.place || view.tab !== known.tab)) this.#say(view);
  }

  #say({ place, document, suggestion, tab }: SuggestionView): void {
    if (this.editor.getRawOptions().screenReaderAnnounceInlineSuggestion === false) return;
    const key = tab ? "Tab" : "Alt+Enter";
    const line = this.editor.getModel()?.getPositionAt(suggestion.from).lineNumber;
    const where = document !== undefined ? `in ${document}` : `on line ${line}`;
    announce(`Edit suggested ${where}, ${key} ${place === "here" ? "accepts" : "goes there"}`);
  }
}

/** Says that through Monaco's own live region, for which its API has no function. */
function announce(text: string): void {
  const region = document.querySelector(".monaco-aria-container > .monaco-alert");
  if (region) region.textContent = text;
}
