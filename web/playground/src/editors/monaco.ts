import { registerNextEdit } from "@foretab/monaco";
import * as monaco from "monaco-editor/editor";
import EditorWorker from "monaco-editor/editor/editor.worker.js?worker&inline";
import "monaco-editor/features/bracketMatching/register";
import "monaco-editor/features/clipboard/register";
import "monaco-editor/features/codicon/register";
import "monaco-editor/features/comment/register";
import "monaco-editor/features/find/register";
import "monaco-editor/features/folding/register";
import "monaco-editor/features/inlineCompletions/register";
import "monaco-editor/features/linesOperations/register";
import "monaco-editor/features/multicursor/register";
import "monaco-editor/features/snippet/register";
import "monaco-editor/features/suggest/register";
import "monaco-editor/features/wordHighlighter/register";
import "monaco-editor/features/wordOperations/register";
import "monaco-editor/languages/definitions/typescript/register";
import "monaco-editor/languages/definitions/typescript/typescript";
import { darkScheme } from "../scheme.js";
import type { EditorSetup, PlaygroundEditor } from "./editor.js";

// The worker is inline and the icons are fetched now, so that nothing is fetched later.
void document.fonts.load("16px codicon");
self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

for (const [name, base, background] of [
  ["foretab-light", "vs", "#ffffff"],
  ["foretab-dark", "vs-dark", "#16181d"],
] as const) {
  monaco.editor.defineTheme(name, {
    base,
    inherit: true,
    rules: [],
    colors: { "editor.background": background, "editorGutter.background": background },
  });
}

// One completion, as CodeMirror's JavaScript has it.
monaco.languages.registerCompletionItemProvider("typescript", {
  provideCompletionItems(model, { lineNumber, column }) {
    const { startColumn } = model.getWordUntilPosition({ lineNumber, column });
    const range = { startLineNumber: lineNumber, startColumn, endLineNumber: lineNumber, endColumn: column };
    const { Snippet } = monaco.languages.CompletionItemKind;
    const { InsertAsSnippet } = monaco.languages.CompletionItemInsertTextRule;
    const insertText = "for (let ${1:index} = 0; $1 < ${2:bound}; $1++) {\n\t$0\n}";
    const item = { label: "for", kind: Snippet, insertText, insertTextRules: InsertAsSnippet, range };
    return { suggestions: [item] };
  },
});

/** A usual Monaco with `registerNextEdit` on it. */
export function createMonaco({ parent, foretab, open, files }: EditorSetup): PlaygroundEditor {
  const models = new Map<string, monaco.editor.ITextModel>();
  const states = new Map<string, monaco.editor.ICodeEditorViewState | null>();
  for (const [path, text] of files) {
    models.set(path, monaco.editor.createModel(text, "typescript", monaco.Uri.file(path)));
  }
  const editor = monaco.editor.create(parent, {
    model: null,
    automaticLayout: true,
    fontSize: 14,
    lineHeight: 22,
    minimap: { enabled: false },
    padding: { top: 8 },
    quickSuggestions: false,
    scrollBeyondLastLine: false,
    stickyScroll: { enabled: false },
    tabSize: 2,
    theme: darkScheme.matches ? "foretab-dark" : "foretab-light",
    wordBasedSuggestions: "off",
  });
  const nextEdit = registerNextEdit(monaco, editor, { foretab, open });
  let shown: string | undefined;

  return {
    show(path, cursor) {
      if (shown) states.set(shown, editor.saveViewState());
      shown = path;
      editor.setModel(models.get(path) ?? null);
      editor.restoreViewState(states.get(path) ?? null);
      const position = cursor === undefined ? undefined : editor.getModel()?.getPositionAt(cursor);
      if (!position) return;
      editor.setPosition(position);
      editor.revealPositionInCenterIfOutsideViewport(position);
    },
    text: () => editor.getValue(),
    cursor: () => {
      const position = editor.getPosition();
      return position ? (editor.getModel()?.getOffsetAt(position) ?? 0) : 0;
    },
    focus: () => editor.focus(),
    dispose() {
      nextEdit.dispose();
      editor.dispose();
      for (const model of models.values()) model.dispose();
    },
  };
}
