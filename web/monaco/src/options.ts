import type { Foretab, Mode } from "@foretab/client";
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
  /**
   * "eager" (default): an edit is shown at once. "subtle": while Alt is held, or by a button for fingers; Alt+Enter then
   * goes there and accepts. "collapsed": as a mark in the margin until the user goes there by Tab; ghost text at the
   * cursor is shown. One that the user asks for (Alt+\) is shown in all of them, and screen readers hear of each.
   * `NextEditRegistration.mode` changes it.
   */
  mode?: Mode;
  /** How edits are drawn; set on the editor. */
  edits?: InlineEditOptions | undefined;
}

/** Shows edits in an editor until it is disposed of. */
export interface NextEditRegistration extends Monaco.IDisposable {
  mode: Mode;
}

/** Monaco's options for inline edits, which its type declarations leave out (0.53 to 0.57 at least). */
export interface InlineEditOptions {
  /** Old and new text beside each other where there is room. Monaco's default: "auto". */
  renderSideBySide?: "auto" | "never";
  /** Make room for the preview by moving code. Monaco's default: "always". */
  allowCodeShifting?: "always" | "horizontal" | "never";
  /**
   * A preview beside the cursor's line of an edit that is out of sight; otherwise an arrow in the margin says where it
   * is. From Monaco 0.56 on. Monaco's default: true.
   */
  showLongDistanceHint?: boolean;
  /** Lines above and below the edit in that preview, 0 to 10. From Monaco 0.57 on. Monaco's default: 0. */
  longDistanceHintContextLineCount?: number;
}

/**
 * Switches inline edits on, and off in a snippet that is being filled in (Monaco's default only since 0.55).
 * `showCollapsed`: only a mark in the margin is drawn.
 */
export function enableInlineEdits(
  editor: Monaco.editor.ICodeEditor,
  edits: InlineEditOptions & { showCollapsed: boolean },
): void {
  const inlineSuggest = {
    ...editor.getRawOptions().inlineSuggest,
    enabled: true,
    suppressInSnippetMode: true,
  };
  editor.updateOptions({ inlineSuggest: { ...inlineSuggest, edits: { enabled: true, ...edits } } as object });
}
