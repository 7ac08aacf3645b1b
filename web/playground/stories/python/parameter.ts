import type { Story } from "../story.js";

/** A function gets one more parameter, which its calls should pass on. */
export const parameter: Story = {
  task: "Give “format_price” a second parameter, “currency”.",
  edit: { at: "format_price(«cents»)", type: "cents, currency" },
  follows: [
    ["format_price(item.price)", "format_price(item.price, currency)"],
    ["format_price(total(items))", "format_price(total(items), currency)"],
  ],
  needsLargerModel: true,
  files: [
    {
      path: "shop/price.py",
      text: `currency = "EUR"


def format_price(cents):
    return f"{cents / 100:.2f}"


def line(item):
    return f"{item.name}: {format_price(item.price)}"


def summary(items):
    return format_price(total(items))
`,
    },
  ],
};
