"""Renames at the declaration in small files that the circuit was not tuned on, and in the playground's own file.

Each is asked twice: for the first use, and for the second one after the first was accepted.  What is expected is the
change of that use alone, with all that stands on its line and on the lines right behind it.
"""

import json
import os
import re
import sys

from cases import occurrences, renamed
from text import case, change, region

ROOT = os.path.join(os.path.dirname(__file__), "..")
FILES = os.path.join(ROOT, "tests", "cases", "other-files")
LANGUAGES = {".ts": "typescript", ".js": "javascript", ".py": "python", ".rs": "rust"}
RENAMES = {  # what may be looked at, and what is only counted
    "dev": """
        weather.ts: toCelsius convert, Reading Measurement, byStation grouped, station stationName, meanOf averageAt, best hottest
        maze.py: cell_at tile, cell_at char_at, mark wanted_mark, came_from previous, queue frontier, path steps_back
        cache.rs: Stamp Moment, Stamp UseCount, clock ticks, clock internal_clock, tick next_stamp, tick advance
        player.js: seconds totalSeconds, seconds time, clamp limitToUnit, tracks playlist, volume loudness, target nextIndex
    """,
    "held": """
        schedule.ts: Shift WorkSlot, until endHour, planned accepted, planned plannedShifts, hours workedHours, hours totals
        inventory.py: row record, parts fields, missing_units shortfall, missing_units units_to_order, gap missing, gap unit_gap
        tokens.rs: position offset, rest remaining, digits literal, digits number_text, token next_token, advance bump
        router.js: splitPath segmentsOf, wanted wantedParts, given actual, params captured, routes routeTable, route candidate
    """,
}
PLAYGROUND = {  # new names of `total`; the circuit was tuned on the first 20
    "tuned": """cartTotal amountOf totalPrice grandTotal totalOf subtotal computeTotal amount itemsTotal totalCents orderTotal
        sumOfItems total_price priceSum calculateTotal overall totalAmount fullPrice getTotal sumUp""",
    "playground": """worth basketValue totalDue addUp checkoutSum netTotal payable valueOf2 sumPrices totalValue costOfItems
        bill price_of_all tally countUp combinedPrice charge totalForCart expense invoiceTotal""",
}


def uses(lines, old, new, first):
    """The wanted change of the next line with the name, from row `first` on, and of the lines right behind it."""
    places = [place for place in occurrences(lines, old) if place[0] >= first]
    last = places[0][0]
    for row, _ in places:
        last = row if row == last + 1 else last
    return [place for place in places if place[0] <= last]


def cases_of(name, path, lines, old, new, language, context):
    places = occurrences(lines, old)
    row, column = places[0]
    assert not occurrences(lines, new), (path, new)
    states, cursor = [lines, renamed(lines, places[:1], old, new)], (row, column + len(new))
    for which in ("first", "second"):
        before, text = states[-2:]
        history = [change(path, was, then) for was, then in zip(states, states[1:])]
        wanted = uses(text, old, new, row + 1)
        start, end = region(text, cursor[0])
        assert start <= wanted[0][0] and wanted[-1][0] < end, (path, old, which)
        after = renamed(text, wanted, old, new)
        source = type("Source", (), {"language": language})
        made = case("rename", source, path, before, text, cursor, history, after, context)
        yield {"id": f"{which}-{name}-{old}-{new}", "kind": "below", **made}
        states.append(after)
        row = wanted[-1][0]
        cursor = (row, len(after[row]))


def small_files(part):
    for line in RENAMES[part].strip().split("\n"):
        file, pairs = line.strip().split(": ")
        lines = open(os.path.join(FILES, part, file), encoding="utf-8").read().split("\n")
        for pair in pairs.split(", "):
            yield from cases_of(file, "src/" + file, lines, *pair.split(), LANGUAGES[os.path.splitext(file)[1]], [])


def playground(part):
    """The playground's first file, the others as context."""
    source = open(os.path.join(ROOT, "web", "playground", "stories", "typescript", "rename.ts"), encoding="utf-8").read()
    files = {path: text.replace("\\`", "`").replace("\\$", "$")
             for path, text in re.findall(r'path: "(.*?)",\s*text: `((?:\\.|[^`\\])*)`', source, re.S)}
    path, *others = files
    for new in PLAYGROUND[part].split():
        yield from cases_of("cart.ts", path, files[path].split("\n"), "total", new, "typescript",
                            [{"path": other, "text": files[other]} for other in others])


if __name__ == "__main__":
    part = sys.argv[1]
    for made in (playground if part in PLAYGROUND else small_files)(part):
        print(json.dumps(made, ensure_ascii=False))
