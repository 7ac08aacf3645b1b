import { expect, test } from "vitest";
import { read } from "../src/files/read.js";

const file = (path: string, ...parts: BlobPart[]) => ({
  path,
  file: async () => new File(parts, path.split("/").pop() ?? ""),
});

test("text is opened, by its path, with one kind of line ends", async () => {
  const given = [file("src/b.ts", "let b;\r\n"), file("src/a.ts", "let ä;\n")];
  expect([...(await read(given)).files]).toEqual([
    ["src/a.ts", "let ä;\n"],
    ["src/b.ts", "let b;\n"],
  ]);
});

test.each([
  ["logo.png", new Uint8Array([137, 80, 78, 71, 0]), "is no text"],
  ["old.txt", new Uint8Array([0xe4, 0x20, 0x41]), "is no text in UTF-8"],
  ["data.csv", "x".repeat(1_000_001), "has 1.0 MB; at most 1.0 MB are opened"],
  ["mini.gguf", "GGUF", "is a model: drop it where models are chosen"],
])("%s is refused, with the reason", async (name, content, reason) => {
  const { files, refused } = await read([file(name, content), file("a.ts", "")]);
  expect([...files.keys()]).toEqual(["a.ts"]);
  expect(refused).toEqual([`${name} ${reason}`]);
});

test("of many files the first are opened", async () => {
  const { files, refused } = await read(Array.from({ length: 70 }, (_, i) => file(`${100 + i}.ts`, "")));
  expect(files.size).toBe(60);
  expect(refused).toEqual(["10 more files: at most 60 are opened"]);
});
