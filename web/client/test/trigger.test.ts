import { expect, test } from "vitest";
import { Trigger } from "../src/trigger.js";

const key = [{ from: 3, to: 3, insert: "x" }];

test("typing asks after the debounce, an accepted edit at once", () => {
  const trigger = new Trigger(120);
  expect(trigger.edited("typed", key, 0)).toBe(120);
  expect(trigger.edited("accepted", key, 10)).toBe(0);
});

test.each(["undo", "other"] as const)("%s does not ask, nor do moves after it", (kind) => {
  const trigger = new Trigger(120);
  trigger.edited("typed", key, 0);
  expect(trigger.edited(kind, key, 10)).toBeNull();
  expect(trigger.moved(20)).toBeNull();
});

test.each([
  ["200 characters", "y".repeat(200)],
  ["8 lines", "y\n".repeat(8)],
])("a bulk edit does not ask: %s", (_name, insert) => {
  expect(new Trigger(120).edited("typed", [{ from: 0, to: 0, insert }], 0)).toBeNull();
});

test("a move asks within 10 s of the last edit, unless the user has dismissed", () => {
  const trigger = new Trigger(120);
  expect(trigger.moved(0)).toBeNull();
  trigger.edited("typed", key, 0);
  expect(trigger.moved(9_999)).toBe(120);
  expect(trigger.moved(10_000)).toBeNull();
  trigger.edited("typed", key, 20_000);
  trigger.dismissed();
  expect(trigger.moved(20_001)).toBeNull();
});
