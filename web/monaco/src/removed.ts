import type * as Monaco from "monaco-editor";

/** Class of the text that an edit on show removes. */
const CLASS = "foretab-removed";

/** Strikes the removed text through, as other editors do; Monaco only colours it. */
export class RemovedText {
  readonly #decorations: Monaco.editor.IEditorDecorationsCollection;

  constructor(editor: Monaco.editor.ICodeEditor) {
    this.#decorations = editor.createDecorationsCollection();
    const root = editor.getDomNode()?.getRootNode();
    if (root instanceof Document || root instanceof ShadowRoot) {
      if (!root.adoptedStyleSheets.includes(styleSheet())) root.adoptedStyleSheets.push(styleSheet());
    }
  }

  show({ range }: Monaco.languages.InlineCompletion): void {
    this.#decorations.clear();
    if (range) this.#decorations.set([{ range, options: { inlineClassName: CLASS } }]);
  }

  clear(): void {
    this.#decorations.clear();
  }
}

let sheet: CSSStyleSheet | undefined;

/** A sheet of its own, so that users need not import any CSS. */
function styleSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(`.${CLASS} { text-decoration: line-through; }`);
  }
  return sheet;
}
