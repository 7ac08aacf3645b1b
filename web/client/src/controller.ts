// What an editor shows, and what its keys do: the policy that every adapter shares.
// An adapter tells what happened in its editor, draws `view`, and carries out what `tab` decides.

import type { ForetabDocument } from "./document.js";
import type { Foretab } from "./foretab.js";
import { partOf, type Unit } from "./partial.js";
import { presented } from "./presentation.js";
import { Queue } from "./queue.js";
import { carried, Since } from "./rebase.js";
import type { EditKind, Offer, Suggestion, TextChange } from "./session-types.js";
import { type Cause, type ChangeOf, causeOf, type Offered, type Shower } from "./shown.js";

/**
 * How much of a suggestion is shown. "eager": all at once. "subtle": nothing until Alt is held. "collapsed": a mark at
 * its line until the cursor is at it. A suggestion that the user asks for is shown in all of them.
 */
export type Mode = "eager" | "subtle" | "collapsed";

/** The suggestion on offer. Offsets count in the document as it is now. */
export interface SuggestionView {
  suggestion: Suggestion;
  /**
   * "here": within a line of the cursor, Tab accepts. "elsewhere": Tab goes there first. "document": it is for another
   * document, to which Tab goes.
   */
  place: "here" | "elsewhere" | "document";
  /** Path of the other document, in which the suggestion's offsets count then. */
  document?: string | undefined;
  /** How many more wait behind it. */
  remaining: number;
  /**
   * Tab acts on it. False on an indentation edge, where Tab indents, and while Alt is held, where Alt and Tab may be the
   * system's: there only `action` reaches the suggestion.
   */
  tab: boolean;
  /** Only its line is to be marked: the user has not gone there yet. */
  collapsed: boolean;
}

/** What is to be done with the suggestion on show: first go there, then accept. */
export type Action =
  | { type: "jump"; cursor: number }
  | { type: "open"; document: string; cursor: number }
  | { type: "accept"; edit: TextChange; cursor: number };

export interface ControllerOptions {
  foretab: Foretab;
  document: ForetabDocument;
  /** The document's language, by the editor's name of it. Default: what the document has. */
  language?: string | undefined;
  /** Default "eager". */
  mode?: Mode | undefined;
  /**
   * Shows the document of that path, with the cursor at that offset. Without it, suggestions for other documents are
   * not asked for.
   */
  open?: ((path: string, offset: number) => void) | undefined;
  /** `view` or `busy` may have changed. Called at once, also from within `changed`, `moved` and `composing`. */
  onChange: () => void;
}

const IGNORED: Cause = { type: "rejected", why: "ignored" };

export class Controller {
  readonly #foretab: Foretab;
  readonly #document: ForetabDocument;
  readonly #open: ControllerOptions["open"];
  readonly #onChange: () => void;
  readonly #ends: (() => void)[];
  readonly #by: Shower;
  readonly #queue = new Queue();
  /** Suggestions for another document; on offer when there are none for this one. */
  #other: { document: string; offer: Offer } | null = null;
  /** Suggestions are on for the language. */
  #on: boolean;
  #mode: Mode;
  /** Alt is held. */
  #held = false;
  /** The user has asked for what is on offer. */
  #asked = false;
  #composing = false;
  #plainCursor = true;
  /** The user has just accepted a suggestion or followed one here, and done nothing else since. */
  #following = false;
  #view: SuggestionView | null = null;
  /** What was handed out last to be accepted. */
  #taken: ChangeOf["taken"] = null;
  /** What the last change means for the suggestions that it ended. */
  #cause = IGNORED;
  /** The last change, and the text before it. */
  #last: { changes: readonly TextChange[]; before: string } | null = null;
  #hidden: SuggestionView | null = null;

