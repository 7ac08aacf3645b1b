import { h } from "./dom.js";

/** A message over the editor, until it is closed or another takes its place. */
export class Notice {
  readonly #place: HTMLElement;

  /** `place` is a live region. */
  constructor(place: HTMLElement) {
    this.#place = place;
  }

  show(kind: "note" | "problem", title: string, details: readonly string[] = []): void {
    const close = h("button", { type: "button", class: "close", "aria-label": "Close the message" }, "×");
    close.addEventListener("click", () => this.hide());
    const list = details.slice(0, SHOWN).map((detail) => h("li", {}, detail));
    if (details.length > SHOWN) list.push(h("li", {}, `and ${details.length - SHOWN} more`));
    this.#place.replaceChildren(
      h(
        "div",
        { class: "notice", "data-kind": kind, "data-testid": "notice" },
        h("div", {}, h("p", {}, title), list.length > 0 && h("ul", {}, ...list)),
        close,
      ),
    );
  }

  hide(): void {
    this.#place.replaceChildren();
  }
}

/** Details that are listed. */
const SHOWN = 5;
