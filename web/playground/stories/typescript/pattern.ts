import type { Story } from "../story.js";

/** One check of a test is written another way, and so should be the others. */
export const pattern: Story = {
  task: "Compare with “toEqual” in the first line of the test.",
  edit: { at: "sum([])).«toBe»(0)", type: "toEqual" },
  follows: [
    ["expect(sum([1])).toBe(1)", "expect(sum([1])).toEqual(1)"],
    ["expect(sum([1, 2])).toBe(3)", "expect(sum([1, 2])).toEqual(3)"],
    ["expect(sum([1, 2, 3])).toBe(6)", "expect(sum([1, 2, 3])).toEqual(6)"],
  ],
  files: [
    {
      path: "test/sum.test.ts",
      text: `test("sum", () => {
  expect(sum([])).toBe(0);
  expect(sum([1])).toBe(1);
  expect(sum([1, 2])).toBe(3);
  expect(sum([1, 2, 3])).toBe(6);
});
`,
    },
  ],
};
