// What an editor shows, and what its keys do: the policy that every adapter shares.
// An adapter tells what happened in its editor, draws `view`, and carries out what `tab` decides.

import type { ForetabDocument } from "./document.js";
import type { Foretab } from "./foretab.js";
import { interpolate, Since, touch } from "./rebase.js";
import type { Prediction, Suggestion, TextChange } from "./session-types.js";
import type { EditKind, Trigger } from "./trigger.js";

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
}

/** What Tab means at this moment. */
export type TabAction =
  | { type: "jump"; cursor: number }
  | { type: "open"; document: string; cursor: number }
  | { type: "accept"; edit: TextChange; cursor: number };

export interface ControllerOptions {
  foretab: Foretab;
  document: ForetabDocument;
  /**
   * Shows the document of that path, with the cursor at that offset. Without it, suggestions for other documents are
   * not asked for.
   */
  open?: ((path: string, offset: number) => void) | undefined;
  /** `view` or `busy` may have changed. Called at once, also from within `changed`, `moved` and `composing`. */
  onChange: () => void;
}

/** Suggestions with the text that they were made for, and what happened to it since. */
interface Offer {
  suggestions: readonly Suggestion[];
  since: Since;
  agrees: boolean;
}

export class Controller {
  readonly #foretab: Foretab;
  readonly #document: ForetabDocument;
  readonly #open: ControllerOptions["open"];
  readonly #onChange: () => void;
  readonly #trigger: Trigger;
  readonly #endStatus: () => void;
  #offer: Offer | null = null;
  /** `#offer`, as it stands in the text now. */
  #queue: readonly Suggestion[] = [];
  /** The one of `#queue` that the user has typed a part of. */
  #begun: Suggestion | null = null;
  /** Suggestions for another document; on offer when there are none for this one. */
  #other: Prediction | null = null;
  #pending: { since: Since } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #composing = false;
  #plainCursor = true;
  #view: SuggestionView | null = null;

