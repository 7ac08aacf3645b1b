import type { Story } from "../story.js";

/** A small shop: `total` is declared in one file, and used in two of them. */
export const rename: Story = {
  task: "Rename “total” to “grandTotal” where it is declared.",
  edit: { at: "function «total»(", type: "grandTotal" },
  follows: [
    ["0 : total(items)", "0 : grandTotal(items)"],
    ["formatPrice(total(items))", "formatPrice(grandTotal(items))"],
    ["return total(items) > 10_000", "return grandTotal(items) > 10_000"],
  ],
  files: [
    {
      path: "src/cart.ts",
      text: `import { formatPrice } from "./format";

export interface Item {
  name: string;
  price: number;
  quantity: number;
}

/** What the items cost together, in cents. */
export function total(items: Item[]): number {
  return items.reduce((sum, item) => sum + item.price * item.quantity, 0);
}

export function average(items: Item[]): number {
  const count = items.length;
  return count === 0 ? 0 : total(items) / count;
}

export function describe(items: Item[]): string {
  return \`\${items.length} items, \${formatPrice(total(items))}\`;
}

export function isExpensive(items: Item[]): boolean {
  return total(items) > 10_000;
}

export function cheapest(items: Item[]): Item | undefined {
  return [...items].sort((a, b) => a.price - b.price)[0];
}
`,
    },
    {
      path: "src/checkout.ts",
      text: `import { describe, type Item, total } from "./cart";
import { formatPrice } from "./format";

const SHIPPING = 490;
const FREE_SHIPPING_FROM = 5_000;

export interface Receipt {
  lines: string[];
  shipping: number;
  sum: number;
}

export function shippingFor(items: Item[]): number {
  return total(items) >= FREE_SHIPPING_FROM ? 0 : SHIPPING;
}

export function checkout(items: Item[]): Receipt {
  const shipping = shippingFor(items);
  return {
    lines: [describe(items), \`Shipping \${formatPrice(shipping)}\`],
    shipping,
    sum: total(items) + shipping,
  };
}

export function missingForFreeShipping(items: Item[]): string {
  const missing = FREE_SHIPPING_FROM - total(items);
  return missing > 0 ? \`Only \${formatPrice(missing)} to go\` : "Free shipping";
}
`,
    },
    {
      path: "src/format.ts",
      text: `const currency = "€";

/** An amount in cents as people write it. */
export function formatPrice(cents: number): string {
  const whole = Math.floor(cents / 100);
  const rest = String(cents % 100).padStart(2, "0");
  return \`\${whole}.\${rest} \${currency}\`;
}

export function formatDate(date: Date): string {
  const day = String(date.getDate()).padStart(2, "0");
  const month = String(date.getMonth() + 1).padStart(2, "0");
  return \`\${date.getFullYear()}-\${month}-\${day}\`;
}
`,
    },
  ],
};
