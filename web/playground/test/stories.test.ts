import { expect, test } from "vitest";
import { stories } from "../stories/index.js";
import { editedRange, progress, textsOf } from "../stories/story.js";

const all = Object.entries(stories).flatMap(([language, kinds]) =>
  Object.entries(kinds).map(([kind, story]) => ({ name: `${language}, ${kind}`, story })),
);

test.each(all)("$name: each excerpt stands in the file once, and changes it", ({ story }) => {
  const { text } = story.files[0];
  const { from, to } = editedRange(story);
  expect(text.slice(from, to)).not.toBe(story.edit.type);
  const { edited, finished } = textsOf(story);
  for (const [before, after] of story.follows) {
    expect(edited.split(before).length - 1, before).toBe(1);
    expect(finished).toContain(after);
  }
});

test("progress counts what has been done, and notices what should not have been", () => {
  const story = stories.rust.pattern;
  const { edited, finished } = textsOf(story);
  expect(progress(story, edited)).toEqual({ done: 0, right: true });
  const second = edited.replace('println!("failed', 'info!("failed');
  expect(progress(story, second)).toEqual({ done: 1, right: true });
  expect(progress(story, finished)).toEqual({ done: 3, right: true });
  expect(progress(story, second.replace("load()", "info()")).right).toBe(false);
});
