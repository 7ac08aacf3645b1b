import type { Foretab } from "@foretab/client";
import { editedRange, progress, type Story } from "../../stories/story.js";
import { pressTab } from "../editors/editor.js";
import type { Workspace } from "../workspace.js";

/** `over`: the story has come to an end, whichever. */
export type PlayerState = "ready" | "playing" | "paused" | "over";

/** How a story ended. */
export type Ending = "done" | "nothing" | "wrong" | "changed";

/** Pauses, in ms: between two keys, before each step, and without news from the model until it counts as silent. */
const KEY = 70;
const STEP = 900;
const SILENCE = 1200;
/** The same where a suggestion is on show, so that a newer one can take its place. */
const SETTLED = 300;

/**
 * Plays a story in the editor that is on the page: types what the user would, and presses Tab on what the model
 * suggests, whatever that is. A suggestion that the story does not lead to is taken back, and ends it.
 */
export class Player {
  readonly #foretab: Foretab;
  readonly #workspace: Workspace;
  readonly #onChange: () => void;
  #story: Story | undefined;
  #state: PlayerState = "ready";
  #ending: Ending | undefined;
  #doing = "";
  #steps: AsyncGenerator<void, Ending> | undefined;
  /** A step is under way. */
  #busy = false;
  /** Ends what is under way, for another story. */
  #abort = new AbortController();

  constructor(foretab: Foretab, workspace: Workspace, onChange: () => void) {
    this.#foretab = foretab;
    this.#workspace = workspace;
    this.#onChange = onChange;
  }

  get state(): PlayerState {
    return this.#state;
  }

  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** The step under way, in words. */
  get doing(): string {
    return this.#doing;
  }

  /** Opens the story's files, and is ready to play it. Without a story it rests. */
  async load(story: Story | undefined): Promise<void> {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#story = story;
    this.#steps = undefined;
    this.#busy = false;
    this.#ending = undefined;
    this.#set("ready", "");
    if (story)
      await this.#workspace.open({ files: new Map(story.files.map(({ path, text }) => [path, text])) });
  }

  /** Goes on until the story ends or is paused; one that has ended or was not played from its start begins anew. */
  async play(): Promise<void> {
    const story = this.#story;
    if (!story || this.#state === "playing") return;
    if (this.#state === "over") await this.load(story);
    this.#set("playing", this.#doing);
    while (this.state === "playing" && this.#story === story) {
      await this.#step();
      if (this.state === "playing") await new Promise((resolve) => setTimeout(resolve, STEP));
    }
  }

  /** Takes one step, and stays there. */
  async next(): Promise<void> {
    const story = this.#story;
    if (!story) return;
    if (this.#state === "over") await this.load(story);
    this.#set("paused", this.#doing);
    await this.#step();
  }

  /** Ends the playing after the step that is under way. */
  pause(): void {
    if (this.#state === "playing") this.#set("paused", this.#doing);
  }

  async #step(): Promise<void> {
    if (this.#busy || !this.#story) return;
    const { signal } = this.#abort;
    this.#busy = true;
    this.#steps ??= this.#tell(this.#story, signal);
    try {
      const { done, value } = await this.#steps.next();
      if (signal.aborted) return;
      this.#ending = done ? value : undefined;
      if (done) this.#set("over", "");
      else this.#onChange();
    } catch (error) {
      if (signal.aborted) return;
      this.#ending = "nothing"; // no model could be loaded, which the page says elsewhere
      this.#set("over", "");
      console.error(error);
    } finally {
      if (!signal.aborted) this.#busy = false;
    }
  }

  /** The story, step by step. */
  async *#tell(story: Story, signal: AbortSignal): AsyncGenerator<void, Ending> {
    const [{ path, text }] = story.files;
    if (this.#workspace.files.get(path) !== text) return "changed";
    if (!this.#foretab.loaded) this.#say("The story begins when the model is loaded");
    await this.#foretab.ready;
    signal.throwIfAborted();
    const { from, to } = editedRange(story);
    this.#say("Going to where the change begins");
    this.#workspace.show(path);
    this.#workspace.editor?.select(from, to);
    yield;
    this.#say(`Typing “${story.edit.type}”`);
    for (const key of story.edit.type) {
      this.#workspace.editor?.type(key);
      await wait(KEY, signal);
    }
    while (true) {
      const { done, right } = progress(story, this.#workspace.files.get(path) ?? "");
      if (!right) return "changed";
      if (done === story.follows.length) return "done";
      this.#say("The model is asked");
      if (!(await this.#offered(signal))) return "nothing";
      this.#say("A suggestion: Tab goes there, and Tab accepts it");
      yield;
      const before = this.#snapshot();
      this.#workspace.editor?.focus();
      pressTab();
      await wait(KEY, signal);
      if (this.#snapshot() === before) return "nothing";
      if (!progress(story, this.#workspace.files.get(path) ?? "").right) {
        this.#workspace.editor?.undo();
        return "wrong";
      }
    }
  }

  /** Waits until the model has nothing more to say, and tells whether a suggestion is on show. */
  async #offered(signal: AbortSignal): Promise<boolean> {
    const { editor, path } = this.#workspace;
    let quiet = 0;
    while (quiet < (editor?.offers() ? SETTLED : SILENCE)) {
      await wait(50, signal);
      quiet = this.#foretab.document(path)?.awaiting ? 0 : quiet + 50;
    }
    return editor?.offers() === true;
  }

  #snapshot(): string {
    const { path, editor } = this.#workspace;
    return JSON.stringify([path, editor?.text(), editor?.cursor()]);
  }

  #say(doing: string): void {
    this.#set(this.#state, doing);
  }

  #set(state: PlayerState, doing: string): void {
    this.#state = state;
    this.#doing = doing;
    this.#onChange();
  }
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  signal.throwIfAborted();
}
