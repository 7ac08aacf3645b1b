import { Controller, drawn, type EditKind, type ForetabDocument, type TextChange } from "@foretab/client";
import type * as Monaco from "monaco-editor";
import type { MonacoApi, NextEditOptions } from "./options.js";

/** Tells the controller what happens in an editor while it shows one model. */
export class ModelSession {
  readonly controller: Controller;
  readonly #document: ForetabDocument;
  readonly #opened: boolean;
  readonly #subscriptions: Monaco.IDisposable[];
  readonly #waiting = new Set<() => void>();

  constructor(
    readonly editor: Monaco.editor.ICodeEditor,
    readonly model: Monaco.editor.ITextModel,
    { foretab, path, open }: NextEditOptions,
    onChange: () => void,
    hide: () => void,
  ) {
    const name = path?.(model) ?? model.uri.path.replace(/^\/+/, "");
    this.#opened = foretab.document(name) === undefined;
    this.#document = foretab.open(name, model.getValue());
    this.controller = new Controller({
      foretab,
      document: this.#document,
      open,
      onChange: () => {
        if (!this.controller.busy) this.#release();
        onChange();
      },
    });
    const position = editor.getPosition();
    if (position) this.controller.entered(model.getOffsetAt(position));
    this.#subscriptions = [
      model.onDidChangeContent((event) => this.#changed(event)),
      editor.onDidChangeCursorSelection(({ selection, secondarySelections }) => {
        const plain = selection.isEmpty() && secondarySelections.length === 0;
        this.controller.moved(model.getOffsetAt(selection.getPosition()), plain);
      }),
      editor.onDidCompositionStart(() => {
        this.controller.composing(true);
        hide(); // Monaco hides ghost text by itself, but not edits.
      }),
      editor.onDidCompositionEnd(() => this.controller.composing(false)),
    ];
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
    const at = { startLineNumber: lineNumber, startColumn: column };
    const title = `→ ${this.controller.view?.document}`;
    const style = monaco.languages.InlineCompletionHintStyle.Label;
    return {
      insertText: undefined,
      isInlineEdit: true,
      hint: { range: { ...at, endLineNumber: lineNumber, endColumn: column }, style, content: title },
      command: { id: command, title },
    };
  }

  /** The edit on offer as Monaco takes it: a minimal hunk, drawn as ghost text where it continues at the cursor. */
  item(position: Monaco.IPosition): Monaco.languages.InlineCompletion | null {
    const suggestion = this.controller.view?.suggestion;
    if (!suggestion) return null;
    const cursor = this.model.getOffsetAt(position);
    const { edit, ghost } = drawn(suggestion, this.#document.text, cursor);
    return { insertText: edit.insert, range: this.range(edit), isInlineEdit: !ghost };
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
    // The editor's cursor follows with an event of its own; until then it is at the end of what was typed.
    const last = changes.reduce((a, b) => (b.from > a.from ? b : a));
    const shift = changes.reduce((sum, c) => sum + (c === last ? 0 : c.insert.length - (c.to - c.from)), 0);
    const cursor = whole ? 0 : last.from + shift + last.insert.length;
    this.controller.changed(changes, cursor, this.#kind(event, whole));
  }

  #kind(event: Monaco.editor.IModelContentChangedEvent, whole: boolean): EditKind {
    if (event.isUndoing || event.isRedoing) return "undo";
    // Monaco does not say who made an edit; the user types where the focus is.
    return !whole && this.editor.hasTextFocus() ? "typed" : "other";
  }
}
