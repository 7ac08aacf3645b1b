import type * as Monaco from "monaco-editor";
import { enableInlineEdits, type InlineEditOptions, type MonacoApi } from "./options.js";
import { RemovedText } from "./removed.js";
import type { ModelSession } from "./session.js";
import type { Speech } from "./speech.js";

type Provider = Required<Monaco.languages.InlineCompletionsProvider>;
type Item = Monaco.languages.InlineCompletion;

/** Gives Monaco what the controller of an editor has on offer. */
export class NextEditProvider implements Monaco.languages.InlineCompletionsProvider {
  readonly displayName = "Foretab";
  readonly groupId = "foretab";
  readonly debounceDelayMs = 0;
  readonly onDidChangeInlineCompletions: Provider["onDidChangeInlineCompletions"];
  readonly #changed: Monaco.Emitter<void>;
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
  #collapsed = false;
  readonly #removed: RemovedText;
  #registration: Monaco.IDisposable | null = null;

  constructor(
    readonly monaco: MonacoApi,
    readonly editor: Monaco.editor.ICodeEditor,
    readonly session: () => ModelSession | null,
    /** Runs where the user takes an edit that is for another document. */
    readonly command: string,
    readonly edits: InlineEditOptions | undefined,
    readonly speech: Speech,
  ) {
    this.#removed = new RemovedText(editor);
    enableInlineEdits(editor, { ...edits, showCollapsed: false });
    // What asks for edits Monaco sets up when the page is idle; a key before that would not make it ask.
    editor.getContribution("editor.contrib.inlineCompletionsController");
    this.#changed = new monaco.Emitter();
    this.onDidChangeInlineCompletions = this.#changed.event;
  }

  /** Hands itself to Monaco, in place of what it was handed as before, which makes Monaco ask again when it is told to. */
  register(): void {
    this.#registration?.dispose();
    this.#registration = this.monaco.languages.registerInlineCompletionsProvider("*", { ...this });
  }

  /**
   * What is on offer may have changed. Monaco asks a provider once for each version of the text and position of the
   * cursor. That there is something else now, it takes up only after it has hidden what it had, or from another provider
   * where it had nothing.
   */
  update(): void {
    const { controller } = this.session() ?? {};
    const { view, mode } = controller ?? {};
    this.speech.update(controller ?? { view: null, hidden: null });
    this.#collapse(view ? view.collapsed : mode === "collapsed");
    if (!view || view.collapsed) this.#removed.clear();
    else if (this.#shown) this.#removed.show(this.#shown);
    if (this.#waiting > 0 || this.#offer() === this.#given) return;
    // Where the text has changed Monaco asks again, and keeps what it shows until then if that agrees with what is typed.
    if (this.#shown && this.#version === this.session()?.model.getVersionId()) this.hide();
    if (view && this.#nothingAt === this.#here()) this.register();
    this.#changed.fire();
  }

  /** Monaco has an edit of ours on show, and not somebody else's. */
  get shows(): boolean {
    return this.#shown !== null;
  }

  /** Asks for an edit, and has it shown whole in every mode. */
  ask(): void {
    this.register(); // or Monaco does not ask twice
    this.editor.trigger("foretab", "editor.action.inlineSuggest.trigger", undefined);
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
    const asks = context.triggerKind === Explicit && session.editable;
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
    const view = this.session()?.controller.view;
    if (view && !view.collapsed) this.#removed.show(item);
    this.speech.shown(view);
  };

  handlePartialAccept: Provider["handlePartialAccept"] = (_completions, _item, _characters, { kind }) => {
    // That of ghost text, by Monaco's own commands; of edits, ours do it.
    const { Word, Line } = this.monaco.languages.PartialAcceptTriggerKind;
    if (kind === Word) this.session()?.controller.tookPart("word");
    else if (kind === Line) this.session()?.controller.tookPart("line");
  };

  handleEndOfLifetime: Provider["handleEndOfLifetime"] = (_completions, item, reason) => {
    this.#removed.clear(item);
    if (this.#shown === item) this.#shown = null;
    // An accepted edit arrives as a change of the document.
    const { Rejected } = this.monaco.languages.InlineCompletionEndOfLifeReasonKind;
    if (reason.kind === Rejected && !this.#hiding) this.session()?.controller.dismiss();
  };

  disposeInlineCompletions: Provider["disposeInlineCompletions"] = () => {};

  dispose(): void {
    this.#registration?.dispose();
    this.#removed.clear();
    this.#changed.dispose();
  }

  /** Whether Monaco is to mark an edit only, where it is the controller that knows. */
  #collapse(showCollapsed: boolean): void {
    if (showCollapsed === this.#collapsed) return;
    this.#collapsed = showCollapsed;
    enableInlineEdits(this.editor, { ...this.edits, showCollapsed });
  }

  #offer(): string {
    const view = this.session()?.controller.view;
    return view ? JSON.stringify([view.document, view.suggestion]) : "";
  }

  #here(): string {
    return `${this.session()?.model.getVersionId()} ${this.editor.getPosition()}`;
  }
}
