import type { Story } from "../story.js";

/** A function gets one more parameter, which its calls should pass on. */
export const parameter: Story = {
  task: "Give “formatPrice” a second parameter, “currency: string”.",
  edit: { at: "formatPrice(cents: «number»)", type: "number, currency: string" },
  follows: [
    ["formatPrice(item.price)", "formatPrice(item.price, currency)"],
    ["formatPrice(total(items))", "formatPrice(total(items), currency)"],
  ],
  needsLargerModel: true,
  files: [
    {
      path: "src/price.ts",
      text: `const currency = "EUR";

export function formatPrice(cents: number): string {
  return (cents / 100).toFixed(2);
}

export function line(item: Item): string {
  return \`\${item.name}: \${formatPrice(item.price)}\`;
}

export function sum(items: Item[]): string {
  return formatPrice(total(items));
}
`,
    },
  ],
};
