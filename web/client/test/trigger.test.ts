import { expect, test } from "vitest";
import { Trigger } from "../src/trigger.js";

const key = [{ from: 3, to: 3, insert: "x" }];
/** The text around the cursor, after the key. */
const at = ["total();", 4] as const;

test("typing asks after the debounce, an accepted edit at once", () => {
  const trigger = new Trigger(120);
  expect(trigger.edited("typed", key, 0, ...at)).toBe(120);
  expect(trigger.edited("accepted", key, 10, ...at)).toBe(0);
});

test.each(["undo", "other"] as const)("%s does not ask, nor do moves after it", (kind) => {
  const trigger = new Trigger(120);
  trigger.edited("typed", key, 0, ...at);
  expect(trigger.edited(kind, key, 10, ...at)).toBeNull();
  expect(trigger.moved(20, ...at)).toBeNull();
});

test.each([
  ["200 characters", "y".repeat(200)],
  ["8 lines", "y\n".repeat(8)],
])("a bulk edit does not ask: %s", (_name, insert) => {
  expect(new Trigger(120).edited("typed", [{ from: 0, to: 0, insert }], 0, ...at)).toBeNull();
});

test("a move asks within 10 s of the last edit, unless the user has dismissed", () => {
  const trigger = new Trigger(120);
  expect(trigger.moved(0, ...at)).toBeNull();
  trigger.edited("typed", key, 0, ...at);
  expect(trigger.moved(9_999, ...at)).toBe(120);
  expect(trigger.moved(10_000, ...at)).toBeNull();
  trigger.edited("typed", key, 20_000, ...at);
  trigger.dismissed(20_000);
  expect(trigger.moved(20_001, ...at)).toBeNull();
});

test("after a dismissal typing asks when 5 s are over, an accepted edit at once", () => {
  const trigger = new Trigger(120);
  trigger.dismissed(0);
  expect(trigger.edited("typed", key, 1000, ...at)).toBe(4000);
  expect(trigger.edited("typed", key, 4990, ...at)).toBe(120);
  expect(trigger.edited("accepted", key, 5000, ...at)).toBe(0);
  expect(trigger.edited("typed", key, 5001, ...at)).toBe(120);
});