  constructor({ foretab, document, language, mode, open, onChange }: ControllerOptions) {
    this.#foretab = foretab;
    this.#mode = mode ?? "eager";
    this.#document = document;
    this.#open = open;
    this.#by = { path: document.path };
    this.#onChange = onChange;
    if (language !== undefined) document.language = language;
    this.#on = this.#isOn(document);
    this.#ends = [
      document.watch({
        elsewhere: open !== undefined,
        arrived: (offer, since) => this.#arrived(offer, since),
        arrivedFor: (document, offer) => {
          this.#other = { document, offer };
          this.#update();
        },
        awaited: () => this.#update(),
      }),
      // Another model says what it wants; one that was only loaded again goes on with its answer.
      foretab.on("model", ({ lost }) => lost === undefined && this.#clear()),
      foretab.languages.onChange(() => this.#switch()),
    ];
  }

  get language(): string {
    return this.#document.language;
  }

  /** The editor reads the document as another language now; `undefined`: the path's extension says which. */
  set language(language: string | undefined) {
    this.#document.language = language;
    this.#switch();
  }

  get mode(): Mode {
    return this.#mode;
  }

  set mode(mode: Mode) {
    this.#mode = mode;
    this.#update();
  }

  /** What to draw; `null`: nothing. */
  get view(): SuggestionView | null {
    return this.#view;
  }

  /** What Alt would show: for screen readers, which are to tell of it in every mode. */
  get hidden(): SuggestionView | null {
    return this.#hidden;
  }

  /**
   * An answer is awaited, and there is nothing to show until then. False while what is on show was only typed
   * or accepted in part: it stays, or gives way to what the answer has in its place.
   */
  get busy(): boolean {
    if (this.#view && this.#queue.agrees) return false;
    return this.#composing || this.#document.awaiting;
  }

  /** The user came to this document, with the cursor there. What was just edited elsewhere may matter here. */
  entered(cursor: number): void {
    if (!this.#takeOver(cursor)) this.#enter(cursor);
  }

  /** The document changed: one event, offsets in the text before it. */
  changed(changes: readonly TextChange[], cursor: number, kind: EditKind): void {
    if (changes.length === 0) return;
    const before = this.#queue.suggestions.length;
    this.#last = { changes, before: this.#document.text };
    this.#other = null;
    // What was just taken back is not offered again, nor what followed from it.
    if (kind === "undo") this.#queue.clear();
    this.#queue.change(changes);
    const completed = this.#queue.agrees && this.#queue.suggestions.length < before;
    const done = kind === "typed" && completed ? "accepted" : kind;
    this.#following = done === "accepted";
    if (done !== "typed" || !this.#queue.agrees) this.#asked = false;
    if (this.#on) this.#document.tell({ type: "edited", kind: done, changes: [...changes], cursor });
    else this.#document.change(changes, cursor);
    if (kind === "undo") this.#document.forgo();
    this.#cause = causeOf(this.#last, { kind, completed, taken: this.#taken });
    this.#taken = null;
    this.#update(this.#cause);
  }

  /**
   * The cursor moved without an edit. `plain`: nothing is selected, no snippet is being filled in, and the text may be edited.
   * Otherwise nothing is shown, and every key is the editor's.
   */
  moved(cursor: number, plain = true): void {
    this.#plainCursor = plain;
    if (!this.#takeOver(cursor) && cursor !== this.#document.cursorOffset) {
      this.#following = false;
      const offered = this.#queue.suggestions.length > 0;
      if (this.#on) this.#document.tell({ type: "moved", cursor, plain, offered });
      else this.#document.cursor(cursor);
    }
    this.#update();
  }

  /** An input method began or ended composing; nothing is shown or asked meanwhile. */
  composing(active: boolean): void {
    if (active === this.#composing) return;
    this.#composing = active;
    this.#document.tell({ type: "composing", active });
    this.#queue.composing(active);
    const typed = this.#queue.agrees && this.#last;
    this.#update(typed ? { type: "accepted", how: "typed", ...typed } : this.#cause);
  }

  /** Alt goes down or up. True where that shows a suggestion or hides it. */
  holding(down: boolean): boolean {
    const before = this.#view;
    this.#held = down;
    if (this.#mode === "subtle") this.#update();
    return (before === null) !== (this.#view === null);
  }

  /** Switches suggestions for the document's language on or off, and remembers it; true: they are on now. */
  toggleLanguage(): boolean {
    this.#foretab.languages.switch(this.language);
    return this.#on;
  }

  /** The user asks for a suggestion; the model is asked now, whatever the policy says, and in every language. */
  request(): void {
    this.#asked = true;
    this.#update();
    this.#document.tell({ type: "asked" });
  }

  /** What is to be done with the suggestion on show; `null`: there is none. */
  action(): Action | null {
    const view = this.view;
    if (!view) return null;
    const { from, to, insert } = view.suggestion;
    if (view.document !== undefined) return { type: "open", document: view.document, cursor: from };
    if (view.place === "elsewhere") return { type: "jump", cursor: from };
    return { type: "accept", edit: { from, to, insert }, cursor: from + insert.length };
  }

  /** What Tab does now; `null`: Tab is the editor's. */
  tab(): Action | null {
    return this.view?.tab ? this.action() : null;
  }

  /**
   * The next word or line of the suggestion on show, to be accepted alone. `null` where the cursor does not touch it:
   * a key that moves by words goes on doing that.
   */
  part(unit: Unit): { edit: TextChange; cursor: number } | null {
    const { suggestion, document } = this.view ?? {};
    const cursor = this.#document.cursorOffset;
    if (!suggestion || document !== undefined) return null;
    if (cursor < suggestion.from || cursor > suggestion.to) return null;
    const edit = partOf(suggestion, this.#document.text, unit);
    this.#taken = { how: unit, edits: [edit] };
    return { edit, cursor: edit.from + edit.insert.length };
  }

  /**
   * All suggestions for this document, to be accepted as one edit; offsets in the text before it. The cursor stays
   * where it is in the text, and goes behind what is put there.
   */
  all(): { edits: TextChange[]; cursor: number } | null {
    if (!this.view || this.view.document !== undefined) return null;
    const edits: TextChange[] = [];
    let end = -1;
    for (const { from, to, insert } of [...this.#queue.suggestions].sort((a, b) => a.from - b.from)) {
      if (from <= end) continue; // says something else about the same text
      edits.push({ from, to, insert });
      end = to;
    }
    this.#taken = { how: "all", edits };
    return { edits, cursor: carried(this.#document.cursorOffset, edits, true) };
  }

  /** The editor has just accepted the next word or line of what is on show by itself; the change is told already. */
  tookPart(unit: Unit): void {
    if (this.#last) this.#update({ type: "accepted", how: unit, ...this.#last });
  }

  /** Shows the next suggestion for this document, or the previous one, in place of the one on show; round and round. */
  show(which: "next" | "previous"): boolean {
    if (!this.view || !this.#queue.turn(which === "next" ? 1 : -1)) return false;
    if (this.#mode === "collapsed") this.#asked = true;
    this.#update();
    return true;
  }

  /** Goes to the document that the suggestion on show is for. False when it is for this one. */
  follow(): boolean {
    const action = this.action();
    if (action?.type !== "open") return false;
    this.#foretab.followed = this.#other;
    this.#document.forgo();
    this.#clear();
    this.#open?.(action.document, action.cursor);
    return true;
  }

  /** Drops what is shown, and what waits behind it. False when nothing was shown. */
  dismiss(): boolean {
    const view = this.view;
    if (!view) return false;
    const { suggestion, document } = view;
    if (document === undefined) this.#document.tell({ type: "dismissed", suggestion });
    else this.#foretab.document(document)?.tell({ type: "dismissed", suggestion });
    this.#document.forgo();
    this.#clear({ type: "rejected", why: "dismissed" });
    return true;
  }

  /** Ends asking and showing; the document stays open. */
  dispose(): void {
    this.#document.tell({ type: "left" });
    this.#document.forgo();
    for (const end of this.#ends) end();
    this.#foretab.shown.update(this.#by, null, [], IGNORED);
  }

  #enter(cursor: number): void {
    if (this.#on) this.#document.tell({ type: "entered", cursor });
    else this.#document.cursor(cursor);
  }

  #isOn(document: ForetabDocument): boolean {
    return this.#foretab.languages.isOn(document.language);
  }

  /** Where the language is off the worker is told the text alone: nothing is asked, and nothing shown. */
  #switch(): void {
    const on = this.#isOn(this.#document);
    if (on === this.#on) {
      this.#update(); // what is on offer for another document may be in the language that was switched
      return;
    }
    this.#on = on;
    if (on) {
      this.#enter(this.#document.cursorOffset);
      return;
    }
    this.#document.tell({ type: "left" });
    this.#document.forgo();
    this.#clear();
  }

  /** Goes on with what the user has followed here from another document, if they have. Nothing is asked then. */
  #takeOver(cursor: number): boolean {
    const { followed } = this.#foretab;
    if (followed?.document !== this.#document.path) return false;
    this.#foretab.followed = null;
    if (followed.offer.version !== this.#document.version) return false;
    this.#document.cursor(cursor);
    this.#following = true;
    this.#arrived(followed.offer, new Since(this.#document.text, cursor));
    return true;
  }

  #arrived({ suggestions }: Offer, since: Since): void {
    this.#other = null;
    const { text, cursorOffset } = this.#document;
    this.#queue.arrived(suggestions, since, text, cursorOffset);
    this.#update();
  }

  #clear(cause?: Cause): void {
    this.#queue.clear();
    this.#other = null;
    this.#asked = false;
    this.#update(cause);
  }

  /** `cause`: why what is not on offer any more is not. */
  #update(cause = IGNORED): void {
    const silent = this.#composing || !this.#plainCursor;
    const available = silent ? null : (this.#ownView() ?? this.#otherView());
    const hidden = this.#mode === "subtle" && !this.#held && !this.#asked;
    this.#view = hidden ? null : available;
    this.#hidden = hidden ? available : null;
    const { path } = this.#document;
    const shown = this.#view && { document: this.#view.document ?? path, suggestion: this.#view.suggestion };
    // What an input method puts there on the way ends nothing.
    if (!this.#composing) this.#foretab.shown.update(this.#by, shown, this.#offered(), cause);
    this.#onChange();
  }

  #ownView(): SuggestionView | null {
    const [suggestion, ...others] = this.#queue.suggestions;
    if (!suggestion) return null;
    const { text, cursorOffset: cursor } = this.#document;
    const { from, to } = presented(suggestion, text);
    const isThere = cursor >= from && cursor <= to;
    const collapsed = this.#mode === "collapsed" && !this.#asked && !isThere;
    const place = linesBetween(text, suggestion, cursor) <= 1 && !collapsed ? "here" : "elsewhere";
    return { suggestion, place, remaining: others.length, tab: this.#tabReaches(suggestion), collapsed };
  }

  /** What is or may yet be on show, here or where the user has followed it to. */
  #offered(): Offered[] {
    const { path } = this.#document;
    const own = this.#queue.suggestions.map((suggestion) => ({ document: path, suggestion }));
    const others = [this.#other, this.#foretab.followed].flatMap((other) =>
      other ? other.offer.suggestions.map((suggestion) => ({ document: other.document, suggestion })) : [],
    );
    return [...own, ...others];
  }

  /** What is on offer for another document, as long as that is as it was, and its language is not off. */
  #otherView(): SuggestionView | null {
    if (!this.#other) return null;
    const { document, offer } = this.#other;
    const [suggestion, ...others] = offer.suggestions;
    const other = this.#foretab.document(document);
    if (!suggestion || other?.version !== offer.version || !this.#isOn(other)) return null;
    const tab = this.#tabReaches(null);
    return { suggestion, place: "document", document, remaining: others.length, tab, collapsed: false };
  }

  /** Where Tab indents it goes on doing that, unless the edit is on that line or the user goes from edit to edit. */
  #tabReaches(edit: TextChange | null): boolean {
    const { text, cursorOffset } = this.#document;
    const line = text.slice(text.lastIndexOf("\n", cursorOffset - 1) + 1, cursorOffset);
    if (this.#mode === "subtle" && !this.#asked) return false;
    const indents = line.trim() === "";
    return !indents || this.#following || (edit !== null && linesBetween(text, edit, cursorOffset) === 0);
  }
}

/** How many lines away from the edit the cursor is; 0: the edit has the cursor's line. */
function linesBetween(text: string, { from, to }: TextChange, cursor: number): number {
  const gap = cursor < from ? text.slice(cursor, from) : text.slice(Math.min(to, cursor), cursor);
  return gap.split("\n", 3).length - 1;
}
