import type { Story } from "../story.js";

/** A function gets one more parameter, which its calls should pass on. */
export const parameter: Story = {
  task: "Give “format_price” a second parameter, “currency: &str”.",
  edit: { at: "format_price(cents: «u32»)", type: "u32, currency: &str" },
  follows: [
    ["format_price(item.price)", "format_price(item.price, CURRENCY)"],
    ["format_price(total(items))", "format_price(total(items), CURRENCY)"],
  ],
  needsLargerModel: true,
  files: [
    {
      path: "src/price.rs",
      text: `const CURRENCY: &str = "EUR";

pub fn format_price(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

pub fn line(item: &Item) -> String {
    format!("{}: {}", item.name, format_price(item.price))
}

pub fn summary(items: &[Item]) -> String {
    format_price(total(items))
}
`,
    },
  ],
};
