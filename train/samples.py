"""Samples written by hand, in TypeScript, with names that no source has: what a visitor would try first.

Each file is renamed in at several places, and typed in without anything to follow.
"""

from cases import occurrences, renamed
from text import change, offset, region

PRICE = """\
import { Voucher } from "./voucher";

export interface BasketLine {
  sku: string;
  quantity: number;
  unitPrice: number;
}

export function sumBasket(lines: BasketLine[]): number {
  let result = 0;
  for (const line of lines) {
    result += line.quantity * line.unitPrice;
  }
  return result;
}

export function withVoucher(lines: BasketLine[], voucher: Voucher): number {
  const gross = sumBasket(lines);
  return gross - gross * voucher.share;
}

export function describeBasket(lines: BasketLine[]): string {
  const gross = sumBasket(lines);
  const count = lines.length;
  return `${count} lines, ${gross.toFixed(2)} in total`;
}

export function isWorthShipping(lines: BasketLine[]): boolean {
  return sumBasket(lines) > 25;
}
"""

KITCHEN = """\
type Oven = { celsius: number; trays: string[] };

const ovens = new Map<string, Oven>();

export function warmOven(label: string, celsius: number): Oven {
  const oven = ovens.get(label) ?? { celsius: 0, trays: [] };
  oven.celsius = Math.max(oven.celsius, celsius);
  ovens.set(label, oven);
  return oven;
}

export function loadTray(label: string, tray: string): void {
  const oven = warmOven(label, 180);
  oven.trays.push(tray);
}
"""

TIMER = """\
export class Stopwatch {
  private begun = 0;
  private laps: number[] = [];

  start(now = Date.now()): void {
    this.begun = now;
    this.laps = [];
  }

  lap(now = Date.now()): number {
    const elapsed = now - this.begun;
    this.laps.push(elapsed);
    return elapsed;
  }

  average(): number {
    const total = this.laps.reduce((sum, lap) => sum + lap, 0);
    return this.laps.length ? total / this.laps.length : 0;
  }
}
"""

CART = """\
import { sumBasket, type BasketLine } from "./price";

export function checkout(lines: BasketLine[]): string {
  const due = sumBasket(lines);
  if (due <= 0) {
    throw new Error("nothing to pay");
  }
  return `Please pay ${due.toFixed(2)}`;
}
"""

FILES = {"src/price.ts": PRICE, "src/kitchen.ts": KITCHEN, "src/timer.ts": TIMER, "src/cart.ts": CART}
RENAMES = [  # file, old, new, which occurrence was typed over
    ("src/price.ts", "sumBasket", "grossAmount", 0), ("src/price.ts", "sumBasket", "computeBasketSum", 0),
    ("src/price.ts", "result", "runningSum", 0), ("src/price.ts", "BasketLine", "OrderRow", 0),
    ("src/price.ts", "gross", "subtotal", 0), ("src/price.ts", "unitPrice", "priceEach", 0),
    ("src/price.ts", "sumBasket", "grandTotal", 1),
    ("src/kitchen.ts", "warmOven", "preheat", 0), ("src/kitchen.ts", "oven", "stove", 1),
    ("src/kitchen.ts", "celsius", "temperature", 0), ("src/kitchen.ts", "label", "ovenName", 0),
    ("src/timer.ts", "begun", "startedAt", 0), ("src/timer.ts", "laps", "splits", 0),
    ("src/timer.ts", "elapsed", "passedMillis", 0), ("src/cart.ts", "due", "amountDue", 0),
    ("src/cart.ts", "lines", "basketRows", 0),
]
TYPED = [  # file, row, the line afterwards
    ("src/price.ts", 9, "  let result = 1;"), ("src/price.ts", 29, "  return sumBasket(lines) > 40;"),
    ("src/price.ts", 24, "  return `${count} rows, ${gross.toFixed(2)} in total`;"),
    ("src/kitchen.ts", 12, "  const oven = warmOven(label, 220);"), ("src/timer.ts", 17, "    return this.laps.length ? total : 0;"),
    ("src/cart.ts", 5, '    throw new Error("the basket is empty");'), ("src/cart.ts", 4, "  if (due < 0) {"),
]


def kind(path, text, row, history, expected):
    """Where the wanted edit is from the cursor."""
    if text == expected:
        return "noise"
    if history[-1]["path"] != path:
        return "jump"
    first = next(at for at, (was, wanted) in enumerate(zip(text, expected)) if was != wanted)
    return "below" if first > row else "above"


def made(name, path, before, text, cursor, history, expected):
    return {"id": name, "path": path, "language": "typescript", "before": "\n".join(before), "text": "\n".join(text),
            "cursor": offset(text, *cursor), "history": history, "context": [], "expected": "\n".join(expected),
            "kind": kind(path, text, cursor[0], history, expected)}


def samples():
    for path, old, new, which in RENAMES:
        lines = FILES[path].split("\n")
        places = occurrences(lines, old)
        row, column = places[which]
        text = renamed(lines, [places[which]], old, new)
        first, last = region(text, row)
        wanted = renamed(lines, [p for p in places if first <= p[0] < last], old, new)
        yield made(f"rename-{old}-{new}", path, lines, text, (row, column + len(new)), [change(path, lines, text)], wanted)
        # the first suggestion was accepted: the rest is still to come
        rest = [p for p in places if p[0] > row]
        if len({p[0] for p in rest}) > 1:
            line = rest[0][0]
            done = [places[which]] + [p for p in rest if p[0] == line]
            later = renamed(lines, done, old, new)
            first, last = region(later, line)
            wanted = renamed(lines, set(done) | {p for p in places if first <= p[0] < last}, old, new)
            yield made(f"next-{old}-{new}", path, text, later, (line, len(later[line])),
                       [change(path, lines, text), change(path, text, later)], wanted)
    for old, new in (("sumBasket", "grandTotal"), ("BasketLine", "CartItem")):
        price, cart = PRICE.split("\n"), CART.split("\n")
        after = renamed(price, occurrences(price, old)[:1], old, new)
        wanted = renamed(cart, occurrences(cart, old), old, new)
        yield made(f"across-{old}-{new}", "src/cart.ts", cart, cart, (3, 0), [change("src/price.ts", price, after)], wanted)
    for path, row, line in TYPED:
        before = FILES[path].split("\n")
        text = before[:row] + [line] + before[row + 1:]
        yield made(f"quiet-{path}-{row}", path, before, text, (row, len(line)), [change(path, before, text)], text)


if __name__ == "__main__":
    import json

    for sample in samples():
        print(json.dumps(sample))
