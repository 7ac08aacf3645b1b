import { type EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { dismissNextEdit, goToOrAcceptNextEdit, requestNextEdit } from "./commands.js";
import { nextEditField } from "./state.js";

/** Buttons for fingers, at the edge of the editor: the theme shows them where the pointer is coarse. */
class TouchBar implements PluginValue {
  readonly dom = document.createElement("div");
  // There is no Alt to hold: one that waits for it is shown as if it were asked for.
  readonly #show = this.#button(requestNextEdit);
  readonly #act = this.#button(goToOrAcceptNextEdit);
  readonly #dismiss = this.#button(dismissNextEdit);

  constructor(readonly view: EditorView) {
    this.dom.className = "cm-nextEdit-touch";
    this.#draw(view);
    view.dom.append(this.dom);
  }

  update({ startState, state, view }: ViewUpdate): void {
    if (startState.field(nextEditField).edit !== state.field(nextEditField).edit) this.#draw(view);
  }

  destroy(): void {
    this.dom.remove();
  }

  #draw({ state }: EditorView): void {
    const { edit } = state.field(nextEditField);
    this.dom.hidden = edit === null;
    if (!edit) return;
    const hidden = edit.form === "hidden";
    this.#show.hidden = !hidden;
    this.#act.hidden = this.#dismiss.hidden = hidden;
    this.#show.textContent = state.phrase("show edit");
    this.#act.textContent = edit.place === "here" ? state.phrase("accept") : state.phrase("go to");
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
