import type { Foretab } from "@foretab/client";

/** What the page needs of an editor; each of the two modules beside this one makes one. */
export interface PlaygroundEditor {
  /** Shows a file of the sample, with the state that it was left in, or with the cursor there. */
  show(path: string, cursor?: number): void;
  /** The text on show, with the editor's own line ends. */
  text(): string;
  /** UTF-16 offset of the cursor in `text`. */
  cursor(): number;
  focus(): void;
  dispose(): void;
}

export interface EditorSetup {
  parent: HTMLElement;
  foretab: Foretab;
  /** Called where the next edit is in another file. */
  open: (path: string, offset: number) => void;
  /** Path to text. */
  files: ReadonlyMap<string, string>;
}
