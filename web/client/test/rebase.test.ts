import { describe, expect, test } from "vitest";
import { applyChanges, carried, interpolate, Since } from "../src/rebase.js";
import type { Suggestion, TextChange } from "../src/session-types.js";

function edit(from: number, to: number, insert: string): Suggestion {
  const kind = from === to ? "insertion" : insert === "" ? "deletion" : "replacement";
  return { from, to, insert, kind, atCursor: false };
}

function bare(suggestions: readonly Suggestion[] | undefined): [number, number, string][] | undefined {
  return suggestions?.map(({ from, to, insert }) => [from, to, insert]);
}

describe("the example of Zed's documentation: 2..5 becomes REM, 9..11 goes", () => {
  const edits = [edit(2, 5, "REM"), edit(9, 11, "")];
  // biome-ignore format: a step a line
  const steps: [TextChange, [number, number, string][] | undefined][] = [
    [{ from: 2, to: 5, insert: "" }, [[2, 2, "REM"], [6, 8, ""]]],
    [{ from: 2, to: 2, insert: "rem" }, [[2, 5, "REM"], [9, 11, ""]]],
    [{ from: 2, to: 5, insert: "R" }, [[3, 3, "EM"], [7, 9, ""]]],
    [{ from: 3, to: 3, insert: "E" }, [[4, 4, "M"], [8, 10, ""]]],
    [{ from: 4, to: 4, insert: "M" }, [[9, 11, ""]]],
    [{ from: 4, to: 5, insert: "" }, [[4, 4, "M"], [8, 10, ""]]],
    [{ from: 8, to: 10, insert: "" }, [[4, 4, "M"]]],
    [{ from: 4, to: 6, insert: "" }, undefined],
  ];

  let since = new Since("Lorem ipsum dolor");
  for (const [change, expected] of steps) {
    since = since.after([change]);
    const now = since;
    test(`after ${JSON.stringify(change)}`, () => {
      expect(bare(interpolate(edits, now)?.suggestions)).toEqual(expected);
    });
  }
});

test("an edit before a suggestion moves it, one behind it does not, and neither agrees with it", () => {
  const since = new Since("a b c d").after([
    { from: 0, to: 0, insert: "xx" },
    { from: 7, to: 7, insert: "!" },
  ]);
  expect(interpolate([edit(4, 5, "C")], since)).toEqual({
    suggestions: [edit(6, 7, "C")],
    agrees: false,
    begun: null,
  });
});

test("typing at the start of a replacement keeps the rest of it", () => {
  const since = new Since("f(total)").after([{ from: 2, to: 2, insert: "s" }]);
  expect(interpolate([edit(2, 7, "sum")], since)).toEqual({
    suggestions: [edit(3, 8, "um")],
    agrees: true,
    begun: edit(3, 8, "um"),
  });
});

test("backspacing over what a suggestion replaces keeps it", () => {
  const since = new Since("f(total)").after([{ from: 6, to: 7, insert: "" }]);
  expect(bare(interpolate([edit(2, 7, "sum")], since)?.suggestions)).toEqual([[2, 6, "sum"]]);
});

test.each([
  ["another letter", { from: 2, to: 7, insert: "x" }],
  ["text across its end", { from: 5, to: 8, insert: "" }],
  ["text right before it", { from: 1, to: 2, insert: "" }],
])("a contradiction drops everything: %s", (_name, change) => {
  const since = new Since("f(total) + g(total)").after([change]);
  expect(interpolate([edit(2, 7, "sum"), edit(13, 18, "sum")], since)).toBeNull();
});

test("going on with the edit that the suggestions were made from drops them, following one of them does not", () => {
  const text = "let sum; f(total)";
  expect(
    interpolate([edit(11, 16, "sum")], new Since(text, 7).after([{ from: 7, to: 7, insert: "s" }])),
  ).toBeNull();
  const ghost = new Since(text, 7).after([{ from: 7, to: 7, insert: " =" }]);
  expect(bare(interpolate([edit(7, 7, " = 0")], ghost)?.suggestions)).toEqual([[9, 9, " 0"]]);
});

