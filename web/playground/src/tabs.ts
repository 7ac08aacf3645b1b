import { h } from "./dom.js";

/** File tabs over the editor; arrow keys move between them, as in any tab list. */
export class FileTabs {
  #buttons = new Map<string, HTMLButtonElement>();

  constructor(
    readonly list: HTMLElement,
    readonly onSelect: (path: string) => void,
  ) {
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const buttons = [...this.#buttons.values()];
      const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
      if (step === undefined || at < 0) return;
      buttons[(at + step + buttons.length) % buttons.length]?.focus();
    });
  }

  /** One tab for each file, in place of those that were there. */
  show(paths: readonly string[]): void {
    this.#buttons = new Map(
      paths.map((path) => {
        const button = h("button", { type: "button", role: "tab", class: "tab", "data-path": path }, path);
        button.addEventListener("click", () => this.onSelect(path));
        return [path, button];
      }),
    );
    this.list.replaceChildren(...this.#buttons.values());
  }

  select(path: string): void {
    for (const [name, button] of this.#buttons) {
      const selected = name === path;
      button.setAttribute("aria-selected", String(selected));
      button.tabIndex = selected ? 0 : -1;
      if (selected) button.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }
}
