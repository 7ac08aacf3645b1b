import { registerNextEdit } from "@foretab/monaco";
import * as monaco from "monaco-editor/editor";
import EditorWorker from "monaco-editor/editor/editor.worker.js?worker&inline";
import "monaco-editor/features/inlineCompletions/register";
import "monaco-editor/features/multicursor/register";
import "monaco-editor/features/suggest/register";
import "monaco-editor/features/wordOperations/register";
import type { Parameters } from "./codemirror.js";
import type { StageEditor } from "./setup.js";

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

export function create({ parent, path, text, foretab, open, setup }: Parameters): StageEditor {
  const model = monaco.editor.createModel(text, "plaintext", monaco.Uri.file(path));
  const editor = monaco.editor.create(parent, {
    model,
    ariaLabel: path,
    minimap: { enabled: false },
    quickSuggestions: false,
    readOnly: setup.readOnly ?? false,
    theme: setup.dark ? "vs-dark" : "vs",
    wordBasedSuggestions: "off",
  });
  const { mode = "eager", edits } = setup;
  const silent = { provideInlineCompletions: () => null, disposeInlineCompletions() {} };
  // Knows without asking anybody where an answer is: within some lines of the cursor.
  const same: monaco.languages.InlineCompletionsProvider = {
    ...silent,
    provideInlineCompletions: (model, { lineNumber, column }) => {
      for (const [marked, insertText] of setup.answers ?? []) {
        const [before = "", replaced = ""] = marked.split(/[«»]/);
        const first = Math.max(1, lineNumber - 20);
        const area = new monaco.Range(first, 1, lineNumber, model.getLineMaxColumn(lineNumber));
        const at = model.getValueInRange(area).lastIndexOf(before + replaced);
        if (at < 0) continue;
        const from = model.getOffsetAt({ lineNumber: first, column: 1 }) + at + before.length;
        const to = replaced === "" ? model.getOffsetAt({ lineNumber, column }) : from + replaced.length;
        return { items: [{ insertText, range: range(from, to), isInlineEdit: replaced !== "" }] };
      }
      return null;
    },
  };
  const registration = {
    nothing: () => null,
    silent: () => monaco.languages.registerInlineCompletionsProvider("*", silent),
    same: () => monaco.languages.registerInlineCompletionsProvider("*", same),
    foretab: () => registerNextEdit(monaco, editor, { foretab, open, mode, edits }),
  }[setup.without ?? "foretab"]();
  const range = (from: number, to: number) =>
    monaco.Range.fromPositions(model.getPositionAt(from), model.getPositionAt(to));
  const heads = () => (editor.getSelections() ?? []).map((one) => model.getOffsetAt(one.getPosition()));
  return {
    text: () => model.getValue(),
    cursor: () => heads()[0] ?? -1,
    cursors: () => heads().sort((a, b) => a - b),
    setCursors: (offsets) =>
      editor.setSelections(
        offsets.map((offset) => monaco.Selection.fromPositions(model.getPositionAt(offset))),
      ),
    remote: (changes) => {
      model.applyEdits(changes.map(({ from, to, insert }) => ({ range: range(from, to), text: insert })));
    },
    coordinates(offset) {
      const place = editor.getScrolledVisiblePosition(model.getPositionAt(offset));
      if (!place) throw new RangeError(`${offset} is out of sight`);
      const { left, top } = parent.getBoundingClientRect();
      return { left: left + place.left, top: top + place.top, bottom: top + place.top + place.height };
    },
    // Monaco shows an edit for some time after it has begun to ask for another, and takes no key for it then.
    isReachable() {
      type Keys = { _contextKeyService: { getContextKeyValue(key: string): unknown } };
      const { _contextKeyService: keys } = editor as unknown as Keys;
      const visible = ["inlineEditIsVisible", "inlineSuggestionVisible"];
      return visible.some((key) => keys.getContextKeyValue(key) === true);
    },
    focus(offset) {
      editor.focus();
      if (offset !== undefined) editor.setPosition(model.getPositionAt(offset));
    },
    dispose() {
      registration?.dispose();
      editor.dispose();
      model.dispose();
    },
  };
}
