import type { Request } from "./protocol.js";
import { applyChanges, Since } from "./rebase.js";
import type { Diagnostic, Prediction, Suggestion, TextChange } from "./session-types.js";

/** What a document needs of its Foretab. */
export interface DocumentPort {
  post(message: Request): void;
  predict(document: string, cursor: number, elsewhere: boolean): Promise<Prediction>;
  closed(path: string): void;
}

/** An open document: a mirror of the editor's text that the worker has too. Offsets are UTF-16. */
export class ForetabDocument {
  #text: string;
  #cursor = 0;
  #version = 0;
  #open = true;

  /** Use `Foretab.open`. */
  constructor(
    /** Workspace-relative, with `/`. */
    readonly path: string,
    text: string,
    private readonly port: DocumentPort,
  ) {
    this.#text = text;
    port.post({ type: "open", document: path, text });
  }

  get text(): string {
    return this.#text;
  }

  get cursorOffset(): number {
    return this.#cursor;
  }

  /** Change events so far. */
  get version(): number {
    return this.#version;
  }

  /** Tells one change event of the editor: all offsets count in the text before it. `cursor` is the one after it. */
  change(changes: readonly TextChange[], cursor: number): void {
    if (!this.#open || changes.length === 0) return;
    this.#text = applyChanges(this.#text, changes);
    this.#cursor = cursor;
    this.#version++;
    const time = performance.now();
    this.port.post({ type: "change", document: this.path, changes: [...changes], cursor, time });
  }

  /** Brings the document to `text` where it differs. */
  replace(text: string): void {
    const { changes } = new Since(this.#text).after([{ from: 0, to: this.#text.length, insert: text }]);
    this.change(changes, this.#cursor);
  }

  /** Tells where the cursor is. */
  cursor(offset: number): void {
    if (!this.#open || offset === this.#cursor) return;
    this.#cursor = offset;
    this.port.post({ type: "cursor", document: this.path, cursor: offset });
  }

  /**
   * Tells what the editor marks in the text as it is now; what it marked before is forgotten. The first 50 errors
   * count: where nothing is to be done at the cursor, the next edit is looked for at the nearest. They follow edits
   * until they are told anew, and go with one that touches them.
   */
  diagnostics(list: readonly Diagnostic[]): void {
    if (this.#open) this.port.post({ type: "diagnostics", document: this.path, diagnostics: [...list] });
  }

  /**
   * Asks for the next edit now. A newer request ends an older one, whose outcome is then "cancelled".
   * With `elsewhere` the suggestions may be for another open document, where nothing is to be done in this one.
   */
  predict({ elsewhere = false } = {}): Promise<Prediction> {
    return this.port.predict(this.path, this.#cursor, elsewhere);
  }

  /** The user does not want this edit; it is not offered again for the same text. */
  reject(suggestion: Suggestion): void {
    if (this.#open) this.port.post({ type: "reject", document: this.path, suggestion });
  }

  /** Closes the document. */
  dispose(): void {
    if (!this.#open) return;
    this.#open = false;
    this.port.post({ type: "close", document: this.path });
    this.port.closed(this.path);
  }
}
