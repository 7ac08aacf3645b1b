import { watchAlt } from "@foretab/client";
import type * as Monaco from "monaco-editor";
import { Actions } from "./actions.js";
import type { MonacoApi, NextEditOptions, NextEditRegistration } from "./options.js";
import { NextEditProvider } from "./provider.js";
import { ModelSession } from "./session.js";
import { Speech } from "./speech.js";
import { TouchBar } from "./touch.js";

/** Registrations so far; each has a command of its own. */
let registrations = 0;

/**
 * Shows predicted edits in a Monaco editor, through Monaco's own inline edits: Tab goes to one and accepts it,
 * Escape drops it. One call an editor; the model that it shows may change.
 *
 * Needs monaco-editor 0.53 or later (`isInlineEdit`, `disposeInlineCompletions`, `handleEndOfLifetime`,
 * `onDidChangeInlineCompletions`) with the feature `inlineCompletions`.
 */
export function registerNextEdit(
  monaco: MonacoApi,
  editor: Monaco.editor.ICodeEditor,
  options: NextEditOptions,
): NextEditRegistration {
  let mode = options.mode ?? "eager";
  // Before 0.55 Monaco has no labels, by which one goes to another document.
  const open = monaco.languages.InlineCompletionHintStyle ? options.open : undefined;
  let session: ModelSession | null = null;
  const command = `foretab.follow.${++registrations}`;
  const current = () => session;
  const speech = new Speech(editor);
  const provider = new NextEditProvider(monaco, editor, current, command, options.edits, speech);
  const ask = () => provider.ask();
  const actions = new Actions(monaco, editor, current, speech, ask);

  const dismiss = () => session?.controller.dismiss();
  const touchBar = new TouchBar(monaco, editor, { show: ask, act: () => actions.act(), dismiss });

  const offer = () => {
    actions.update();
    touchBar.update(session?.controller);
  };
  const update = () => {
    offer();
    queueMicrotask(() => provider.update());
  };
  const follow = (model: Monaco.editor.ITextModel | null) => {
    session?.dispose();
    session = model
      ? new ModelSession(
          editor,
          model,
          { ...options, open, mode },
          update,
          () => provider.hide(),
          () => provider.shows,
        )
      : null;
    session?.tellErrors(monaco);
    offer();
    provider.update();
  };

  const holding = (down: boolean) => session?.controller.holding(down) ?? false;
  const endWatch = watchAlt(editor.getContainerDomNode(), holding);

  follow(editor.getModel());
  provider.register();
  const subscriptions = [
    editor.onDidChangeModel(() => follow(editor.getModel())),
    monaco.editor.registerCommand(command, () => session?.controller.follow()),
    monaco.editor.onDidChangeMarkers((uris) => {
      if (uris.some((uri) => uri.toString() === session?.model.uri.toString())) session?.tellErrors(monaco);
    }),
    actions,
    provider,
    touchBar,
  ];
  return {
    get mode() {
      return mode;
    },
    set mode(wanted) {
      mode = wanted;
      if (session) session.controller.mode = mode;
    },
    dispose() {
      endWatch();
      follow(null);
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
