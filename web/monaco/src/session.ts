import {
  Controller,
  carried,
  drawn,
  type EditKind,
  type ForetabDocument,
  type TextChange,
} from "@foretab/client";
import type * as Monaco from "monaco-editor";
import type { MonacoApi, NextEditOptions } from "./options.js";

/** The source of a cursor's move when Monaco goes to an edit or accepts one. */
const BY_MONACO = ["inlineCompletions.jump", "inlineCompletionAccept"];

/** Tells the controller what happens in an editor while it shows one model. */
export class ModelSession {
  readonly controller: Controller;
  readonly #document: ForetabDocument;
  readonly #opened: boolean;
  readonly #subscriptions: Monaco.IDisposable[];
  readonly #waiting = new Set<() => void>();
  /** The version of the text that the controller knows. */
  #version: number;
  /** The cursor has moved in a text that the controller does not know yet. */
  #movedBefore = false;

  constructor(
    readonly editor: Monaco.editor.ICodeEditor,
    readonly model: Monaco.editor.ITextModel,
    { foretab, path, mode, open }: NextEditOptions,
    onChange: () => void,
    hide: () => void,
    /** Monaco shows an edit of ours. */
    readonly isShown: () => boolean,
  ) {
    const name = path?.(model) ?? model.uri.path.replace(/^\/+/, "");
    this.#opened = foretab.document(name) === undefined;
    this.#document = foretab.open(name, model.getValue());
    this.#version = model.getVersionId();
    this.controller = new Controller({
      foretab,
      document: this.#document,
      language: model.getLanguageId(),
      mode,
      open,
      onChange: () => {
        if (!this.controller.busy) this.#release();
        onChange();
      },
    });
    const position = editor.getPosition();
    if (position && this.editable) this.controller.entered(model.getOffsetAt(position));
    else this.#moved();
    this.#subscriptions = [
      model.onDidChangeLanguage(({ newLanguage }) => {
        this.controller.language = newLanguage;
      }),
      model.onDidChangeContent((event) => this.#changed(event)),
      editor.onDidChangeCursorSelection((event) => {
        // Of an edit from outside Monaco tells the cursor's move first.
        if (this.#version !== model.getVersionId()) this.#movedBefore = true;
        else if (!this.#keepCursors(event)) this.#moved();
      }),
      editor.onDidChangeConfiguration(() => this.#moved()),
      editor.onDidCompositionStart(() => {
        this.controller.composing(true);
        hide(); // Monaco hides ghost text by itself, but not edits.
      }),
      editor.onDidCompositionEnd(() => this.controller.composing(false)),
    ];
  }

  /** The user may edit the text. */
  get editable(): boolean {
    return this.editor.getRawOptions().readOnly !== true;
  }

  /** Moves the main cursor; the others stay. */
  goTo(offset: number): void {
    const { lineNumber, column } = this.model.getPositionAt(offset);
    const [, ...others] = this.editor.getSelections() ?? [];
    const main = {
      selectionStartLineNumber: lineNumber,
      selectionStartColumn: column,
      positionLineNumber: lineNumber,
      positionColumn: column,
    };
    this.editor.setSelections([main, ...others]);
  }

  /** Resolves when no answer is awaited any more, or Monaco does not want one any more. */
  async settled(token: Monaco.CancellationToken): Promise<void> {
    if (!this.controller.busy || token.isCancellationRequested) return;
    await new Promise<void>((resolve) => {
      this.#waiting.add(resolve);
      token.onCancellationRequested(() => {
        this.#waiting.delete(resolve);
        resolve();
      });
    });
  }

  /** An edit on offer for another document as Monaco takes it: a label at the cursor, which runs a command. */
  label(monaco: MonacoApi, position: Monaco.IPosition, command: string): Monaco.languages.InlineCompletion {
    const { lineNumber, column } = position;
    const range = {
      startLineNumber: lineNumber,
      startColumn: column,
      endLineNumber: lineNumber,
      endColumn: column,
    };
    const title = `→ ${this.controller.view?.document}`;
    const item = { insertText: undefined, isInlineEdit: true, command: { id: command, title } };
    return {
      ...item,
      hint: { range, style: monaco.languages.InlineCompletionHintStyle.Label, content: title },
    };
  }

  /** The edit on offer as Monaco takes it: a minimal hunk, drawn as ghost text where it continues at the cursor. */
  item(position: Monaco.IPosition): Monaco.languages.InlineCompletion | null {
    const suggestion = this.controller.view?.suggestion;
    if (!suggestion) return null;
    const cursor = this.model.getOffsetAt(position);
    const { edit, ghost } = drawn(suggestion, this.#document.text, cursor);
    // Ghost text would be put at every cursor.
    const several = (this.editor.getSelections() ?? []).length > 1;
    return { insertText: edit.insert, range: this.range(edit), isInlineEdit: !ghost || several };
  }

  /** Tells the errors that are marked in the model. */
  tellErrors({ editor, MarkerSeverity }: MonacoApi): void {
    const errors = editor
      .getModelMarkers({ resource: this.model.uri })
      .filter(({ severity }) => severity === MarkerSeverity.Error);
    const offset = (lineNumber: number, column: number) => this.model.getOffsetAt({ lineNumber, column });
    this.#document.diagnostics(
      errors.map(({ message, startLineNumber, startColumn, endLineNumber, endColumn }) => ({
        from: offset(startLineNumber, startColumn),
        to: offset(endLineNumber, endColumn),
        message,
        severity: "error",
      })),
    );
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.controller.dispose();
    this.#release();
    if (this.#opened) this.#document.dispose();
  }

  range({ from, to }: TextChange): Monaco.IRange {
    const start = this.model.getPositionAt(from);
    const end = this.model.getPositionAt(to);
    return {
      startLineNumber: start.lineNumber,
      startColumn: start.column,
      endLineNumber: end.lineNumber,
      endColumn: end.column,
    };
  }

  #moved(): void {
    const [main, ...others] = this.editor.getSelections() ?? [];
    if (!main) return;
    const plain = this.editable && [main, ...others].every((selection) => selection.isEmpty());
    this.controller.moved(this.model.getOffsetAt(main.getPosition()), plain);
  }

  /** Monaco goes to an edit, and accepts it, with the main cursor alone: the others are put back. */
  #keepCursors(event: Monaco.editor.ICursorSelectionChangedEvent): boolean {
    const { source, selection, secondarySelections, oldSelections, oldModelVersionId, modelVersionId } =
      event;
    const others = oldSelections?.slice(1) ?? [];
    if (!BY_MONACO.includes(source) || secondarySelections.length > 0 || others.length === 0) return false;
    if (oldModelVersionId !== modelVersionId) return false;
    this.editor.setSelections([selection, ...others]);
    return true;
  }

  #release(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #changed(event: Monaco.editor.IModelContentChangedEvent): void {
    const whole = event.isFlush || event.isEolChange;
    const changes: TextChange[] = whole
      ? [{ from: 0, to: this.#document.text.length, insert: this.model.getValue() }]
      : event.changes.map((c) => ({
          from: c.rangeOffset,
          to: c.rangeOffset + c.rangeLength,
          insert: c.text,
        }));
    const kind = this.#kind(event, whole);
    const cursor = kind === "other" ? carried(this.#document.cursorOffset, changes) : behind(changes);
    this.#version = event.versionId;
    this.controller.changed(changes, whole ? 0 : cursor, kind);
    if (this.#movedBefore) this.#moved();
    this.#movedBefore = false;
  }

  #kind(event: Monaco.editor.IModelContentChangedEvent, whole: boolean): EditKind {
    if (event.isUndoing || event.isRedoing) return "undo";
    // Before 0.54 Monaco does not say who made an edit; the user types where the focus is.
    const { detailedReasons } = event as Reasons;
    const allBy = (source: string) => detailedReasons?.every(({ metadata }) => metadata.source === source);
    if (allBy("inlineCompletionAccept") && this.isShown()) return "accepted";
    const byProgram = allBy("applyEdits");
    return !whole && !byProgram && this.editor.hasTextFocus() ? "typed" : "other";
  }
}

/** What Monaco's type declarations leave out of the event: `applyEdits` is how a model is changed from outside. */
interface Reasons {
  readonly detailedReasons?: readonly { readonly metadata: { readonly source: string } }[];
}

/** The editor's cursor follows the user's edits with an event of its own; until then it is behind what was typed. */
function behind(changes: readonly TextChange[]): number {
  const last = changes.reduce((a, b) => (b.from > a.from ? b : a));
  return carried(last.from, changes, true);
}
