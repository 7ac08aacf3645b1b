import { Past } from "./past.js";
import type { Request } from "./protocol.js";
import { applyChanges, Since } from "./rebase.js";
import type {
  Awaited,
  Diagnostic,
  Offer,
  Prediction,
  Suggestion,
  TextChange,
  UserEvent,
} from "./session-types.js";

/** What a document needs of its Foretab. */
export interface DocumentPort {
  post(message: Request): void;
  /** The number of what is told next. */
  moment(): number;
  /** Somebody can be asked. */
  answers(): boolean;
  predict(document: string, cursor: number, elsewhere: boolean): Promise<Prediction>;
  /** One change event of a document that was `before` until then. */
  changed(path: string, changes: readonly TextChange[], before: string): void;
  closed(path: string): void;
}

/** Who shows a document's suggestions. */
export interface DocumentWatcher {
  /** It can show other documents too, so that suggestions may be for one of them. */
  readonly elsewhere: boolean;
  /** An answer to what the user did, and what has happened to the text since it was asked for. */
  arrived(offer: Offer, since: Since): void;
  /** The same with suggestions for another document. */
  arrivedFor(document: string, offer: Offer): void;
  /** `awaiting` may have changed. */
  awaited(): void;
}

/** An open document: a mirror of the editor's text that the worker has too. Offsets are UTF-16. */
export class ForetabDocument {
  #text: string;
  #language: string | undefined;
  #cursor = 0;
  #version = 0;
  #open = true;
  #watcher: DocumentWatcher | null = null;
  #past: Past;
  /** What was told last, the last edit of that, and what the worker has heard. */
  #told = 0;
  #edited = 0;
  #heard = 0;
  /** The worker has said that an answer will come. */
  #awaited = false;
  /** Answers to what was told before are not wanted. */
  #wanted: number;

  /** Use `Foretab.open`. */
  constructor(
    /** Workspace-relative, with `/`. */
    readonly path: string,
    text: string,
    private readonly port: DocumentPort,
    language?: string,
  ) {
    this.#text = text;
    this.#language = language;
    this.#past = new Past(text, 0);
    const moment = port.moment();
    this.#wanted = moment;
    port.post({ type: "open", document: path, text, moment });
  }

  get text(): string {
    return this.#text;
  }

  /** By the editor's name of it, for `Foretab.languages`; where nobody says, it is what the path ends with. */
  get language(): string {
    return this.#language ?? this.path.slice(this.path.lastIndexOf(".") + 1);
  }

  set language(name: string | undefined) {
    this.#language = name;
  }

  get cursorOffset(): number {
    return this.#cursor;
  }

  /** Change events so far. */
  get version(): number {
    return this.#version;
  }

  /** An answer will come, or the worker has yet to say whether one will. */
  get awaiting(): boolean {
    return this.port.answers() && (this.#told > this.#heard || this.#awaited);
  }

  /** Tells one change event of the editor: all offsets count in the text before it. `cursor` is the one after it. */
  change(changes: readonly TextChange[], cursor: number): void {
    if (!this.#open || changes.length === 0) return;
    this.#apply(changes, cursor);
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

  /** Hands answers to what the user does to that watcher, until the returned function is called. */
  watch(watcher: DocumentWatcher): () => void {
    this.#watcher = watcher;
    this.#past = new Past(this.#text, this.#version);
    return () => {
      if (this.#watcher === watcher) this.#watcher = null;
    };
  }

  /** Tells what the user did in an editor, which may lead to an answer. */
  tell(event: UserEvent): void {
    if (!this.#open) return;
    if (event.type === "edited") this.#apply(event.changes, event.cursor);
    else if ("cursor" in event) this.#cursor = event.cursor;
    this.#told = this.port.moment();
    if (event.type === "edited") this.#edited = this.#told;
    this.port.post({
      type: "user",
      document: this.path,
      event,
      elsewhere: this.#watcher?.elsewhere ?? false,
      time: performance.now(),
      moment: this.#told,
    });
  }

  /** What is being computed by now is not wanted any more. */
  forgo(): void {
    this.#wanted = this.#told;
  }

  /** For the Foretab: the worker has an answer to what it had heard by that moment. */
  arrived(prediction: Prediction, moment: number): void {
    if (moment < this.#wanted || prediction.outcome === "cancelled") return;
    if (this.#told <= moment) this.#awaited = false;
    this.offered(prediction, moment);
  }

  /** For the Foretab: the same with suggestions of an answer that may go on. */
  offered(offer: Offer, moment: number): void {
    if (moment < this.#wanted) return;
    if (offer.document !== undefined) {
      if (this.#edited <= moment) this.#watcher?.arrivedFor(offer.document, offer);
      return;
    }
    const since = this.#past.since(offer.version, offer.cursor);
    if (since) this.#watcher?.arrived(offer, since);
  }

  /** For the Foretab: the worker will have answers for these documents, by what it had heard by that moment. */
  heard(documents: readonly Awaited[], moment: number): void {
    const before = this.awaiting;
    const versions = documents.filter(({ document }) => document === this.path).map(({ version }) => version);
    this.#awaited = versions.length > 0;
    this.#heard = moment;
    if (this.#awaited) this.#past.forget(Math.min(...versions));
    else if (this.#told <= moment) this.#past = new Past(this.#text, this.#version);
    if (this.awaiting !== before) this.#watcher?.awaited();
  }

  /** Closes the document. */
  dispose(): void {
    if (!this.#open) return;
    this.#open = false;
    this.port.post({ type: "close", document: this.path });
    this.port.closed(this.path);
  }

  #apply(changes: readonly TextChange[], cursor: number): void {
    this.port.changed(this.path, changes, this.#text);
    this.#text = applyChanges(this.#text, changes);
    this.#cursor = cursor;
    this.#version++;
    if (this.#watcher) this.#past.add(changes);
  }
}
