import { h } from "./dom.js";

/** File tabs over the editor; arrow keys move between them, as in any tab list. */
export class FileTabs {
  #buttons = new Map<string, HTMLButtonElement>();

  constructor(
    readonly list: HTMLElement,
    paths: readonly string[],
    readonly onSelect: (path: string) => void,
  ) {
    for (const path of paths) {
      const button = h("button", { type: "button", role: "tab", class: "tab", "data-path": path }, path);
      button.addEventListener("click", () => onSelect(path));
      this.#buttons.set(path, button);
    }
    list.append(...this.#buttons.values());
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const at = paths.findIndex((path) => this.#buttons.get(path) === document.activeElement);
      if (step === undefined || at < 0) return;
      const next = paths[(at + step + paths.length) % paths.length];
      if (next) this.#buttons.get(next)?.focus();
    });
  }

  select(path: string): void {
    for (const [name, button] of this.#buttons) {
      const selected = name === path;
      button.setAttribute("aria-selected", String(selected));
      button.tabIndex = selected ? 0 : -1;
    }
  }
}
