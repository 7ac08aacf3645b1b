"""States of an editing session, as a client of the server would send them. The same in every run."""

import difflib
import random

NAMES = "total price count items user config index größe naïve 名前 переменная हिन्दी a_b x1 é́ 𝒙 café".split()
LINES = [
    "    {a} = {b}({c})",
    "def {a}({b}, {c}):",
    "  let {a}: {b} = {c}.{d}();",
    "export function {a}({b}: string): number {{",
    "}}",
    "  }}",
    "return {a};",
    "// {a} {b} 🦀👩‍💻 {c}",
    "\tif ({a} != {b}) {{ {c}++; }}",
    'println!("{{}} {a}", {b}); // ½ ² Ⅷ',
    "{a}",
    "x",
    "@@ {a} @@",
    "- {a}",
    "+ {b}",
    "File: {a}",
    "<|cursor|>{a}",
    "let s = '<|file_sep|>{a}';",
    "{a} No newline at end of file",
    "\\ No newline at end of file",
    "{a}\u2028{b}",
    "{a}\x0c{b}",
    "\x1f{a}\x85",
    "{a}\u00a0\u3000",
    "{a}\r{b}",
]
BLANK = ["", "", "", "  ", "\t", "\x1f", "\u3000"]
PATHS = ["src/price.ts", "main.py", "lib/größe.rs", "untitled", "a.b/c", "File: x.ts", "x" * 620 + ".rs"]


class Session:
    """A document with a few edits."""

    def __init__(self, seed: int, plain: bool) -> None:
        self.draw = random.Random(seed)
        draw = self.draw
        # Most documents look like code; some hold everything that can go wrong, if not only plain ones are wanted.
        self.odd = draw.random() < 0.3 and not plain
        self.path = draw.choice(PATHS if self.odd else PATHS[:4])
        size = draw.choice([0, 1, 2, 5, 8, 20, 20, 40, 40, 80, 120])
        self.wide = False
        if draw.random() < 0.03:
            size = draw.choice([799, 800, 801, 1200, 2300])
            self.wide = draw.random() < 0.2
        self.lines = [self.line() for _ in range(size)]
        if size and draw.random() < 0.25:
            at = draw.randrange(size)
            self.lines[at : at + 3] = self.lines[:3]
        self.end = draw.choice(["\n", "\n", "\n", "\n" if plain else "\r\n"])
        self.final = draw.random() < 0.7
        self.original = self.text()
        self.changes = ""
        self.before = []
        self.at = draw.randrange(max(size, 1))
        for _ in range(draw.choice([0, 1, 1, 1, 2, 3, 5, 9])):
            self.edit()

    def line(self) -> str:
        draw = self.draw
        chance = draw.random()
        if chance < 0.2:
            return draw.choice(BLANK if self.odd else BLANK[:4])
        if chance < 0.21:
            return draw.choice(NAMES) + "y" * draw.choice([300, 590, 599, 600, 601, 990, 1000, 1001])
        if self.wide:
            return "  " + " + ".join(draw.choices(NAMES, k=15))
        words = {name: draw.choice(NAMES) for name in "abcd"}
        return draw.choice(LINES if self.odd else LINES[:12]).format(**words)

    def text(self) -> str:
        return self.end.join(self.lines) + (self.end if self.final and self.lines else "")

    def edit(self) -> None:
        draw = self.draw
        before = self.text()
        self.before.append(before)
        kind = draw.choice(["word", "word", "word", "insert", "delete", "replace", "blank", "rename", "final"])
        if self.lines:
            near = self.at + draw.choice([-3, -1, 0, 0, 1, 3])
            at = near if 0 <= near < len(self.lines) and draw.random() < 0.7 else draw.randrange(len(self.lines))
        else:
            at = 0
        some = draw.choice([1, 1, 1, 2, 4, 8])
        if kind == "insert" or not self.lines:
            self.lines[at:at] = [self.line() for _ in range(some)]
        elif kind == "delete":
            del self.lines[at : at + some]
        elif kind == "replace":
            self.lines[at : at + some] = [self.line() for _ in range(draw.choice([1, 1, 2, 5]))]
        elif kind == "blank":
            self.lines[at] = self.lines[at] + "  "
        elif kind == "final":
            self.final = not self.final
        else:
            old, new = draw.choice(NAMES), draw.choice(NAMES)
            places = range(len(self.lines)) if kind == "rename" else [at]
            for place in places:
                self.lines[place] = self.lines[place].replace(old, new)
            if kind == "word":
                self.lines[at] = draw.choice(NAMES[:6]) + " " + self.lines[at]
        self.at = at
        if draw.random() < 0.15:
            other = [self.line() for _ in range(4)]
            self.changes += self.hunks(draw.choice(PATHS), other, [self.line(), *other[1:]])
        self.changes += self.hunks(self.path, before.split("\n"), self.text().split("\n"))

    def hunks(self, path: str, old: list[str], new: list[str]) -> str:
        """The hunks of a diff, each after its path; now and then several after one path."""
        context = self.draw.choice([0, 1, 2, 3, 3])
        diff = list(difflib.unified_diff(old, new, n=context, lineterm=""))[2:]
        together = self.draw.random() < 0.1
        result = ""
        for index, line in enumerate(diff):
            if line.startswith("@@ -") and (index == 0 or not together):
                result += f"File: {path}\n"
            result += line + "\n"
        return result


def utf16(text: str) -> int:
    return len(text.encode("utf-16le")) // 2


def state(seed: int, plain: bool = False) -> dict:
    """One state; a plain one has LF line ends and nothing that is not code."""
    session = Session(seed, plain)
    draw, text = session.draw, session.text()
    edited = len(session.end.join(session.lines[: session.at + 1]))
    cursor = draw.choice([edited, edited, edited, draw.randint(0, len(text)), 0, len(text)])
    excerpt = lambda size: {
        "path": draw.choice(PATHS),
        "text": session.end.join(session.line() for _ in range(draw.choice(size))),
    }
    rows = text.count("\n") + 1
    errors = []
    if draw.random() < 0.15:
        for _ in range(draw.choice([1, 1, 2, 3])):
            start = draw.randint(0, len(text))
            line = text.count("\n", 0, start) if draw.random() < 0.9 else draw.randrange(2 * rows)
            errors.append({"line": line, "start": start, "message": f"cannot find {draw.choice(NAMES)}"})
    return {
        "path": session.path,
        "text": text,
        "cursor": min(utf16(text[:cursor]) + draw.choice([0, 0, 0, 0, 1]), utf16(text) + 1),
        "original": draw.choice([session.original, session.original, text, ""]),
        "changes": session.changes,
        "before": session.before,
        "file": excerpt([0, 3, 60, 60, 5000]) if draw.random() < 0.4 else None,
        "excerpt": excerpt([0, 3, 24, 25, 26, 90]) if draw.random() < 0.4 else None,
        "errors": errors,
        "prefill": draw.random() < 0.3,
    }
