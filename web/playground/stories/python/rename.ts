import type { Story } from "../story.js";

/** A small bookshop: `subtotal` is declared once and used three times. */
export const rename: Story = {
  task: "Rename “subtotal” to “net_price” where it is declared.",
  edit: { at: "def «subtotal»(", type: "net_price" },
  follows: [
    ["return subtotal(books) * (1", "return net_price(books) * (1"],
    ["{subtotal(books):.2f}", "{net_price(books):.2f}"],
    ["return subtotal(books) > 100", "return net_price(books) > 100"],
  ],
  files: [
    {
      path: "shop/cart.py",
      text: `from shop.book import Book

TAX = 0.19


def subtotal(books: list[Book]) -> float:
    return sum(book.price for book in books)


def with_tax(books: list[Book]) -> float:
    return subtotal(books) * (1 + TAX)


def describe(books: list[Book]) -> str:
    return f"{len(books)} books, {subtotal(books):.2f}"


def is_expensive(books: list[Book]) -> bool:
    return subtotal(books) > 100
`,
    },
  ],
};
