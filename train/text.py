"""Windows, hunks and cases over the lines of a file."""

import re

REGION, ABOVE = 21, 10  # the window that the prompt will show; here only to choose edits inside it
NAME = re.compile(r"(?<![\w$])[A-Za-z_$][\w$]*")


def region(lines, row):
    first = max(0, min(row - ABOVE, len(lines) - REGION))
    return first, min(len(lines), first + REGION)


def offset(lines, row, column):
    before = "\n".join(lines[:row] + [lines[row][:column]])
    return len(before.encode("utf-16-le")) // 2


def change(path, before, after):
    """The one hunk between two versions, with a line of context on each side."""
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    tail = 0
    while tail < min(len(before), len(after)) - first and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    start = max(0, first - 1)
    old = before[start:min(len(before), len(before) - tail + 1)]
    new = after[start:min(len(after), len(after) - tail + 1)]
    return {"path": path, "old": "\n".join(old), "new": "\n".join(new), "line": start}


def excerpt(draw, lines):
    """Some lines to be the document: short ones are learnt first and often, full windows often enough."""
    size = draw.choices([draw.randint(5, 10), draw.randint(11, 21), draw.randint(22, 60)], [30, 35, 35])[0]
    if len(lines) <= size:
        return list(lines)
    for _ in range(6):
        first = draw.randrange(len(lines) - size)
        if not lines[first].startswith((" ", "\t", "}", ")", "]", " *")) and lines[first].strip():
            break
    return lines[first:first + size]


def short_path(draw, source):
    parts = source.path.split("/")
    return "/".join(parts[-draw.randint(1, 3):])[-48:]


def case(task, source, path, before, text, cursor, history, expected, context=()):
    quiet = expected == text
    made = {
        "task": task, "path": path, "language": source.language,
        "before": "\n".join(before), "text": "\n".join(text), "cursor": offset(text, *cursor),
        "history": history[-3:], "context": list(context), "expected": "\n".join(expected),
    }
    if quiet:
        made["kind"] = "noise"
    return made
