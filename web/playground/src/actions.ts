// What the page opens besides its stories: the user's own files, and cases from links.

import type { Foretab } from "@foretab/client";
import { h } from "./dom.js";
import { read } from "./files/read.js";
import { dropped, type Given, pickFiles, pickFolder } from "./files/sources.js";
import { pack, unpack } from "./link.js";
import type { Notice } from "./notice.js";
import type { StoryBar } from "./story/bar.js";
import type { Workspace } from "./workspace.js";

export interface ActionsOptions {
  foretab: Foretab;
  workspace: Workspace;
  story: StoryBar;
  notice: Notice;
}

/** Opens files and links, and makes links. */
export class Actions {
  readonly #options: ActionsOptions;
  /** Files of the user's own are open, so that further ones come beside them. */
  #own = false;

  constructor(options: ActionsOptions) {
    this.#options = options;
  }

  /** The buttons. */
  get buttons(): HTMLButtonElement[] {
    return [
      button("Open files", "open-files", async () => this.#open(await pickFiles())),
      button("Open a folder", "open-folder", async () => this.#open(await pickFolder())),
      button("Copy a link", "share", () => this.#share()),
    ];
  }

  /** Takes what is dropped anywhere but on that element. Editors would put a dropped file's text into theirs. */
  acceptDrops(but: HTMLElement): void {
    for (const name of ["dragover", "dragleave", "drop"] as const) {
      document.addEventListener(name, (event) => this.#dragged(event, but), { capture: true });
    }
  }

  /** Opens the case that the page's address holds. False if it holds none, or a broken one. */
  async openLinked(): Promise<boolean> {
    const { foretab, workspace, story, notice } = this.#options;
    try {
      const opening = await unpack(location.hash);
      if (!opening) return false;
      this.#own = false;
      await story.leave("A case from a link.");
      await workspace.open(opening);
    } catch (error) {
      notice.show("problem", reason(error));
      return false;
    }
    foretab.ready.then(
      () => workspace.editor?.request(),
      () => {}, // the page says why there is no model
    );
    return true;
  }

  /** Opens a folder in place of what is open, and single files beside others of the user's. */
  async #open(given: readonly Given[]): Promise<void> {
    const { foretab, workspace, story, notice } = this.#options;
    if (given.length === 0) return;
    const { files, refused } = await read(given);
    if (refused.length > 0) {
      notice.show("problem", files.size > 0 ? "Some files were not opened:" : "Nothing was opened:", refused);
    } else notice.hide();
    const [first] = files.keys();
    if (first === undefined) return;
    const single = given.every(({ path }) => !path.includes("/"));
    const beside = this.#own && single && !story.active ? workspace.files : new Map<string, string>();
    this.#own = true;
    const edge = foretab.model?.backend === "edge";
    await story.leave(
      `Your own files. ${edge ? "They are sent to the edge alone." : "Nothing of them leaves this page."}`,
    );
    await workspace.open({ files: new Map([...beside, ...files]), path: first });
  }

  /** Puts a link to the case into the address bar and the clipboard. */
  async #share(): Promise<void> {
    const { workspace, notice } = this.#options;
    try {
      history.replaceState(null, "", await pack(workspace.opening));
    } catch (error) {
      notice.show("problem", reason(error));
      return;
    }
    const copied = await navigator.clipboard.writeText(location.href).then(
      () => true,
      () => false,
    );
    const where = copied ? "in the clipboard and in the address bar" : "in the address bar";
    notice.show(
      "note",
      `A link to this case is ${where}. It holds the files, the cursor and the newest edits.`,
    );
  }

  #dragged(event: DragEvent, but: HTMLElement): void {
    const { dataTransfer, target, type } = event;
    const ours = dataTransfer?.types.includes("Files") && !but.contains(target as Node);
    document.body.classList.toggle("dropping", ours === true && type === "dragover");
    if (!ours || !dataTransfer || type === "dragleave") return;
    event.preventDefault();
    event.stopPropagation();
    if (type === "drop") void dropped(dataTransfer).then((given) => this.#open(given));
  }
}

function button(text: string, testId: string, action: () => Promise<void>): HTMLButtonElement {
  const element = h("button", { type: "button", "data-testid": testId }, text);
  element.addEventListener("click", () => void action());
  return element;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
