import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TextChange } from "../src/index.js";
import { Survival } from "../src/survival.js";

let measures: string[];
let survival: Survival;
let text: string;

beforeEach(() => {
  vi.useFakeTimers();
  measures = [];
  survival = new Survival((seconds, left, inserted) => measures.push(`${seconds} s: ${left} of ${inserted}`));
  text = "let a = 1;";
});

afterEach(() => {
  vi.useRealTimers();
});

/** One change event, and the text after it. */
function change(...changes: TextChange[]): void {
  survival.change("a.ts", changes, text);
  for (const { from, to, insert } of [...changes].sort((a, b) => b.from - a.from)) {
    text = text.slice(0, from) + insert + text.slice(to);
  }
}

/** The same, of an accept. */
function accept(...changes: TextChange[]): void {
  const before = text;
  change(...changes);
  survival.accepted("a.ts", changes, before);
}

function replace(old: string, insert: string): TextChange {
  const from = text.indexOf(old);
  return { from, to: from + old.length, insert };
}

/** The measure at the next of the times. */
function measured(): string | undefined {
  vi.advanceTimersToNextTimer();
  return measures.at(-1);
}

test("what nobody touches survives, and is measured five times", () => {
  accept(replace("a", "total"));
  vi.advanceTimersByTime(14_999);
  expect(measures).toEqual([]);
  vi.advanceTimersByTime(600_000);
  expect(measures).toEqual([15, 30, 60, 120, 300].map((seconds) => `${seconds} s: 5 of 5`));
});

test.each([
  ["before it", "let", "const", 5],
  ["right before it", "total", "subtotal", 5],
  ["right behind it", "total", "totals", 5],
  ["into it", "tot", "to-t", 5],
  ["a letter of it", "tota", "tot", 4],
  ["its beginning", "let to", "T", 3],
  ["all of it", "total", "a", 0],
  ["the line, as it was", "let total = 1;", "let total = 1;", 5],
  ["the line, with blanks", "let total = 1;", "  let total = 1;", 5],
])("an edit of the text: %s", (_, old, insert, left) => {
  accept(replace("a", "total"));
  change(replace(old, insert));
  expect(measured()).toBe(`15 s: ${left} of 5`);
});

test("only what was put there counts, not what stood there and stands in the edit, too", () => {
  accept(replace("let a", "let sum"));
  expect(measured()).toBe("15 s: 3 of 3");
});

test("an accept of several edits, and an event with several changes", () => {
  text = "a + a";
  accept({ from: 0, to: 1, insert: "sum" }, { from: 4, to: 5, insert: "sum" });
  expect(text).toBe("sum + sum");
  change({ from: 0, to: 0, insert: "(" }, { from: 7, to: 9, insert: "" });
  expect(text).toBe("(sum + s");
  expect(measured()).toBe("15 s: 4 of 6");
});

test("two accepts are followed apart, and what the second one takes away is gone from the first", () => {
  accept(replace("a", "total"));
  vi.advanceTimersByTime(10_000);
  accept(replace("tal", "p"));
  expect(measured()).toBe("15 s: 2 of 5");
  expect(measured()).toBe("15 s: 1 of 1");
});

test("later edits count at later times", () => {
  accept(replace("a", "total"));
  vi.advanceTimersByTime(20_000);
  change(replace("total", "t"));
  vi.advanceTimersByTime(20_000);
  expect(measures).toEqual(["15 s: 5 of 5", "30 s: 1 of 5"]);
});

test("a deletion is not followed, nor what is in a document that was closed", () => {
  accept(replace("let ", ""));
  expect(vi.getTimerCount()).toBe(0);
  accept(replace("a", "total"));
  survival.close("a.ts");
  vi.advanceTimersByTime(600_000);
  expect(measures).toEqual([]);
  accept(replace("total", "a"));
  survival.dispose();
  expect(vi.getTimerCount()).toBe(0);
});
