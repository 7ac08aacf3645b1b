import type { Story } from "../story.js";

/** A function gets one more parameter, which its calls should pass on. */
export const parameter: Story = {
  task: "Give “formatPrice” a second parameter, “currency string”.",
  edit: { at: "formatPrice(cents «int»)", type: "int, currency string" },
  follows: [
    ["formatPrice(item.Price)", "formatPrice(item.Price, currency)"],
    ["formatPrice(total(items))", "formatPrice(total(items), currency)"],
  ],
  needsLargerModel: true,
  files: [
    {
      path: "price/price.go",
      text: `package price

import "fmt"

const currency = "EUR"

func formatPrice(cents int) string {
	return fmt.Sprintf("%d.%02d", cents/100, cents%100)
}

func Line(item Item) string {
	return item.Name + ": " + formatPrice(item.Price)
}

func Sum(items []Item) string {
	return formatPrice(total(items))
}
`,
    },
  ],
};
