import { expect, test } from "vitest";
import { partOf, type Unit } from "../src/partial.js";
import { applyChanges, interpolate, Since } from "../src/rebase.js";
import type { Suggestion } from "../src/session-types.js";

/** The texts on the way, when what becomes of `[old→new]` is accepted bit by bit. */
function steps(document: string, unit: Unit): string[] {
  const [, head = "", old = "", insert = "", tail = ""] = /^(.*)\[(.*)→(.*)\](.*)$/s.exec(document) ?? [];
  let text = head + old + tail;
  const edit = { from: head.length, to: head.length + old.length, insert };
  let queue: Suggestion[] = [{ ...edit, kind: "replacement", atCursor: false }];
  const texts: string[] = [];
  for (let next = queue[0]; next && texts.length < 10; next = queue[0]) {
    const part = partOf(next, text, unit);
    const since = new Since(text).after([part]);
    queue = interpolate(queue, since)?.suggestions ?? [];
    text = applyChanges(text, [part]);
    texts.push(text);
  }
  return texts;
}

test("an insertion, word by word", () => {
  expect(steps("f(a[→, b: string]) {}", "word")).toEqual([
    "f(a,) {}",
    "f(a, b) {}",
    "f(a, b:) {}",
    "f(a, b: string) {}",
  ]);
});

test("a replacement takes a word for a word, and what is left with the last one", () => {
  expect(steps("x = [sum(a, b)→total(all)];", "word")).toEqual([
    "x = total(a, b);",
    "x = total(all, b);",
    "x = total(all);",
  ]);
});

test("what stands between additions stays", () => {
  expect(steps("f(x, [y, z→y=10, z=20])", "word")).toEqual([
    "f(x, y=, z)",
    "f(x, y=10, z)",
    "f(x, y=10, z=)",
    "f(x, y=10, z=20)",
  ]);
});

test("a deletion goes word by word", () => {
  expect(steps("let [mut total→]x;", "word")).toEqual(["let  totalx;", "let x;"]);
});

test("lines", () => {
  expect(steps("a\n[b\nc→B\nC\nD]\ne", "line")).toEqual(["a\nB\nc\ne", "a\nB\nC\nc\ne", "a\nB\nC\nD\ne"]);
  expect(steps("a[→(b)]\n", "line")).toEqual(["a(b)\n"]);
});
