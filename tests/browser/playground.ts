// The playground as its user sees it. What differs between the two editors stands here and nowhere else.

import { join } from "node:path";
import type { Browser, Locator, Page, Request } from "playwright-core";
import { expect, inject } from "vitest";
import { LIMIT } from "./limit.js";
import { runFirst } from "./worker-first.js";

export type EditorName = "codemirror" | "monaco";
export type Backend = "auto" | "cpu" | "gpu";

export interface PlaygroundOptions {
  editor?: EditorName;
  backend?: Backend;
  /** Address of a model, relative to the page. Default: the embedded one. */
  model?: string;
  /** Take `recorded-worker.js` for the worker: no model, one answer. */
  recorded?: boolean;
  /** Threads on the CPU. */
  threads?: number;
  /** The user's change is made again by rule, as is the default. Otherwise the model is asked, as most tests want it. */
  byRule?: boolean;
  /** The page comes without the headers that isolate it from other origins. */
  alone?: boolean;
  /** JavaScript that the worker runs before it computes anything. */
  workerFirst?: string;
  /** The page has no idle time, as where much else is being set up. */
  busy?: boolean;
  /** Changes the page's own scripts. */
  script?: (code: string) => string;
  /** Files that come broken from the server. */
  broken?: RegExp;
  /** Files that come no earlier than that. */
  late?: { files: RegExp; until: Promise<unknown> };
  /** Files that the server does not have. */
  missing?: RegExp;
  /** With a finger on a screen instead of a mouse. */
  touch?: boolean;
  /** The page may keep its files for visits without a network, which fetches all of them once more. Default: no. */
  offline?: boolean;
  /** What the address ends with, from its `#`. */
  fragment?: string;
  /** Another page than the playground, with one editor. */
  url?: string;
}

/** What the page gives to whoever drives it from outside. */
interface Handle {
  text(): string;
  cursor(): number;
  setMode(mode: string): void;
  toggleLanguage(): void;
}

/** How each editor draws a suggestion: selectors. */
export const DRAWN = {
  codemirror: {
    content: ".cm-content",
    removed: ".cm-nextEdit-removed",
    inserted: ".cm-nextEdit-inserted",
    ghost: ".cm-nextEdit-ghost",
    list: ".cm-tooltip-autocomplete",
    mark: ".cm-nextEdit-mark",
  },
  monaco: {
    content: ".monaco-editor .view-lines",
    removed: ".monaco-editor .foretab-removed",
    inserted: ".monaco-editor .word-replacement .view-line",
    ghost: ".monaco-editor .ghost-text-decoration",
    mark: ".monaco-editor .collapsedViewPath",
    list: ".monaco-editor .suggest-widget.visible .monaco-list-row",
  },
};

/** Files that do not come until `send` is called. */
export function heldBack(files: RegExp): { late: NonNullable<PlaygroundOptions["late"]>; send: () => void } {
  let send = () => {};
  const until = new Promise<void>((resolve) => {
    send = resolve;
  });
  return { late: { files, until }, send };
}

export class Playground {
  /** Every request of the page and its workers. */
  readonly requests: Request[] = [];
  /** Errors that nobody caught. */
  readonly errors: Error[] = [];

  constructor(
    readonly page: Page,
    readonly editor: EditorName,
  ) {
    page.context().on("request", (request) => this.requests.push(request));
    page.on("pageerror", (error) => {
      // Monaco 0.57 throws these by itself: when it first shows an inline edit, and when that changes soon after.
      if (!/^Make sure the ref is set|^Canceled/.test(error.message)) this.errors.push(error);
    });
  }

