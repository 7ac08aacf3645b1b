"""Answers of a model to a block: good ones, and each way in which one can go wrong. The same in every run."""

import random
import re

from states import NAMES


def answers(block: str, cursor: int, before: list[str], draw: random.Random) -> dict[str, str]:
    """Answers by their kind; `cursor` is an offset in the block, `before` are earlier texts of the document."""
    lines = block.splitlines(True)
    row = draw.randrange(len(lines))
    here = block.count("\n", 0, cursor)
    name, other = draw.sample(NAMES[:12], 2)

    def word(line: str) -> str:
        places = list(re.finditer(r"\w{2,}", line))
        if not places:
            return line.rstrip("\n") + f" {name}\n"
        place = draw.choice(places)
        return line[: place.start()] + name + line[place.end() :]

    def at(rows: set[int], change) -> str:
        return "".join(change(line) if number in rows else line for number, line in enumerate(lines))

    changed = at({row}, word)
    insert = lambda number, text: "".join([*lines[:number], text, *lines[number:]])
    earlier = draw.choice(before).splitlines(True) if before else lines
    near = [line for line in earlier if line in lines]
    old = earlier.index(near[0]) if near else 0
    return {
        "a word": changed,
        "two words": at({row, draw.randrange(len(lines))}, word),
        "a name throughout": re.sub(rf"\b{draw.choice(NAMES[:6])}\b", name, block),
        "an insertion at the cursor": block[:cursor] + f" + {name}" + block[cursor:],
        "lines inserted at the cursor": block[:cursor] + f" {{\n    {name};\n    {other};" + block[cursor:],
        "a line after the cursor": insert(here + 1, f"    {name} = {other};\n"),
        "a line somewhere": insert(row, f"    {name} = {other};\n"),
        "a line left out": at({row}, lambda _: ""),
        "a line more at the end": block.removesuffix("\n") + f"\n{name}({other});\n",
        "a line changed and one more": insert(row, f"    {name};\n").replace(lines[-1], word(lines[-1])),
        "another indentation": at({row}, lambda line: "  " + line),
        "a blank line": insert(row, "\n"),
        "an earlier text": "".join(earlier[old : old + len(lines)]),
        "all lines anew": "".join(f"{draw.choice(NAMES)}({name}, {number});\n" for number in range(len(lines))),
        "30 lines more": insert(row, "".join(f"{name}({number});\n" for number in range(30))),
        "the cursor's mark": changed[:cursor] + "<|cursor|>" + changed[cursor:],
        "a missing line end": changed.rstrip("\n") + " No newline at end of file",
        "a control token": "<|fim_middle|>" + changed,
        "nothing": "",
        "the first line": lines[0],
        "blank lines first": "\n\n" + changed,
        "no change": block,
    }