  constructor({ foretab, document, open, onChange }: ControllerOptions) {
    this.#foretab = foretab;
    this.#document = document;
    this.#open = open;
    this.#onChange = onChange;
    this.#trigger = foretab.trigger;
    this.#endStatus = foretab.on("status", () => {
      this.#clear();
      this.#schedule(this.#afterMove());
    });
  }

  /** What to draw; `null`: nothing. */
  get view(): SuggestionView | null {
    return this.#view;
  }

  /**
   * An answer is awaited, and there is nothing to show until then. False while what is on show was only typed
   * or accepted in part: it stays, or gives way to what the answer has in its place.
   */
  get busy(): boolean {
    if (this.#view && this.#offer?.agrees) return false;
    return this.#composing || this.#timer !== undefined || this.#pending !== null;
  }

  /** The user came to this document, with the cursor there. What was just edited elsewhere may matter here. */
  entered(cursor: number): void {
    this.#document.cursor(cursor);
    if (!this.#takeOver()) this.#schedule(this.#afterMove());
  }

  /** The document changed: one event, offsets in the text before it. */
  changed(changes: readonly TextChange[], cursor: number, kind: EditKind): void {
    this.#document.change(changes, cursor);
    const before = this.#queue.length;
    this.#other = null;
    if (kind === "undo") {
      // What was just taken back is not offered again, nor what followed from it.
      this.#offer = null;
      this.#pending = null;
    }
    if (this.#pending) this.#pending.since = this.#pending.since.after(changes);
    if (this.#offer) this.#offer.since = this.#offer.since.after(changes);
    this.#rebase();
    const completed = this.#offer?.agrees === true && this.#queue.length < before;
    const done = kind === "typed" && completed ? "accepted" : kind;
    this.#schedule(this.#trigger.edited(done, changes, performance.now(), this.#document.text, cursor));
    this.#update();
  }

  /** The cursor moved without an edit. `plain`: one cursor and nothing selected. */
  moved(cursor: number, plain = true): void {
    const sameLine = !/\n/.test(between(this.#document.text, cursor, this.#document.cursorOffset));
    this.#document.cursor(cursor);
    this.#plainCursor = plain;
    if (this.#takeOver()) return;
    if (plain && !sameLine && this.#queue.length === 0) {
      this.#schedule(this.#afterMove());
    }
    this.#update();
  }

  /** An input method began or ended composing; nothing is shown or asked meanwhile. */
  composing(active: boolean): void {
    if (active === this.#composing) return;
    this.#composing = active;
    if (active) this.#schedule(null);
    else this.#schedule(this.#afterMove());
    this.#update();
  }

  /** Asks now, whatever the policy says. */
  request(): void {
    this.#schedule(0);
  }

  /** What Tab does now; `null`: Tab is the editor's. */
  tab(): TabAction | null {
    const view = this.view;
    if (!view) return null;
    const { from, to, insert } = view.suggestion;
    if (view.document !== undefined) return { type: "open", document: view.document, cursor: from };
    if (view.place === "elsewhere") return { type: "jump", cursor: from };
    return { type: "accept", edit: { from, to, insert }, cursor: from + insert.length };
  }

  /** Goes to the document that the suggestion on show is for. False when it is for this one. */
  follow(): boolean {
    const action = this.tab();
    if (action?.type !== "open") return false;
    this.#foretab.followed = this.#other;
    this.#pending = null;
    this.#schedule(null);
    this.#clear();
    this.#open?.(action.document, action.cursor);
    return true;
  }

  /** Drops what is shown, and what waits behind it. False when nothing was shown. */
  dismiss(): boolean {
    const view = this.view;
    if (!view) return false;
    const document = view.document === undefined ? this.#document : this.#foretab.document(view.document);
    document?.reject(view.suggestion);
    this.#trigger.dismissed(performance.now());
    this.#pending = null;
    this.#schedule(null);
    this.#clear();
    return true;
  }

  /** Ends asking and showing; the document stays open. */
  dispose(): void {
    this.#schedule(null);
    this.#pending = null;
    this.#endStatus();
  }

  #afterMove(): number | null {
    return this.#trigger.moved(performance.now(), this.#document.text, this.#document.cursorOffset);
  }

  #schedule(delay: number | null): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (delay === null) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#ask();
    }, delay);
  }

  #ask(): void {
    // Both ask again when they change.
    if (this.#composing || !this.#foretab.loaded) {
      this.#update();
      return;
    }
    const pending = { since: this.#now() };
    this.#pending = pending;
    this.#document.predict({ elsewhere: this.#open !== undefined }).then(
      (prediction) => {
        if (this.#pending !== pending) return;
        this.#pending = null;
        if (prediction.outcome !== "cancelled") this.#arrived(prediction, pending.since);
        if (prediction.stats.promptTokens > prediction.stats.cachedTokens) {
          this.#trigger.answered(prediction.stats.totalMs);
        }
        this.#update();
      },
      () => {
        // The Foretab reports it as an event.
        if (this.#pending !== pending) return;
        this.#pending = null;
        this.#update();
      },
    );
  }

  /** Goes on with what the user has followed here from another document, if they have. */
  #takeOver(): boolean {
    const { followed } = this.#foretab;
    if (followed?.document !== this.#document.path) return false;
    this.#foretab.followed = null;
    if (followed.version !== this.#document.version) return false;
    this.#schedule(null);
    this.#pending = null;
    this.#arrived({ ...followed, document: undefined }, this.#now());
    this.#update();
    return true;
  }

  #arrived(prediction: Prediction, since: Since): void {
    this.#other = null;
    if (prediction.document !== undefined) {
      if (since.changes.length === 0) this.#other = prediction;
      return;
    }
    // What is on offer stays while the user follows it, and new ones queue behind it. Where they say something
    // else they take its place, for they were made with more of the user's edits; but not under the user's hands.
    const follows = this.#offer?.agrees === true;
    const queue = follows ? this.#queue : [];
    const begun = follows ? this.#begun : null;
    const arrived = interpolate(prediction.suggestions, since)?.suggestions ?? [];
    const fresh = arrived.filter((suggestion) => !begun || !touch(suggestion, begun));
    const followed = queue.flatMap((old) => {
      const instead = fresh.filter((suggestion) => touch(suggestion, old));
      return instead.length > 0 ? instead : [old];
    });
    this.#offer = { suggestions: [...new Set([...followed, ...fresh])], since: this.#now(), agrees: true };
    this.#rebase();
  }

  #now(): Since {
    return new Since(this.#document.text, this.#document.cursorOffset);
  }

  #rebase(): void {
    const result = this.#offer && interpolate(this.#offer.suggestions, this.#offer.since);
    if (!result) this.#offer = null;
    else if (this.#offer) this.#offer.agrees = result.agrees;
    this.#queue = result?.suggestions ?? [];
    this.#begun = result?.begun ?? null;
  }

  #clear(): void {
    this.#offer = null;
    this.#other = null;
    this.#queue = [];
    this.#begun = null;
    this.#update();
  }

  #update(): void {
    const first = this.#queue[0];
    if (this.#composing || !this.#plainCursor) {
      this.#view = null;
    } else if (!first) {
      this.#view = this.#otherView();
    } else {
      const near = isNear(this.#document.text, first, this.#document.cursorOffset);
      const remaining = this.#queue.length - 1;
      this.#view = { suggestion: first, place: near ? "here" : "elsewhere", remaining };
    }
    this.#onChange();
  }

  /** What is on offer for another document, as long as that is as it was. */
  #otherView(): SuggestionView | null {
    const { document = "", version, suggestions = [] } = this.#other ?? {};
    const [suggestion, ...others] = suggestions;
    if (!suggestion || this.#foretab.document(document)?.version !== version) return null;
    return { suggestion, place: "document", document, remaining: others.length };
  }
}

/** The cursor is in the edit, or at most one line away from it. */
function isNear(text: string, { from, to }: TextChange, cursor: number): boolean {
  if (cursor >= from && cursor <= to) return true;
  const gap = cursor < from ? between(text, cursor, from) : between(text, to, cursor);
  return gap.split("\n", 3).length <= 2;
}

function between(text: string, a: number, b: number): string {
  return text.slice(Math.min(a, b), Math.max(a, b));
}
