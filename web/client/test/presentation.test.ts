import { expect, test } from "vitest";
import { presented } from "../src/presentation.js";

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
