import { expect, test } from "vitest";
import { Past } from "../src/past.js";

const insert = (at: number, text: string) => [{ from: at, to: at, insert: text }];

function past(): Past {
  const past = new Past("let a", 7);
  past.add(insert(5, "b"));
  past.add(insert(6, "c"));
  past.add(insert(0, "// "));
  return past;
}

test.each([
  [7, "let a", [...insert(0, "// "), ...insert(5, "bc")]],
  [8, "let ab", [...insert(0, "// "), ...insert(6, "c")]],
  [10, "// let abc", []],
] as const)("what happened since version %s", (version, text, changes) => {
  expect(past().since(version, 5)).toMatchObject({ text, changes, cursor: 5 });
});

test.each([6, 11])("nothing is known of version %s", (version) => {
  expect(past().since(version, 5)).toBeNull();
});

test("what is forgotten is not known, and what comes after it still is", () => {
  const one = past();
  one.forget(9);
  expect(one.since(8, 5)).toBeNull();
  expect(one.since(9, 5)).toEqual(past().since(9, 5));
  one.forget(6);
  expect(one.since(9, 5)).toEqual(past().since(9, 5));
  one.forget(99);
  expect(one.since(10, 5)).toEqual(past().since(10, 5));
});
