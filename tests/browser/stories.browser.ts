// The playground's stories, played by the page as it comes: none of the edits that it offers stands anywhere.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stories } from "../../web/playground/stories/index.js";
import { KINDS, type Kind, LANGUAGES, type Language, textsOf } from "../../web/playground/stories/story.js";
import { launch } from "./chromium.js";
import { Playground } from "./playground.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch({ webgpu: false });
});
afterAll(() => browser.close());

const all = (Object.keys(LANGUAGES) as Language[]).flatMap((language) =>
  (Object.keys(KINDS) as Kind[]).map((kind) => ({ language, kind, story: stories[language][kind] })),
);

describe.each(["codemirror", "monaco"] as const)("%s", (editor) => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await Playground.open(browser, { editor, byRule: true });
  });
  beforeEach(() => playground.state("ready"));
  afterAll(() => playground.close());

  test.each(all.filter(({ story }) => !story.needsLargerModel))(
    "$language, $kind: played to its end",
    async ({ language, kind, story }) => {
      await playground.chooseStory(language, kind);
      await playground.byTestId("story-play").click();
      expect(await playground.storyEnding()).toBe("done");
      expect(await playground.text()).toBe(textsOf(story).finished);
    },
  );

  test("what the model cannot do is not made up", async () => {
    await playground.chooseStory("typescript", "parameter");
    expect(await playground.byTestId("story-larger").isVisible()).toBe(true);
    await playground.byTestId("story-play").click();
    expect(await playground.storyEnding()).toMatch(/nothing|wrong/);
    expect(await playground.text()).toBe(textsOf(stories.typescript.parameter).edited);
  });

  test("step by step, and paused by the user's own click", async () => {
    await playground.chooseStory("go", "rename");
    const { edited } = textsOf(stories.go.rename);
    const next = playground.byTestId("story-next");
    await next.click();
    expect(await playground.text(), "the first step only goes there").not.toBe(edited);
    await next.click();
    await expect.poll(() => playground.text()).toBe(edited);

    await playground.byTestId("story-play").click();
    await playground.content.click();
    await expect.poll(() => playground.byTestId("story-play").textContent()).toBe("Go on");
  });
});
