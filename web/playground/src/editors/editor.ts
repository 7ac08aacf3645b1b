import type { Foretab, Mode, TextChange } from "@foretab/client";

/** What the page needs of an editor; each of the two modules beside this one makes one. */
export interface PlaygroundEditor {
  /** Shows one of its files, with the state that it was left in, or with the cursor there. */
  show(path: string, cursor?: number): void;
  /** The text on show, with the editor's own line ends. */
  text(): string;
  /** UTF-16 offset of the cursor in `text`. */
  cursor(): number;
  /** How much of a suggestion is shown. */
  setMode(mode: Mode): void;
  /** Switches suggestions off or on for the language of the file on show. */
  toggleLanguage(): void;
  focus(): void;
  /** Selects that range of the text on show, and scrolls to it. */
  select(from: number, to: number): void;
  /** Puts text in place of the selection, as a key would. */
  type(text: string): void;
  undo(): void;
  /** Asks for a suggestion. */
  request(): void;
  /** Tab would go to a suggestion, or accept it. */
  offers(): boolean;
  dispose(): void;
}

export interface EditorSetup {
  parent: HTMLElement;
  foretab: Foretab;
  /** Called where the next edit is in another file. */
  open: (path: string, offset: number) => void;
  /** Called for every change of a file: offsets in the text before it, and the cursor after it. */
  changed: (path: string, changes: readonly TextChange[], cursor: number) => void;
  /** Path to text. */
  files: ReadonlyMap<string, string>;
}

/** Presses Tab where the user's keys go, so that what it does is what it does for them. */
export function pressTab(): void {
  const key = { key: "Tab", code: "Tab", keyCode: 9, bubbles: true, cancelable: true, composed: true };
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", key));
}
