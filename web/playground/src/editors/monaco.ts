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
import "monaco-editor/languages/definitions/go/register";
import "monaco-editor/languages/definitions/javascript/register";
import "monaco-editor/languages/definitions/python/register";
import "monaco-editor/languages/definitions/rust/register";
import "monaco-editor/languages/definitions/typescript/register";
import { theme } from "../theme.js";
import type { EditorSetup, PlaygroundEditor } from "./editor.js";
import { languageOf } from "./languages.js";

// The worker is inline, and icons and languages are fetched now, so that nothing is fetched later.
const LANGUAGES = ["go", "javascript", "python", "rust", "typescript"];
await Promise.all([
  document.fonts.load("16px codicon"),
  ...LANGUAGES.map((language) => monaco.editor.colorize("", language, {})),
]);
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
    const insertText = `for (let \${1:index} = 0; $1 < \${2:bound}; $1++) {\n\t$0\n}`;
    const item = { label: "for", kind: Snippet, insertText, insertTextRules: InsertAsSnippet, range };
    return { suggestions: [item] };
  },
});

/** A usual Monaco with `registerNextEdit` on it. */
export function createMonaco({ parent, foretab, open, changed, files }: EditorSetup): PlaygroundEditor {
  const models = new Map<string, monaco.editor.ITextModel>();
  const states = new Map<string, monaco.editor.ICodeEditorViewState | null>();
  for (const [path, text] of files) {
    models.set(path, monaco.editor.createModel(text, languageOf(path), monaco.Uri.file(path)));
  }
  for (const [path, model] of models) {
    model.onDidChangeContent(({ changes }) => {
      const list = changes.map(({ rangeOffset, rangeLength, text }) => ({
        from: rangeOffset,
        to: rangeOffset + rangeLength,
        insert: text,
      }));
      // Monaco moves the cursor after it has told of the change.
      const last = list.reduce((a, b) => (a.from > b.from ? a : b));
      const grown = list.reduce((sum, { from, to, insert }) => sum + insert.length - (to - from), 0);
      changed(
        path,
        list.sort((a, b) => a.from - b.from),
        last.to + grown,
      );
    });
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
    theme: theme.dark ? "foretab-dark" : "foretab-light",
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
    setMode(wanted) {
      nextEdit.mode = wanted;
    },
    toggleLanguage: () => void editor.getAction("foretab.toggleLanguage")?.run(),
    focus: () => editor.focus(),
    select(from, to) {
      const model = editor.getModel();
      if (!model) return;
      const range = monaco.Range.fromPositions(model.getPositionAt(from), model.getPositionAt(to));
      editor.setSelection(range);
      editor.revealRangeInCenterIfOutsideViewport(range);
    },
    type: (text) => editor.trigger("keyboard", "type", { text }),
    undo: () => editor.trigger("keyboard", "undo", null),
    request: () => editor.trigger("keyboard", "editor.action.inlineSuggest.trigger", null),
    offers: () => editor.getAction("editor.action.inlineSuggest.commit")?.isSupported() === true,
    dispose() {
      nextEdit.dispose();
      editor.dispose();
      for (const model of models.values()) model.dispose();
    },
  };
}
