import type * as Monaco from "monaco-editor";
import { enableInlineEdits, type MonacoApi, type NextEditOptions } from "./options.js";
import { acceptParts } from "./partial.js";
import { RemovedText } from "./removed.js";
import { ModelSession } from "./session.js";

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
): Monaco.IDisposable {
  enableInlineEdits(editor, options.edits);
  const removed = new RemovedText(editor);
  const changed = new monaco.Emitter<void>();
  let session: ModelSession | null = null;
  /** What Monaco was given last, so that it is told of changes only. */
  let given = "";

  const offer = () => {
    const view = session?.controller.view;
    return view ? JSON.stringify([view.document, view.suggestion]) : "";
  };
  const command = `foretab.follow.${++registrations}`;
  const follow = (model: Monaco.editor.ITextModel | null) => {
    session?.dispose();
    session = model
      ? new ModelSession(editor, model, options, () => {
          if (!session?.controller.view) removed.clear();
          queueMicrotask(() => offer() !== given && changed.fire());
        })
      : null;
    session?.tellErrors(monaco);
  };

  const provider: Monaco.languages.InlineCompletionsProvider = {
    displayName: "Foretab",
    groupId: "foretab",
    debounceDelayMs: 0,
    onDidChangeInlineCompletions: changed.event,

    // Monaco asks once for each version of the text and position of the cursor, so this waits for the answer;
    // the event above is for what changes without an edit.
    async provideInlineCompletions(model, position, context, token) {
      const asked = session;
      if (!asked || model !== asked.model) return null;
      const explicit = context.triggerKind === monaco.languages.InlineCompletionTriggerKind.Explicit;
      if (explicit && !asked.controller.view) asked.controller.request();
      await asked.settled(token);
      if (asked !== session || token.isCancellationRequested) return null;
      given = offer();
      const elsewhere = asked.controller.view?.place === "document";
      const item = elsewhere ? asked.label(monaco, position, command) : asked.item(position);
      if (!item) return null;
      const wanted = item.isInlineEdit ? context.includeInlineEdits : context.includeInlineCompletions;
      return wanted ? { items: [item], enableForwardStability: true } : null;
    },

    handleItemDidShow(_completions, item) {
      removed.show(item);
    },

    handleEndOfLifetime(_completions, item, reason) {
      removed.clear(item);
      // An accepted edit arrives as a change of the document.
      const { Rejected } = monaco.languages.InlineCompletionEndOfLifeReasonKind;
      if (reason.kind === Rejected) session?.controller.dismiss();
    },

    disposeInlineCompletions() {},
  };

  follow(editor.getModel());
  const subscriptions = [
    monaco.languages.registerInlineCompletionsProvider("*", provider),
    editor.onDidChangeModel(() => follow(editor.getModel())),
    monaco.editor.registerCommand(command, () => session?.controller.follow()),
    monaco.editor.onDidChangeMarkers((uris) => {
      if (uris.some((uri) => uri.toString() === session?.model.uri.toString())) session?.tellErrors(monaco);
    }),
    ...acceptParts(monaco, editor, () => session),
    changed,
  ];
  return {
    dispose() {
      follow(null);
      removed.clear();
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
