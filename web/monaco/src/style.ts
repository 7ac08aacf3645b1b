/** Users need not import any CSS. */
const CSS = `
.foretab-removed { text-decoration: line-through; }
/* Monaco places it by the height that it has, which is therefore always the same. */
.foretab-touch { display: none; gap: 8px; margin: 0 24px 8px 0; height: 44px; }
@media (pointer: coarse) { .foretab-touch { display: flex; } }
.foretab-touch[hidden] { visibility: hidden; }
.foretab-touch button {
  font: 600 14px system-ui, sans-serif;
  min-width: 44px;
  padding: 0 16px;
  border-radius: 8px;
  color: var(--vscode-editorWidget-foreground);
  background: var(--vscode-editorWidget-background);
  border: 1px solid var(--vscode-editorWidget-border);
}`;

let sheet: CSSStyleSheet | undefined;

/** Adds our rules to the page or the shadow root that an editor is in. */
export function addStyleSheet(root: Node | undefined): void {
  if (!(root instanceof Document || root instanceof ShadowRoot)) return;
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
}
