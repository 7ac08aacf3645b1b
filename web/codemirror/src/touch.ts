import { type EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { dismissNextEdit, goToOrAcceptNextEdit } from "./commands.js";
import { shownNextEdit } from "./state.js";

/** Buttons for fingers, at the edge of the editor: the theme shows them where the pointer is coarse. */
class TouchBar implements PluginValue {
  readonly dom = document.createElement("div");
  readonly #act = this.#button(goToOrAcceptNextEdit);
  readonly #dismiss = this.#button(dismissNextEdit);

  constructor(readonly view: EditorView) {
    this.dom.className = "cm-nextEdit-touch";
    this.#draw(view);
    view.dom.append(this.dom);
  }

  update({ startState, state, view }: ViewUpdate): void {
    if (shownNextEdit(startState) !== shownNextEdit(state)) this.#draw(view);
  }

  destroy(): void {
    this.dom.remove();
  }

  #draw({ state }: EditorView): void {
    const edit = shownNextEdit(state);
    this.dom.hidden = edit === null;
    this.#act.textContent = edit?.place === "here" ? state.phrase("accept") : state.phrase("go to");
    this.#dismiss.textContent = state.phrase("dismiss");
  }

  #button(run: (view: EditorView) => boolean): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("mousedown", (event) => event.preventDefault()); // the editor keeps the focus
    button.addEventListener("click", () => run(this.view));
    this.dom.append(button);
    return button;
  }
}

export const touchBar = ViewPlugin.fromClass(TouchBar);
