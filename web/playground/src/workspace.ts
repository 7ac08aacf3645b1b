import type { Foretab, ForetabDocument } from "@foretab/client";
import { createCodeMirror } from "./editors/codemirror.js";
import type { PlaygroundEditor } from "./editors/editor.js";
import type { Opening } from "./opening.js";
import { RecentEdits } from "./recent-edits.js";
import type { FileTabs } from "./tabs.js";

export type EditorName = "codemirror" | "monaco";

export interface WorkspaceOptions {
  foretab: Foretab;
  /** Holds the editor. */
  parent: HTMLElement;
  tabs: FileTabs;
  /** Monaco is large, so it comes later. */
  monaco: Promise<typeof import("./editors/monaco.js")>;
}

/** The open files, and the editor that shows one of them. */
export class Workspace {
  editor: PlaygroundEditor | undefined;
  readonly #options: WorkspaceOptions;
  #editorName: EditorName;
  #documents: ForetabDocument[] = [];
  #recent = new RecentEdits([]);
  #path = "";

  constructor(options: WorkspaceOptions, editor: EditorName) {
    this.#options = options;
    this.#editorName = editor;
  }

  /** The file on show. */
  get path(): string {
    return this.#path;
  }

  get files(): ReadonlyMap<string, string> {
    return new Map(this.#documents.map(({ path, text }) => [path, text]));
  }

  /** What would open all this again. */
  get opening(): Opening {
    const { before, edits } = this.#recent;
    return { files: before, path: this.#path, cursor: this.editor?.cursor(), edits };
  }

  /** Closes what is open, and opens that. */
  async open({ files, path, cursor, edits = [] }: Opening): Promise<void> {
    const { foretab, tabs } = this.#options;
    this.editor?.dispose();
    this.editor = undefined;
    for (const document of this.#documents) document.dispose();
    foretab.forget(); // the edits of other work would be in the prompts of this
    // All files stay open, so that the model knows them whichever is on show.
    this.#documents = [...files].map(([path, text]) => foretab.open(path, text));
    this.#recent = new RecentEdits(files);
    for (const edit of edits) {
      foretab.document(edit.path)?.change(edit.changes, edit.cursor);
      this.#recent.add(edit);
    }
    this.#path = path !== undefined && files.has(path) ? path : (this.#documents[0]?.path ?? "");
    tabs.show(this.#documents.map((document) => document.path));
    await this.restart(cursor);
  }

  /** Makes the editor anew, with the files as they are now. */
  async restart(cursor = this.editor?.cursor()): Promise<void> {
    const { foretab, parent, tabs, monaco } = this.#options;
    const name = this.#editorName;
    const documents = this.#documents;
    const create = name === "monaco" ? (await monaco).createMonaco : createCodeMirror;
    if (name !== this.#editorName || documents !== this.#documents) return; // something else was chosen meanwhile
    this.editor?.dispose();
    this.editor = create({
      parent,
      foretab,
      files: this.files,
      open: (path, offset) => this.show(path, offset),
      changed: (path, changes, cursor) => this.#recent.add({ path, changes, cursor }),
    });
    tabs.select(this.#path);
    this.editor.show(this.#path, cursor);
  }

  async useEditor(name: EditorName): Promise<void> {
    this.#editorName = name;
    await this.restart();
  }

  /** Shows a file, as it was left or with the cursor there. */
  show(path: string, cursor?: number): void {
    this.#path = path;
    this.#options.tabs.select(path);
    this.editor?.show(path, cursor);
    this.editor?.focus();
  }
}
