import { EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { goToNextEdit, goToOrAcceptNextEdit } from "./commands.js";
import { shownNextEdit } from "./state.js";

/**
 * Says where the edit is while its line is out of sight, at the edge of the editor that it lies behind; of one for
 * another document, at the lower edge.
 */
class FarHint implements PluginValue {
  readonly dom = document.createElement("button");

  constructor(readonly view: EditorView) {
    this.dom.className = "cm-nextEdit-far";
    this.dom.type = "button";
    this.dom.hidden = true;
    this.dom.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the editor keeps the focus
      goToNextEdit(view);
    });
    view.dom.append(this.dom);
    this.measure();
  }

  update(update: ViewUpdate): void {
    const changed = shownNextEdit(update.startState) !== shownNextEdit(update.state);
    if (changed || update.geometryChanged || update.viewportChanged) this.measure();
  }

  measure(): void {
    this.view.requestMeasure({
      key: this,
      read: (view) => {
        const edit = shownNextEdit(view.state);
        if (!edit) return null;
        const { key } = edit;
        if (edit.document !== undefined) return { label: `→ ${edit.document}`, side: "below", key };
        const line = view.lineBlockAt(edit.from);
        const { top, bottom } = view.scrollDOM.getBoundingClientRect();
        const number = view.state.phrase("line $", String(view.state.doc.lineAt(edit.from).number));
        if (view.documentTop + line.bottom <= top) return { label: `↑ ${number}`, side: "above", key };
        if (view.documentTop + line.top >= bottom) return { label: `↓ ${number}`, side: "below", key };
        return null;
      },
      write: (where) => {
        if (where === null && this.dom.hidden) return;
        this.dom.hidden = where === null;
        if (!where) return;
        this.dom.dataset.side = where.side;
        this.dom.textContent = `${where.label} `;
        this.dom.appendChild(document.createElement("kbd")).textContent = where.key;
      },
    });
  }

  destroy(): void {
    this.dom.remove();
  }
}

export const farHint = ViewPlugin.fromClass(FarHint, {
  eventObservers: {
    scroll() {
      this.measure();
    },
  },
});

/** Pressing the hint at the end of the line does what the key does. */
export const pressHint = EditorView.domEventHandlers({
  mousedown(event, view) {
    const onHint = event.target instanceof Element && event.target.closest(".cm-nextEdit-hint");
    return onHint ? goToOrAcceptNextEdit(view) : false;
  },
});
