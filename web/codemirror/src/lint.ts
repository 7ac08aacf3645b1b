// `@foretab/codemirror/lint`: a module of its own, so that `@codemirror/lint` comes only with who uses it.

import { forEachDiagnostic, setDiagnosticsEffect } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { Diagnostic } from "@foretab/client";
import { nextEditConfig } from "./config.js";

/** Beside `nextEdit`: tells it the errors that `@codemirror/lint` marks, for they may be where to edit next. */
export const nextEditDiagnostics: Extension = EditorView.updateListener.of(({ state, transactions }) => {
  const effects = transactions.flatMap((transaction) => transaction.effects);
  const config = state.facet(nextEditConfig);
  if (!config || !effects.some((effect) => effect.is(setDiagnosticsEffect))) return;
  const errors: Diagnostic[] = [];
  forEachDiagnostic(state, ({ message, severity }, from, to) => {
    if (severity === "error") errors.push({ from, to, message, severity });
  });
  config.foretab.document(config.path)?.diagnostics(errors);
});
