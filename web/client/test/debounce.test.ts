import { expect, test } from "vitest";
import { Debounce } from "../src/debounce.js";

/** `|` marks the cursor. */
function wait(debounce: Debounce, marked: string): number {
  return debounce.wait(marked.replace("|", ""), marked.indexOf("|"));
}

test.each([
  ["within a word", "to|tal();", 600],
  ["behind a word", "total(|);", 450],
  ["at the end of a line", "total|\n}", 480],
  ["at the end of a statement", "total();|\n}", 330],
  ["at the end of the document", "total();|", 300],
])("%s", (_name, marked, expected) => {
  expect(wait(new Debounce(1000), marked)).toBe(expected);
});

test("who types fast is waited for less, and pauses are no typing", () => {
  const debounce = new Debounce(1000);
  for (let key = 0; key < 30; key++) debounce.typed(key * 100);
  debounce.typed(60_000);
  expect(wait(debounce, "to|tal")).toBe(300);
});

test("the time that an answer takes is waited anyhow", () => {
  const debounce = new Debounce(1000);
  debounce.answered(200);
  expect(wait(debounce, "to|tal")).toBe(400);
  for (let answer = 0; answer < 50; answer++) debounce.answered(900);
  expect(wait(debounce, "to|tal")).toBe(50);
});

test("never longer than what was asked for", () => {
  expect(wait(new Debounce(120), "to|tal")).toBe(120);
});
