import type { Controller, SuggestionView } from "@foretab/client";
import type * as Monaco from "monaco-editor";

/**
 * Tells a screen reader what Monaco leaves out. That says where an edit is when it is first shown; not that Tab accepts
 * once the user has gone there, which document an edit is in, nor that Tab indents and another key is for the edit; and
 * nothing of one that is drawn only while Alt is held.
 */
export class Speech {
  /** What the user knows of the edit on show. */
  #known: SuggestionView | null = null;
  /** Where an edit is that is not drawn, as it was said. */
  #hidden = "";

  constructor(readonly editor: Monaco.editor.ICodeEditor) {}

  /** The edit is drawn now, and Monaco says so. */
  shown(view: SuggestionView | null | undefined): void {
    this.#known = view ?? null;
    if (view && (view.document !== undefined || !view.tab)) setTimeout(() => this.#say(view)); // after Monaco
  }

  /** What is on offer may have changed. */
  update({ view, hidden }: Pick<Controller, "view" | "hidden">): void {
    if (hidden) this.#sayHidden(hidden);
    else if (!view) this.#hidden = "";
    const known = this.#known;
    if (!known) return;
    this.#known = view;
    if (view && (view.place !== known.place || view.tab !== known.tab)) this.#say(view);
  }

  /** Says that something was done. */
  did(text: string): void {
    announce(text);
  }

  #sayHidden(view: SuggestionView): void {
    const where = this.#where(view);
    if (where === this.#hidden) return;
    this.#hidden = where;
    if (this.#speaks()) announce(`Edit suggested ${where}, shown while Alt is held`);
  }

  #say(view: SuggestionView): void {
    if (!this.#speaks()) return;
    const key = view.tab ? "Tab" : "Alt+Enter";
    announce(
      `Edit suggested ${this.#where(view)}, ${key} ${view.place === "here" ? "accepts" : "goes there"}`,
    );
  }

  #where({ document, suggestion }: SuggestionView): string {
    if (document !== undefined) return `in ${document}`;
    return `on line ${this.editor.getModel()?.getPositionAt(suggestion.from).lineNumber}`;
  }

  #speaks(): boolean {
    return this.editor.getRawOptions().screenReaderAnnounceInlineSuggestion !== false;
  }
}

/** Says that through Monaco's own live region, for which its API has no function. */
function announce(text: string): void {
  const region = document.querySelector(".monaco-aria-container > .monaco-alert");
  if (region) region.textContent = text;
}
