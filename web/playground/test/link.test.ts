import { expect, test } from "vitest";
import { LinkError, pack, unpack } from "../src/link.js";
import { type RecentEdit, RecentEdits } from "../src/recent-edits.js";

const edit = (path: string, from: number, to: number, insert: string): RecentEdit => ({
  path,
  changes: [{ from, to, insert }],
  cursor: from + insert.length,
});

test("a case comes back as it was", async () => {
  const opening = {
    files: new Map([
      ["src/ä.ts", "let größe = 1; // 😀\n"],
      ["b.ts", ""],
    ]),
    path: "b.ts",
    cursor: 3,
    edits: [edit("b.ts", 0, 0, "let")],
  };
  const fragment = await pack(opening);
  expect(fragment).toMatch(/^#case=[\w-]+$/);
  expect(await unpack(fragment)).toEqual(opening);
});

test("another fragment is not for us", async () => {
  expect(await unpack("")).toBeUndefined();
  expect(await unpack("#top")).toBeUndefined();
});

test.each([
  ["cut off", (link: string) => link.slice(0, -9), /damaged/],
  ["of other characters", () => "#case=%%%", /damaged/],
  ["empty", () => "#case=", /damaged/],
])("a link that is %s is an error", async (_, breakIt, message) => {
  const link = await pack({ files: new Map([["a.ts", "let a;\n"]]) });
  await expect(unpack(breakIt(link))).rejects.toThrow(LinkError);
  await expect(unpack(breakIt(link))).rejects.toThrow(message);
});

test("edits that do not fit the files are an error", async () => {
  const files = new Map([["a.ts", "let a;\n"]]);
  for (const wrong of [edit("b.ts", 0, 0, "x"), edit("a.ts", 5, 80, "x"), edit("a.ts", 3, 2, "x")]) {
    await expect(unpack(await pack({ files, edits: [wrong] }))).rejects.toThrow(/do not fit/);
  }
});

test("what is too large for a link is an error", async () => {
  const noise = crypto.getRandomValues(new Uint8Array(40_000)).join(" ");
  const packing = pack({ files: new Map([["a.ts", noise]]) });
  await expect(packing.then(() => "packed")).rejects.toThrow(/too large/);
});

test("typing on is one edit, and of older ones only the outcome is kept", () => {
  const recent = new RecentEdits([["a.ts", "x"]]);
  recent.add(edit("a.ts", 0, 1, "l"));
  recent.add(edit("a.ts", 1, 1, "e"));
  recent.add(edit("a.ts", 2, 2, "t"));
  expect(recent.edits).toEqual([{ path: "a.ts", changes: [{ from: 0, to: 1, insert: "let" }], cursor: 3 }]);
  for (let i = 0; i < 20; i++) recent.add(edit("a.ts", 0, 0, `${i}\n`));
  expect(recent.edits.length).toBe(20);
  expect(recent.before.get("a.ts")).toBe("let");
});
