import type { Story } from "../story.js";

/** One failed check ends the test, and so should the others. */
export const pattern: Story = {
  task: "Write “Fatal” in place of “Error” in the first check.",
  edit: { at: 't.«Error»("nothing")', type: "Fatal" },
  follows: [
    ['t.Error("one number")', 't.Fatal("one number")'],
    ['t.Error("two numbers")', 't.Fatal("two numbers")'],
  ],
  files: [
    {
      path: "sum/sum_test.go",
      text: `package sum

import "testing"

func TestSum(t *testing.T) {
	if sum(nil) != 0 {
		t.Error("nothing")
	}
	if sum([]int{1}) != 1 {
		t.Error("one number")
	}
	if sum([]int{1, 2}) != 3 {
		t.Error("two numbers")
	}
}
`,
    },
  ],
};
