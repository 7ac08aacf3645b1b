import type * as Monaco from "monaco-editor";
import type { MonacoApi } from "./options.js";
import type { RemovedText } from "./removed.js";
import type { ModelSession } from "./session.js";
import { Speech } from "./speech.js";

type Provider = Required<Monaco.languages.InlineCompletionsProvider>;
type Item = Monaco.languages.InlineCompletion;

/** Gives Monaco what the controller of an editor has on offer. */
export class NextEditProvider implements Monaco.languages.InlineCompletionsProvider {
  readonly displayName = "Foretab";
  readonly groupId = "foretab";
  readonly debounceDelayMs = 0;
  readonly onDidChangeInlineCompletions: Provider["onDidChangeInlineCompletions"];
  readonly #changed: Monaco.Emitter<void>;
  readonly #speech: Speech;
  /** What Monaco was given last, so that it is told of changes only. */
  #given = "";
  /** The version of the text that this was for. */
  #version = -1;
  /** Where it was given nothing. */
  #nothingAt = "";
  /** Requests of Monaco's that wait for an answer. */
  #waiting = 0;
  #shown: Item | null = null;
  #hiding = false;

  constructor(
    readonly monaco: MonacoApi,
    readonly editor: Monaco.editor.ICodeEditor,
    readonly session: () => ModelSession | null,
    readonly removed: RemovedText,
    /** Runs where the user takes an edit that is for another document. */
    readonly command: string,
  ) {
    this.#changed = new monaco.Emitter();
    this.#speech = new Speech(editor);
    this.onDidChangeInlineCompletions = this.#changed.event;
  }

  /**
   * What is on offer may have changed. Monaco asks once for each version of the text and position of the cursor; that
   * there is something else now, it takes up only after it has hidden what it had, or where the user asks.
   */
  update(): void {
    const { controller } = this.session() ?? {};
    if (!controller?.view) this.removed.clear();
    this.#speech.update(controller?.view);
    if (this.#waiting > 0 || this.#offer() === this.#given) return;
    const { editor } = this;
    // Where the text has changed Monaco asks again, and keeps what it shows until then if that agrees with what is typed.
    if (this.#shown && this.#version === this.session()?.model.getVersionId()) this.hide();
    if (controller?.view && this.#nothingAt === this.#here()) {
      editor.trigger("foretab", "editor.action.inlineSuggest.trigger", undefined);
    } else {
      this.#changed.fire();
    }
  }

  /** Hides what Monaco shows; that is no dismissal. */
  hide(): void {
    this.#hiding = true;
    this.editor.trigger("foretab", "editor.action.inlineSuggest.hide", undefined);
    this.#hiding = false;
    this.#given = "";
  }

  // An answer without an edit is not waited for elsewhere, so this waits for it.
  provideInlineCompletions: Provider["provideInlineCompletions"] = async (
    model,
    position,
    context,
    token,
  ) => {
    const session = this.session();
    if (!session || model !== session.model) return null;
    const { Explicit } = this.monaco.languages.InlineCompletionTriggerKind;
    const asks = context.triggerKind === Explicit && session.editable && !session.controller.view;
    if (asks) session.controller.request();
    this.#waiting++;
    await session.settled(token);
    this.#waiting--;
    if (session !== this.session() || token.isCancellationRequested) return null;
    this.#given = this.#offer();
    this.#version = model.getVersionId();
    const elsewhere = session.controller.view?.place === "document";
    const item = elsewhere ? session.label(this.monaco, position, this.command) : session.item(position);
    this.#nothingAt = item ? "" : this.#here();
    if (!item) return null;
    const wanted = item.isInlineEdit ? context.includeInlineEdits : context.includeInlineCompletions;
    return wanted ? { items: [item], enableForwardStability: true } : null;
  };

  handleItemDidShow: Provider["handleItemDidShow"] = (_completions, item) => {
    this.#shown = item;
    this.removed.show(item);
    this.#speech.shown(this.session()?.controller.view);
  };

  handlePartialAccept: Provider["handlePartialAccept"] = (_completions, _item, _characters, { kind }) => {
    // That of ghost text, by Monaco's own commands; of edits, ours do it.
    const { Word, Line } = this.monaco.languages.PartialAcceptTriggerKind;
    if (kind === Word) this.session()?.controller.tookPart("word");
    else if (kind === Line) this.session()?.controller.tookPart("line");
  };

  handleEndOfLifetime: Provider["handleEndOfLifetime"] = (_completions, item, reason) => {
    this.removed.clear(item);
    if (this.#shown === item) this.#shown = null;
    // An accepted edit arrives as a change of the document.
    const { Rejected } = this.monaco.languages.InlineCompletionEndOfLifeReasonKind;
    if (reason.kind === Rejected && !this.#hiding) this.session()?.controller.dismiss();
  };

  disposeInlineCompletions(): void {}

  dispose(): void {
    this.removed.clear();
    this.#changed.dispose();
  }

  #offer(): string {
    const view = this.session()?.controller.view;
    return view ? JSON.stringify([view.document, view.suggestion]) : "";
  }

  #here(): string {
    return `${this.session()?.model.getVersionId()} ${this.editor.getPosition()}`;
  }
}