test("accepting one suggestion leaves the other in its place", () => {
  const since = new Since("total, total").after([{ from: 0, to: 5, insert: "sum" }]);
  expect(interpolate([edit(0, 5, "sum"), edit(7, 12, "sum")], since)).toEqual({
    suggestions: [edit(5, 10, "sum")],
    agrees: true,
    begun: null,
  });
});

/** `ROUNDS=1000000 npx vitest run rebase` for a long run. */
const ROUNDS = Number(process.env.ROUNDS ?? 5000);

/** Numbers below a bound, the same ones each time. */
function dice(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
}

test("what is left of the suggestions gives the document that they promised, for random typing", () => {
  const random = dice(7);
  let followed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = "ab cd ef gh".slice(random(4), 11 - random(4));
    const at = random(start.length + 1);
    const to = Math.min(start.length, at + random(4));
    const edits = [edit(at, to, "acx".slice(random(3), 1 + random(3)))];
    if (to + 2 < start.length) edits.push(edit(to + 2, start.length, "yz"));
    let since = new Since(start);
    let text = start;
    for (let step = 0; step < 4; step++) {
      // Towards the first suggestion, or anything anywhere.
      const first = interpolate(edits, since)?.suggestions[0];
      const from = random(text.length + 1);
      const change =
        first && random(2) === 0
          ? { from: first.from, to: first.from, insert: first.insert.slice(0, 1) }
          : { from, to: Math.min(text.length, from + random(3)), insert: "ax".slice(0, random(3)) };
      since = since.after([change]);
      text = applyChanges(text, [change]);
      const left = interpolate(edits, since);
      if (!left) break;
      const elsewhere = since.changes.filter((c) => !edits.some((e) => c.from <= e.to && c.to >= e.from));
      expect(applyChanges(text, left.suggestions)).toBe(applyChanges(start, [...edits, ...elsewhere]));
      if (left.agrees && since.changes.length > 0) followed++;
    }
  }
  expect(followed).toBeGreaterThan(ROUNDS / 5);
}, 3_600_000);

test("composed changes are the changes one after the other, for random edits", () => {
  const random = dice(1);
  for (let round = 0; round < ROUNDS / 10; round++) {
    const start = "abcdefghij".slice(0, random(11));
    let since = new Since(start);
    let text = start;
    for (let step = 0; step < 6; step++) {
      const event: TextChange[] = [];
      for (let at = 0; at <= text.length && event.length < 3; at++) {
        if (random(4) > 0) continue;
        const to = Math.min(text.length, at + random(4));
        event.push({ from: at, to, insert: "XYZ".slice(0, random(4)) });
        at = to;
      }
      since = since.after(event);
      text = applyChanges(text, event);
      expect(applyChanges(start, since.changes)).toBe(text);
    }
  }
}, 3_600_000);

test("an accepted edit is gone, also when the old text and the new one end alike", () => {
  const since = new Since("0 : total(").after([{ from: 4, to: 9, insert: "grandTotal" }]);
  expect(interpolate([edit(4, 9, "grandTotal")], since)).toEqual({
    suggestions: [],
    agrees: true,
    begun: null,
  });
  const alike = new Since("0 : sum(").after([{ from: 4, to: 7, insert: "cartsum" }]);
  expect(interpolate([edit(4, 7, "cartsum")], alike)).toEqual({ suggestions: [], agrees: true, begun: null });
});

test.each([
  ["before it", 2, 0, 1, false, 4],
  ["after it", 2, 3, 4, false, 2],
  ["around it", 2, 1, 4, false, 4],
  ["right there, not behind it", 2, 2, 2, false, 2],
  ["right there, behind it", 2, 2, 2, true, 5],
] as const)("an offset is carried over a change %s", (_, offset, from, to, behind, expected) => {
  expect(carried(offset, [{ from, to, insert: "new" }], behind)).toBe(expected);
});
