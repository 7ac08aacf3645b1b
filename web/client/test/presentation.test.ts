import { expect, test } from "vitest";
import { additions, isGhostText, presented } from "../src/presentation.js";

test("a replacement inside a word is drawn as the word", () => {
  const suggestion = { from: 4, to: 5, insert: "cartT", kind: "replacement", atCursor: false } as const;
  expect(presented(suggestion, "n = total(items)")).toEqual({ from: 4, to: 9, insert: "cartTotal" });
});

test("an insertion is drawn as it is", () => {
  const suggestion = { from: 9, to: 9, insert: "Of", kind: "insertion", atCursor: false } as const;
  expect(presented(suggestion, "n = total(items)")).toEqual({ from: 9, to: 9, insert: "Of" });
});

test("punctuation does not draw its neighbours in", () => {
  const suggestion = { from: 9, to: 10, insert: "[", kind: "replacement", atCursor: false } as const;
  expect(presented(suggestion, "n = total(items)")).toEqual({ from: 9, to: 10, insert: "[" });
});

test("ghost text is what only adds to the rest of the line", () => {
  const suggestion = { from: 7, to: 11, insert: "y=10, z=20", kind: "replacement", atCursor: true } as const;
  expect(isGhostText(suggestion, "foo(x, y, z)", 7)).toBe(true);
  expect(isGhostText(suggestion, "foo(x, y, z)", 8)).toBe(false);
  expect(isGhostText({ ...suggestion, atCursor: false }, "foo(x, y, z)", 7)).toBe(false);
  expect(isGhostText(suggestion, "foo(x, y; z)", 7)).toBe(false);
  expect(additions("y, z", suggestion.insert)).toEqual([
    { at: 1, text: "=10" },
    { at: 4, text: "=20" },
  ]);
});