  /** Opens the page in a window of its own, without waiting for the model. */
  static async open<P extends Playground>(
    browser: Browser,
    options: PlaygroundOptions = {},
    Kind: new (page: Page, editor: EditorName) => P = Playground as never,
  ): Promise<P> {
    const { editor = "codemirror", backend = "cpu", model, recorded = false, touch = false } = options;
    const context = await browser.newContext({
      viewport: { width: 1400, height: 1000 },
      hasTouch: touch,
      isMobile: touch,
      serviceWorkers: options.offline ? "allow" : "block",
    });
    context.setDefaultTimeout(LIMIT);
    if (recorded) {
      const headers = { "cross-origin-embedder-policy": "require-corp" }; // a worker needs it if its page has it
      const serve = (url: RegExp, file: string) =>
        context.route(url, (route) => route.fulfill({ path: join(import.meta.dirname, file), headers }));
      await serve(/\/worker-[^/]*\.js$/, "recorded-worker.js");
      await serve(/\/cancelled\.js$/, "../../web/client/dist/cancelled.js");
    }
    const { script, workerFirst } = options;
    if (script) {
      await context.route(/\/assets\/index-[^/]*\.js$/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: script(await response.text()) });
      });
    }
    if (workerFirst) await runFirst(context, inject("playground"), workerFirst);
    if (options.alone) {
      await context.route("**/*", async (route) => {
        if (route.request().resourceType() !== "document") return route.fallback();
        const response = await route.fetch();
        const { "cross-origin-opener-policy": _, ...headers } = response.headers();
        await route.fulfill({ response, headers });
      });
    }
    if (options.broken) await context.route(options.broken, (route) => route.fulfill({ body: "broken" }));
    const { late } = options;
    if (late) {
      await context.route(late.files, async (route) => {
        await late.until;
        await route.continue();
      });
    }
    if (options.missing) await context.route(options.missing, (route) => route.fulfill({ status: 404 }));
    if (options.busy)
      await context.addInitScript(() => Object.assign(window, { requestIdleCallback: () => 0 }));
    const playground = new Kind(await context.newPage(), editor);
    const url = new URL(options.url ?? inject("playground"));
    url.searchParams.set("editor", editor);
    url.searchParams.set("backend", backend);
    if (options.threads !== undefined) url.searchParams.set("threads", String(options.threads));
    if (model !== undefined) url.searchParams.set("model", model);
    if (!options.byRule) url.searchParams.set("repeat", "no");
    if (options.fragment !== undefined) url.hash = options.fragment;
    await playground.page.goto(url.href, { waitUntil: late ? "commit" : "load" });
    await playground.content.waitFor();
    return playground;
  }

  /** A page in which `total` has been renamed and its first use is drawn as an edit, and its text. */
  static async renamed(browser: Browser, options: PlaygroundOptions = {}): Promise<[Playground, string]> {
    const playground = await Playground.open(browser, options);
    await playground.state("ready");
    await playground.renameTotal("grandTotal");
    await playground.shows("total", "grandTotal");
    return [playground, await playground.text()];
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  byTestId(id: string): Locator {
    return this.page.locator(`[data-testid="${id}"]`);
  }

  /** Where the user clicks to type. */
  get content(): Locator {
    return this.page.locator(DRAWN[this.editor].content).first();
  }

  /** The text that a suggestion strikes through. */
  get removed(): Locator {
    return this.page.locator(DRAWN[this.editor].removed);
  }

  /** The text that it puts there instead. */
  get inserted(): Locator {
    return this.page.locator(DRAWN[this.editor].inserted);
  }

  /** What is drawn as ghost text. */
  get ghost(): Locator {
    return this.page.locator(DRAWN[this.editor].ghost);
  }

  /** The mark of a collapsed edit. */
  get marks(): Locator {
    return this.page.locator(DRAWN[this.editor].mark).filter({ visible: true });
  }

  /** Waits until the model panel is in that state; "ready" fails at once when loading fails. */
  async state(wanted: "ready" | "error"): Promise<void> {
    // With what the panel says of it, which tells how far a load came that does not end.
    const state = async () => {
      const state = await this.byTestId("status").getAttribute("data-state");
      return `${state}: ${await this.page.locator("#panel").textContent()}`;
    };
    await expect.poll(state).toMatch(/^(ready|error):/);
    expect(await state()).toMatch(new RegExp(`^${wanted}:`));
  }

  /** Waits until the page's files are kept for visits without a network. */
  async keptForOffline(): Promise<void> {
    await this.page.evaluate(async () => void (await navigator.serviceWorker.ready));
  }

  /** Types the address of a model into the panel, and waits until it begins to load. */
  async load(model: string): Promise<void> {
    const address = this.byTestId("model-url");
    await this.page.locator("details", { has: address }).evaluate((details: HTMLDetailsElement) => {
      details.open = true;
    });
    await address.fill(model);
    // A state that is asked for next is that of this load, not of the one before.
    const begun = this.byTestId("status").evaluate(
      (status) =>
        new Promise<void>((resolve) => {
          const observer = new MutationObserver(() => {
            if (status.getAttribute("data-state") !== "loading") return;
            observer.disconnect();
            resolve();
          });
          observer.observe(status, { attributeFilter: ["data-state"] });
        }),
    );
    await this.byTestId("model-load").click();
    await begun;
  }

  text(): Promise<string> {
    return this.page.evaluate(() => (window as unknown as { foretab: Handle }).foretab.text());
  }

  /** The text with `▏` at the cursor, only the line that it is on. */
  async cursorLine(): Promise<string> {
    const [text, cursor] = await this.page.evaluate(() => {
      const { foretab } = window as unknown as { foretab: Handle };
      return [foretab.text(), foretab.cursor()] as const;
    });
    const before = text.slice(text.lastIndexOf("\n", cursor - 1) + 1, cursor);
    return `${before}▏${text.slice(cursor).split("\n", 1)[0]}`;
  }

  /** Clicks into the editor, and moves to the first place where `marked` without its `▏` stands, to where the `▏` is. */
  async goTo(marked: string): Promise<void> {
    await this.content.click();
    await this.moveTo(marked);
  }

  /** Moves there by the keys alone, where the editor has the focus. */
  async moveTo(marked: string): Promise<void> {
    const text = await this.text();
    const at = text.indexOf(marked.replace("▏", "")) + marked.indexOf("▏");
    const before = text.slice(0, at).split("\n");
    await this.page.keyboard.press("Control+Home");
    for (let line = 1; line < before.length; line++) await this.page.keyboard.press("ArrowDown");
    for (let column = before.at(-1)?.length ?? 0; column > 0; column--) {
      await this.page.keyboard.press("ArrowRight");
    }
  }

  /** Opens one of the page's stories. */
  async chooseStory(language: string, kind: string): Promise<void> {
    await this.byTestId("story-language").selectOption(language);
    await this.byTestId("story-kind").selectOption(kind);
    await this.page.locator('.story[data-state="ready"]').waitFor();
  }

  /** Waits until the story that is played is over, and tells how it ended. */
  async storyEnding(): Promise<string | null> {
    const story = this.page.locator(".story");
    await expect.poll(() => story.getAttribute("data-state")).toBe("over");
    return story.getAttribute("data-ending");
  }

  /** Renames what the first story declares, at its declaration, as a person types. */
  async renameTotal(name: string): Promise<void> {
    await this.goTo("function ▏total(");
    for (let i = 0; i < "total".length; i++) await this.page.keyboard.press("Shift+ArrowRight");
    await this.page.keyboard.type(name, { delay: 40 });
  }

  /** Edits the file, and waits until the model has answered, whatever the answer. */
  async predicts(): Promise<void> {
    await this.renameTotal("grandTotal");
    await this.outcome(/suggestions|nothing/);
  }

  /** Waits until that came of a prediction. */
  async outcome(wanted: RegExp): Promise<void> {
    const outcome = () => this.byTestId("outcome").getAttribute("data-outcome");
    await expect.poll(outcome).toMatch(wanted);
  }

  /** Waits until the suggestion that replaces `from` with `to` is drawn. */
  async shows(from: string, to: string): Promise<void> {
    await expect.poll(() => this.#drawn()).toEqual({ removed: from, inserted: to });
  }

  /** Waits until that is drawn as ghost text, in one piece or in several. */
  async showsGhost(text: string): Promise<void> {
    await expect.poll(() => texts(this.ghost)).toBe(text);
  }

  /** Waits until an edit in another file is on offer. */
  async offers(path: string): Promise<void> {
    const offers = this.page.getByText(`→ ${path}`).filter({ visible: true });
    await expect.poll(() => offers.count()).toBe(1);
  }

  /** Waits until nothing is drawn but ghost text. */
  async showsNothing(): Promise<void> {
    await expect.poll(() => this.#drawn()).toEqual({ removed: "", inserted: "" });
  }

  /** Takes the edit on show with Tab alone: CodeMirror goes there first, Monaco does both at once after an accept. */
  async takeEdit(): Promise<void> {
    await this.pressUntil("Tab", (text, before) => text !== before);
  }

  /** Presses a key, twice at most, until the text is as it should be; each time it changes the text or the place. */
  async pressUntil(key: string, isThere: (text: string, before: string) => boolean): Promise<void> {
    const before = await this.text();
    const place = async () => [await this.text(), await this.cursorLine()];
    for (let pressed = 0; pressed < 2 && !isThere(await this.text(), before); pressed++) {
      const was = await place();
      await this.press(key);
      await expect.poll(place).not.toEqual(was);
    }
    await expect.poll(async () => isThere(await this.text(), before)).toBe(true);
  }

  /** Does by the page's handle what the playground has no key for. */
  async drive(what: "setMode" | "toggleLanguage", mode = ""): Promise<void> {
    await this.page.evaluate(
      ([what, mode]) => (window as unknown as { foretab: Handle }).foretab[what](mode),
      [what, mode] as const,
    );
  }

  /** Opens the list of completions, and waits as long as CodeMirror takes no key for it. */
  async openList(): Promise<void> {
    await this.press("Control+Space");
    await this.page.locator(DRAWN[this.editor].list).first().waitFor();
    await this.page.waitForTimeout(150);
  }

  /** Drops the edit on show with Esc; the next Tab must be the editor's own, which indents. */
  async dismissEdit(): Promise<void> {
    const typed = await this.text();
    await this.press("Escape");
    await this.showsNothing();
    await this.press("Tab");
    await expect.poll(() => this.text()).not.toBe(typed);
    const withoutSpace = (text: string) => text.replaceAll(/\s/g, "");
    expect(withoutSpace(await this.text())).toBe(withoutSpace(typed));
  }

  async #drawn() {
    return { removed: await texts(this.removed), inserted: await texts(this.inserted) };
  }

  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }
}

/** Monaco draws blanks that do not break. */
async function texts(elements: Locator): Promise<string> {
  return (await elements.allTextContents()).join("").replaceAll("\u00a0", " ").trim();
}
