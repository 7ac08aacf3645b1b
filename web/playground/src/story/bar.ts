import type { Foretab } from "@foretab/client";
import { stories } from "../../stories/index.js";
import { KINDS, type Kind, LANGUAGES, type Language, type Story } from "../../stories/story.js";
import { h, select } from "../dom.js";
import type { Workspace } from "../workspace.js";
import { type Ending, Player } from "./player.js";

export interface StoryChoice {
  language: Language;
  kind: Kind;
}

export const FIRST_STORY: StoryChoice = { language: "typescript", kind: "rename" };

const ENDINGS: Record<Ending, string> = {
  done: "Done: every edit but the first was suggested.",
  nothing: "Nothing more is suggested here.",
  wrong: "Something else was suggested than should have been, and was taken back.",
  changed: "The file is not as the story has it. Start over to play it.",
};

/** Chooses a story, tells what to type, and plays it. */
export class StoryBar {
  readonly element: HTMLElement;
  readonly #player: Player;
  readonly #kind: HTMLSelectElement;
  readonly #language: HTMLSelectElement;
  readonly #task = h("p", { class: "task", "data-testid": "story-task" });
  readonly #note = h("p", { class: "note", "data-testid": "story-note", role: "status" });
  readonly #play = h("button", { type: "button", class: "primary", "data-testid": "story-play" });
  readonly #next = h("button", { type: "button", "data-testid": "story-next" }, "Next step");
  readonly #again = h("button", { type: "button", "data-testid": "story-again" }, "Start over");
  readonly #larger: HTMLElement;
  readonly #controls: HTMLElement;
  #story: Story | undefined;
  #own = "";

  /** `chooseModel` takes the user to where another model is chosen. */
  constructor(foretab: Foretab, workspace: Workspace, chooseModel: () => void) {
    this.#player = new Player(foretab, workspace, () => this.#draw());
    this.#kind = select("Story", KINDS, "story-kind");
    this.#kind.prepend(h("option", { value: "", hidden: true }, "No story"));
    this.#language = select("Language", LANGUAGES, "story-language");
    for (const choice of [this.#kind, this.#language]) {
      choice.addEventListener("change", () => void this.#chosen());
    }
    this.#play.addEventListener("click", () => {
      if (this.#player.state === "playing") this.#player.pause();
      else void this.#player.play();
    });
    this.#next.addEventListener("click", () => void this.#player.next());
    this.#again.addEventListener("click", () => void this.#chosen());
    const choose = h("button", { type: "button", class: "link" }, "Choose a model");
    choose.addEventListener("click", chooseModel);
    this.#larger = h(
      "p",
      { class: "note", "data-testid": "story-larger" },
      "The small model that comes along cannot do this one; a larger one may, such as Sweep Next-Edit 1.5B. ",
      choose,
    );
    this.#controls = h("div", { class: "story-controls" }, this.#play, this.#next, this.#again);
    this.element = h(
      "section",
      { class: "story", "aria-label": "Story" },
      h("div", { class: "story-choice" }, this.#kind, this.#language),
      h("div", { class: "story-text" }, this.#task, this.#note, this.#larger),
      this.#controls,
    );
  }

  /** A story is on show, and nothing else. */
  get active(): boolean {
    return this.#story !== undefined;
  }

  /** Opens that story. */
  async show({ language, kind }: StoryChoice): Promise<void> {
    this.#language.value = language;
    this.#kind.value = kind;
    await this.#chosen();
  }

  /** The page shows something else than a story; `what` names it. */
  async leave(what: string): Promise<void> {
    this.#own = what;
    this.#kind.value = "";
    this.#story = undefined;
    await this.#player.load(undefined);
  }

  /** The user does something themselves. */
  pause(): void {
    this.#player.pause();
  }

  async #chosen(): Promise<void> {
    this.#own = "";
    if (this.#kind.value === "") this.#kind.value = FIRST_STORY.kind;
    this.#story = stories[this.#language.value as Language][this.#kind.value as Kind];
    await this.#player.load(this.#story);
  }

  #draw(): void {
    const { state, ending, doing } = this.#player;
    this.element.dataset.state = state;
    this.#controls.hidden = this.#story === undefined;
    if (this.#story === undefined) {
      this.#task.textContent = this.#own;
      this.#note.textContent = "";
      this.#larger.hidden = true;
      return;
    }
    this.#task.textContent = this.#story.task;
    this.#note.textContent = ending
      ? ENDINGS[ending]
      : doing || "Type it yourself, and press Tab on what is suggested; or have it played.";
    this.#larger.hidden = !(this.#story.needsLargerModel || ending === "nothing" || ending === "wrong");
    this.#play.textContent = { ready: "Play", playing: "Pause", paused: "Go on", over: "Play again" }[state];
    if (ending) this.element.dataset.ending = ending;
    else delete this.element.dataset.ending;
  }
}
