import { type Extension, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { nextEditKeymap } from "./commands.js";
import { type NextEditConfig, nextEditConfig } from "./config.js";
import { farHint, pressHint } from "./hint.js";
import { nextEditPlugin } from "./plugin.js";
import { nextEditField } from "./state.js";
import { nextEditTheme } from "./theme.js";
import { touchBar } from "./touch.js";

/** Shows predicted edits in the editor; Tab goes to one and accepts it, Escape drops it. */
export function nextEdit(config: NextEditConfig): Extension {
  return [
    nextEditConfig.of(config),
    nextEditField,
    nextEditPlugin,
    farHint,
    pressHint,
    touchBar,
    nextEditTheme,
    EditorView.editorAttributes.of((view): Record<string, string> | null =>
      view.composing ? { class: "cm-nextEdit-composing" } : null,
    ),
    Prec.highest(
      keymap.computeN([nextEditConfig], (state) =>
        state.facet(nextEditConfig)?.defaultKeymap ? [nextEditKeymap] : [],
      ),
    ),
  ];
}
