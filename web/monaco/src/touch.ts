import type { Controller } from "@foretab/client";
import type * as Monaco from "monaco-editor";
import type { MonacoApi } from "./options.js";
import { addStyleSheet } from "./style.js";

/** Bars so far: Monaco tells its widgets apart by name. */
let bars = 0;

/** Buttons for fingers, in the editor's corner: the style sheet shows them where the pointer is coarse. */
export class TouchBar implements Monaco.editor.IOverlayWidget, Monaco.IDisposable {
  readonly #id = `foretab.touch.${++bars}`;
  readonly #dom = document.createElement("div");
  readonly #show: HTMLButtonElement;
  readonly #act: HTMLButtonElement;
  readonly #dismiss: HTMLButtonElement;

  constructor(
    readonly monaco: MonacoApi,
    readonly editor: Monaco.editor.ICodeEditor,
    run: { show: () => void; act: () => void; dismiss: () => void },
  ) {
    this.#dom.className = "foretab-touch";
    this.#dom.hidden = true;
    // There is no Alt to hold: one that waits for it is shown as if it were asked for.
    this.#show = this.#button("Show edit", run.show);
    this.#act = this.#button("", run.act);
    this.#dismiss = this.#button("Dismiss", run.dismiss);
    editor.addOverlayWidget(this);
    addStyleSheet(editor.getDomNode()?.getRootNode());
  }

  update(controller: Pick<Controller, "view" | "hidden"> | undefined): void {
    const { view, hidden } = controller ?? {};
    this.#dom.hidden = !view && !hidden;
    this.#show.hidden = !hidden;
    this.#act.hidden = this.#dismiss.hidden = !view;
    this.#act.textContent = view?.place === "here" ? "Accept" : "Go to";
  }

  getId(): string {
    return this.#id;
  }

  getDomNode(): HTMLElement {
    return this.#dom;
  }

  getPosition(): Monaco.editor.IOverlayWidgetPosition {
    return { preference: this.monaco.editor.OverlayWidgetPositionPreference.BOTTOM_RIGHT_CORNER };
  }

  dispose(): void {
    this.editor.removeOverlayWidget(this);
  }

  #button(text: string, run: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("mousedown", (event) => event.preventDefault()); // the editor keeps the focus
    button.addEventListener("click", run);
    this.#dom.append(button);
    return button;
  }
}
