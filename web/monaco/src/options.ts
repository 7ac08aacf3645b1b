import type { Foretab } from "@foretab/client";
import type * as Monaco from "monaco-editor";

/** The part of the Monaco namespace that is used; `monaco-editor` and `monaco-editor/editor` both have it. */
export type MonacoApi = Pick<
  typeof Monaco,
  "editor" | "Emitter" | "KeyCode" | "KeyMod" | "languages" | "MarkerSeverity"
>;

export interface NextEditOptions {
  /** The model's worker, from `createForetab`. */
  foretab: Foretab;
  /** Workspace path of a text model, with `/`. Default: the path of its URI. */
  path?: (model: Monaco.editor.ITextModel) => string;
  /**
   * Shows the document of that path, with the cursor at that offset: where Tab goes when the next edit is in another
   * document that is open in the `foretab`. Without it, and before Monaco 0.55, none is looked for there.
   */
  open?: ((path: string, offset: number) => void) | undefined;
  /** How edits are drawn; set on the editor. */
  edits?: InlineEditOptions;
}

/** Monaco's options for inline edits, which its type declarations leave out (0.53 to 0.57 at least). */
export interface InlineEditOptions {
  /** A mark in the margin until the user goes there. Monaco's default: false. */
  showCollapsed?: boolean;
  /** Old and new text beside each other where there is room. Monaco's default: "auto". */
  renderSideBySide?: "auto" | "never";
  /** Make room for the preview by moving code. Monaco's default: "always". */
  allowCodeShifting?: "always" | "horizontal" | "never";
}

/** Switches inline edits on, and off in a snippet that is being filled in (Monaco's default only since 0.55). */
export function enableInlineEdits(editor: Monaco.editor.ICodeEditor, edits: InlineEditOptions = {}): void {
  const inlineSuggest = {
    ...editor.getRawOptions().inlineSuggest,
    enabled: true,
    suppressInSnippetMode: true,
  };
  editor.updateOptions({ inlineSuggest: { ...inlineSuggest, edits: { enabled: true, ...edits } } as object });
}
