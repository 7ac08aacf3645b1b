// Editors and nothing else (`stage/`), with the answers that the test gives.

import type { Browser, Locator } from "playwright-core";
import { inject } from "vitest";
import { DRAWN, type EditorName, Playground, type PlaygroundOptions } from "./playground.js";
import type { Setup, StageHandle } from "./stage/setup.js";

export class Stage extends Playground {
  /** Opens the page, and waits until the model is there. */
  static async set(
    browser: Browser,
    editor: EditorName,
    setup: Setup,
    options: PlaygroundOptions & { oldest?: boolean } = {},
  ): Promise<Stage> {
    const { oldest = false, ...others } = options;
    const url = new URL(oldest ? "stage-oldest/index.html" : "stage/index.html", inject("playground"));
    url.searchParams.set("setup", JSON.stringify(setup));
    const stage = await Playground.open(browser, { ...others, editor, url: url.href }, Stage);
    await stage.page.waitForFunction(() => "foretab" in window);
    return stage;
  }

  /** Where the user clicks to type, in the nth of the editors that are there. */
  contentOf(n: number): Locator {
    return this.page.locator(".editor").nth(n).locator(DRAWN[this.editor].content).first();
  }

  /** A button that can be seen. */
  button(name: RegExp): Locator {
    return this.page.getByRole("button", { name }).filter({ visible: true });
  }

  /** Calls a method of the page. */
  call<Name extends keyof StageHandle>(
    name: Name,
    ...parameters: StageHandle[Name] extends (...parameters: infer P) => unknown ? P : []
  ): Promise<StageHandle[Name] extends (...parameters: never[]) => infer R ? R : StageHandle[Name]> {
    return this.page.evaluate(
      ([name, parameters]) => {
        const { foretab } = window as unknown as { foretab: Record<string, unknown> };
        const member = foretab[name];
        return typeof member === "function" ? member(...parameters) : member;
      },
      [name, parameters] as const,
    );
  }

  /** Records what live regions say, from now on. */
  async speech(): Promise<() => Promise<string[]>> {
    const recording = await this.page.evaluateHandle(() => {
      const said: string[] = [];
      new MutationObserver((records) => {
        for (const { target } of records) {
          const element = target instanceof Element ? target : target.parentElement;
          const text = element?.closest("[aria-live], [role=alert], [role=status]")?.textContent;
          if (text && text !== said.at(-1)) said.push(text.replaceAll("\u00a0", " "));
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
      return said;
    });
    return () => recording.jsonValue();
  }

  /** Records what is drawn, frame by frame, until the returned function is called: without repetitions. */
  async frames(): Promise<() => Promise<Frame[]>> {
    const recording = await this.page.evaluateHandle((drawn) => {
      const frames: Frame[] = [];
      const visible = (selector: string) =>
        [...document.querySelectorAll(selector)]
          .filter((element) => element.checkVisibility({ visibilityProperty: true }))
          .map((element) => element.textContent)
          .join("")
          .replaceAll("\u00a0", " ");
      const take = () => {
        const frame = {
          removed: visible(drawn.removed),
          inserted: visible(drawn.inserted),
          ghost: visible(drawn.ghost),
        };
        if (JSON.stringify(frame) !== JSON.stringify(frames.at(-1))) frames.push(frame);
        requestAnimationFrame(take);
      };
      take();
      return frames;
    }, DRAWN[this.editor]);
    return () => recording.jsonValue();
  }
}

/** What is visible of a suggestion. */
export interface Frame {
  removed: string;
  inserted: string;
  ghost: string;
}
