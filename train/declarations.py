"""Renames at the declaration, as a visitor would type them, and edits that nothing follows: what the model's card counts.

A name that is declared in an excerpt gets another one there; in a third of the cases the first use was accepted since.
"""

import argparse
import json
import random
import re

from cases import DECLARING, LONGEST, Names, names_in, occurrences, quiet, renamable, renamed
from sources import Shelves, collect
from surroundings import Surroundings
from text import case, change, excerpt, region, short_path

WEIGHTS = {"typescript": 0.4, "web": 0.2, "rust": 0.2, "python": 0.2}
DECLARES = re.compile(DECLARING)


def declared(lines):
    """Names whose first occurrence declares them, and which are used further down."""
    for name, count in names_in(lines).items():
        if count > 1 and len(name) > 2 and renamable(lines, name):
            (row, column), *_, (last, _) = occurrences(lines, name)
            if last > row and DECLARES.search(lines[row][:column]):
                yield name


def rename(draw, names, source):
    lines, path = excerpt(draw, source.text.split("\n")), short_path(draw, source)
    choice = list(declared(lines))
    old = choice and draw.choice(choice)
    new = old and names.other(old, source.language)
    if not new or occurrences(lines, new):
        return None
    places = occurrences(lines, old)
    done, before = {places[0]}, lines
    state = renamed(lines, done, old, new)
    history, cursor = [change(path, lines, state)], (places[0][0], places[0][1] + len(new))
    rows = list(dict.fromkeys(row for row, _ in places[1:]))
    if len(rows) > 1 and draw.random() < 0.35:
        done |= {place for place in places if place[0] == rows[0]}
        before, state = state, renamed(lines, done, old, new)
        history, cursor = [*history, change(path, before, state)], (rows[0], len(state[rows[0]]))
    first, last = region(state, cursor[0])
    left = [place for place in places if place not in done and first <= place[0] < last]
    return left and case("rename", source, path, before, state, cursor, history, renamed(lines, done | set(left), old, new))


def generate(task, sources, seed):
    draw = random.Random(seed)
    names, surroundings = Names(sources, draw), Surroundings(sources, draw)
    shelves = Shelves(sources, WEIGHTS)
    while True:
        source = shelves.pick(draw)
        made = task(draw, names, source)
        if made and len(made["text"]) < LONGEST:
            surroundings.add(made, source)
            yield made


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--renames", type=int, default=200)
    arguments.add_argument("--quiet", type=int, default=100)
    arguments.add_argument("sources", nargs="+")
    given = arguments.parse_args()
    held = [source for source in collect(given.sources) if source.held_out]
    with open(given.out, "w", encoding="utf-8") as file:
        for task, count, seed in ((rename, given.renames, 2), (quiet, given.quiet, 5)):
            for number, made in zip(range(count), generate(task, held, seed)):
                file.write(json.dumps({**made, "id": f"{made['task']}-{number:06d}"}) + "\n")


if __name__ == "__main__":
    main()
