import type { SuggestionView } from "@foretab/client";
import type * as Monaco from "monaco-editor";
import type { MonacoApi } from "./options.js";
import { addStyleSheet } from "./style.js";

/** Bars so far: Monaco tells its widgets apart by name. */
let bars = 0;

/** Buttons for fingers, in the editor's corner: the style sheet shows them where the pointer is coarse. */
export class TouchBar implements Monaco.editor.IOverlayWidget, Monaco.IDisposable {
  readonly #id = `foretab.touch.${++bars}`;
  readonly #dom = document.createElement("div");
  readonly #act: HTMLButtonElement;

  constructor(
    readonly monaco: MonacoApi,
    readonly editor: Monaco.editor.ICodeEditor,
    run: { act: () => void; dismiss: () => void },
  ) {
    this.#dom.className = "foretab-touch";
    this.#dom.hidden = true;
    this.#act = this.#button("", run.act);
    this.#button("Dismiss", run.dismiss);
    editor.addOverlayWidget(this);
    addStyleSheet(editor.getDomNode()?.getRootNode());
  }

  update(view: SuggestionView | null | undefined): void {
    this.#dom.hidden = view == null;
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
