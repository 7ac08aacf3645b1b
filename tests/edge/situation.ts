// A document in the middle of a rename, small enough to read.

import type { Situation } from "@foretab/client";

const after = `function total(items: Item[], rate: number): number {
  let sum = 0;
  for (const item of items) {
    sum += item.price;
  }
  return sum;
}
`;

/** A parameter was just added. */
export const situation: Situation = {
  path: "src/price.ts",
  text: after,
  cursor: after.indexOf(", rate") + ", rate: number".length,
  before: after.replace(", rate: number", ""),
  history: [],
  context: [],
  diagnostics: [],
  rejected: [],
};

/** The window as a model would have it: the new parameter is used. */
export const answer = after.replace("return sum;", "return sum * rate;");
