"""Edits made up over real source text, as cases (the format that the whole project shares).

Five tasks: `rename` carries a new name from where it was typed to the other uses, `parameter` from a
signature to its calls, `pattern` a change of one line to the lines like it, `word` finishes a half-typed
name, and `quiet` is everything after which nothing is to be done.
"""

import random
import re
from collections import Counter

from sources import FAMILY, Shelves
from surroundings import Surroundings
from text import NAME, case, change, excerpt, region, short_path

HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
KEYWORDS = set("""
abstract and any as assert async await bool boolean break case catch char class const constructor continue crate
debugger declare def default del delete do dyn elif else enum except export extends extern false False finally fn
for from function get global if impl implements import in instanceof interface is keyof lambda let loop match
mod module move mut namespace never new None nonlocal not null number object of or package pass print private
protected pub public raise readonly ref require return satisfies self Self set static str string struct super
switch symbol this throw trait true True try type typeof undefined unknown unsafe use var void where while with
yield u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 usize isize String Vec Option Some Ok Err Result int float list dict
tuple Array Object Promise Error Map Set Math JSON console window document args kwargs length push std super
""".split())


# ---------------------------------------------------------------- names

class Names:
    """New names out of the words that names are made of."""

    def __init__(self, sources, draw):
        self.draw = draw
        words = Counter()
        for source in sources:
            words.update(sorted({word.lower() for word in HUMPS.findall(source.text[:20000])}))
        kept = [(word, n) for word, n in words.items() if 3 <= len(word) <= 11 and n >= 12 and word.isalpha()]
        self.words = [word for word, _ in kept]
        self.weights = [n ** 0.4 for _, n in kept]

    def some(self, n):
        return self.draw.choices(self.words, self.weights, k=n)

    def spell(self, words, like, language):
        core = like.strip("_$")
        lead = like[:len(like) - len(like.lstrip("_$"))]
        if core.isupper() and len(core) > 1:
            return lead + "_".join(words).upper()
        if "_" in core or (core.islower() and FAMILY[language] != "web"):
            return lead + "_".join(words)
        capital = core[:1].isupper()
        return lead + "".join(w.capitalize() if i or capital else w for i, w in enumerate(words))

    def other(self, name, language):
        """A new name for `name`: a word added, changed or taken away, or all of it new."""
        words = [word.lower() for word in HUMPS.findall(name)]
        way = self.draw.choices(["front", "back", "swap", "less", "new"], [20, 20, 25, 8, 27])[0]
        if way == "front":
            words = self.some(1) + words
        elif way == "back":
            words = words + self.some(1)
        elif way == "swap" and words:
            words[self.draw.randrange(len(words))] = self.some(1)[0]
        elif way == "less" and len(words) > 1:
            del words[self.draw.randrange(len(words))]
        else:
            words = self.some(self.draw.choices([1, 2, 3], [40, 45, 15])[0])
        new = self.spell(words, name, language)
        return new if new != name and NAME.fullmatch(new) and new not in KEYWORDS else None


COMMENT = re.compile(r"^\s*(//|/?\*|#(?!\[)|///)")


def occurrences(lines, name):
    """Where the name stands as a whole word: (row, column)."""
    whole = re.compile(r"(?<![\w$])" + re.escape(name) + r"(?![\w$])")
    return [(row, found.start()) for row, line in enumerate(lines) for found in whole.finditer(line)]


def quoted(line, column):
    head = line[:column]
    return any(head.count(mark) % 2 for mark in "\"'`") and "${" not in head


def renamable(lines, name):
    """A name that one would rename everywhere: no keyword, in no string, and if plain then in no comment."""
    if name in KEYWORDS or len(name) < 2:
        return False
    plain = len(HUMPS.findall(name)) < 2 and name.islower()
    dotted = set()
    for row, column in occurrences(lines, name):
        line = lines[row]
        if quoted(line, column) or (plain and (COMMENT.match(line) or "//" in line[:column])):
            return False
        dotted.add(line[:column].endswith("."))
    return not plain or len(dotted) == 1


def renamed(lines, places, old, new):
    lines = list(lines)
    for row, column in sorted(places, reverse=True):
        lines[row] = lines[row][:column] + new + lines[row][column + len(old):]
    return lines


def names_in(lines):
    return Counter(name for line in lines for name in NAME.findall(line))


DECLARING = r"(?:function\*?|const|let|var|class|interface|type|enum|def|fn|struct|trait)\s+$"
DECLARES = re.compile(DECLARING + r"|(?:mod|static)\s+$|^\s*(?:async |static |public |private |readonly )*$")


def pick_name(draw, lines, first, last, least):
    counts = names_in(lines[first:last])
    names = [name for name, n in counts.items() if n >= least and name not in KEYWORDS]
    draw.shuffle(names)
    names.sort(key=lambda name: len(name) < 4)
    for name in names[:6]:
        if renamable(lines, name):
            return name


# ---------------------------------------------------------------- tasks

def rename(draw, names, source, finished=False):
    """One use has its new name (some more may have been accepted since); the others in the window follow."""
    lines, path = excerpt(draw, source.text.split("\n")), short_path(draw, source)
    centre = draw.randrange(len(lines))
    first, last = region(lines, centre)
    old = pick_name(draw, lines, first, last, 2)
    new = old and names.other(old, source.language)
    if not new or occurrences(lines, new):
        return None
    places = occurrences(lines, old)
    declared = [place for place in places if DECLARES.search(lines[place[0]][:place[1]])]
    start = draw.choice(declared) if declared and draw.random() < 0.7 else draw.choice(places)
    rest = [place for place in places if place != start]
    draw.random() < 0.7 and rest.sort(key=lambda place: (place < start, place))
    rows = list(dict.fromkeys(row for row, _ in rest))

    history, state = [], renamed(lines, [start], old, new)
    before = lines
    history.append(change(path, before, state))
    done = {start}
    accepted = draw.choices([0, 1, 2, 3], [68, 18, 9, 5])[0]
    cursor = (start[0], start[1] + len(new))
    if finished and not any(first <= row < last for row in rows):
        return None
    for row in rows[:accepted] if not finished else rows[:8]:
        # an accepted suggestion changes the whole line
        group = [place for place in places if place[0] == row and place not in done]
        before, done = state, done | set(group)
        state = renamed(lines, done, old, new)
        history.append(change(path, before, state))
        cursor = (row, len(state[row]))
    first, last = region(state, cursor[0])
    if not accepted and draw.random() < 0.12 and rest:
        # the cursor has gone elsewhere since
        row, column = draw.choice(rest)
        cursor = (row, column)
        first, last = region(state, row)
    left = [place for place in places if place not in done and first <= place[0] < last]
    if bool(left) == finished:
        return None
    if len(done) > 1 and draw.random() < 0.2:
        history = history[-1:]
    expected = renamed(lines, done | set(left), old, new)
    return case("quiet" if finished else "rename", source, path, before, state, cursor, history, expected)


def rename_across(draw, names, source):
    """The name was changed in another file; this file still has the old one."""
    lines = source.text.split("\n")
    there, here = excerpt(draw, lines), excerpt(draw, lines)
    row = draw.randrange(len(here))
    first, last = region(here, row)
    old = pick_name(draw, here, first, last, 1)
    seen = old and occurrences(there, old)
    new = seen and names.other(old, source.language)
    if not new or occurrences(here + there, new) or not renamable(there, old):
        return None
    path = short_path(draw, source)
    other = path[:path.rfind("/") + 1] + names.some(1)[0] + "." + source.path.rsplit(".", 1)[1]
    declared = [place for place in seen if DECLARES.search(there[place[0]][:place[1]])] or seen
    place = draw.choice(declared)
    after = renamed(there, [place], old, new)
    history, context = [change(other, there, after)], []
    if draw.random() < 0.4:
        begin = max(0, place[0] - draw.randint(0, 6))
        context = [{"path": other, "text": "\n".join(after[begin:place[0] + draw.randint(1, 8)])}]
    places = [spot for spot in occurrences(here, old) if first <= spot[0] < last]
    expected = renamed(here, places, old, new)
    spot = draw.choice(places) if draw.random() < 0.5 else (row, len(here[row]))
    if region(here, spot[0]) != (first, last):
        spot = (row, len(here[row]))
    return case("rename", source, path, here, here, spot, history, expected, context)


SIGNATURE = re.compile(r"(?:function|def|fn)\s+([A-Za-z_]\w*)\s*(?:<[^>()]*>)?\(([^()]*)\)")


def arguments(text):
    return [part.strip() for part in text.split(",") if part.strip()]


def parameter(draw, names, source):
    """A signature has got or lost its last parameter; the calls in the window follow."""
    lines, path = excerpt(draw, source.text.split("\n")), short_path(draw, source)
    found = [(row, match) for row, line in enumerate(lines) if (match := SIGNATURE.search(line))]
    draw.shuffle(found)
    for row, match in found:
        name, first_last = match[1], region(lines, row)
        call = re.compile(r"(?<![\w$])" + re.escape(name) + r"\(([^()]*)\)")
        calls = [(r, m) for r in range(*first_last) if r != row for m in call.finditer(lines[r])]
        if not calls or len({r for r, _ in calls}) < len(calls):
            continue
        add = draw.random() < 0.7
        parts = arguments(match[2])
        if add:
            extra = names.spell(names.some(draw.randint(1, 2)), "aB" if FAMILY[source.language] == "web" else "a_b",
                                source.language)
            kind = {"typescript": draw.choice([": string", ": number", ": boolean", ": " + names.some(1)[0].capitalize()]),
                    "rust": draw.choice([": usize", ": &str", ": bool", ": u32"])}.get(source.language, "")
            inner = ", ".join(parts + [extra + kind])
        elif parts and parts[-1] not in ("self", "&self", "&mut self"):
            inner = ", ".join(parts[:-1])
        else:
            continue
        text = list(lines)
        text[row] = lines[row][:match.start(2)] + inner + lines[row][match.end(2):]
        expected = list(text)
        for r, m in calls:
            given = arguments(m[1])
            if add:
                given.append(extra)
            elif given:
                given.pop()
            expected[r] = lines[r][:m.start(1)] + ", ".join(given) + lines[r][m.end(1):]
        if expected != text:
            cursor = (row, match.start(2) + len(inner))
            return case("parameter", source, path, lines, text, cursor, [change(path, lines, text)], expected)


def skeleton(line):
    """What two lines of a kind share: the first word and the punctuation."""
    words = NAME.findall(line)
    return words and (words[0], re.sub(r"[\w$\s]+|'[^']*'|\"[^\"]*\"", "·", line))


def pattern(draw, names, source):
    """Several lines are alike; one of them (or two) was changed, and the others follow."""
    lines, path = excerpt(draw, source.text.split("\n")), short_path(draw, source)
    groups = {}
    for row, line in enumerate(lines):
        if len(line) < 100 and not COMMENT.match(line) and (key := skeleton(line)) and len(key[1]) > 3:
            groups.setdefault(key, []).append(row)
    groups = [rows for rows in groups.values() if len(rows) >= 3 and rows[-1] - rows[0] <= 16]
    if not groups:
        return None
    rows = draw.choice(groups)[:8]
    shared = set.intersection(*(set(NAME.findall(lines[row])) for row in rows))
    shared = [word for word in shared if all(len(re.findall(r"\b" + re.escape(word) + r"\b", lines[row])) == 1 for row in rows)]
    way = draw.choice(["word", "word", "front", "end", "after"])
    if way == "word" and shared:
        word = draw.choice(sorted(shared))
        new = names.other(word, source.language) or word + "s"
        edit = lambda line: re.sub(r"\b" + re.escape(word) + r"\b", new, line)
    elif way == "after" and shared:
        word = draw.choice(sorted(shared))
        piece = draw.choice([".", "_", ""]) + names.some(1)[0]
        piece = piece if piece[0] in "._" else piece.capitalize()
        edit = lambda line: re.sub(r"\b" + re.escape(word) + r"\b", word + piece, line)
    elif way == "front":
        piece = draw.choice(["await ", "export ", "readonly ", "pub ", "static ", "// ", names.some(1)[0] + "."])
        edit = lambda line: re.sub(r"^(\s*)", lambda m: m[1] + piece, line, count=1)
    else:
        ends = Counter(re.search(r"[^\w\s]*$", lines[row])[0] for row in rows)
        end = ends.most_common(1)[0][0]
        rows = [row for row in rows if lines[row].endswith(end) and not lines[row][:-len(end) or None].endswith(" ")]
        word = names.some(1)[0]
        piece = draw.choice([" ?? " + word, " || " + word, " as " + word.capitalize(), "." + word + "()", "." + word, " + " + word, "!"])
        edit = lambda line: line[:len(line) - len(end)] + piece + end
    if len(rows) < 2:
        return None
    done = rows[:draw.choices([1, 2], [70, 30])[0]] if draw.random() < 0.8 else [draw.choice(rows)]
    history, state, before = [], list(lines), list(lines)
    for row in done:
        before, state = state, list(state)
        state[row] = edit(state[row])
        history.append(change(path, before, state))
    cursor = (done[-1], len(state[done[-1]]))
    first, last = region(state, cursor[0])
    expected = list(state)
    for row in rows:
        if row not in done and first <= row < last:
            expected[row] = edit(expected[row])
    if expected == state or state == before:
        return None
    return case("pattern", source, path, before, state, cursor, history, expected)


def word(draw, names, source):
    """A name is half typed, and the window says how it goes on."""
    lines, path = excerpt(draw, source.text.split("\n")), short_path(draw, source)
    places = [(row, m) for row, line in enumerate(lines) if not COMMENT.match(line) for m in NAME.finditer(line)
              if len(m[0]) >= 5 and m[0] not in KEYWORDS]
    draw.shuffle(places)
    for row, match in places[:12]:
        first, last = region(lines, row)
        length = draw.randint(2, len(match[0]) - 2)
        head = match[0][:length]
        counts = names_in(lines[first:last])
        if counts[match[0]] < 2 or sum(name.startswith(head) for name in counts) > 1:
            continue
        whole = draw.random() < 0.5  # typed at the line's end, or inserted into it
        tail = "" if whole else lines[row][match.end():]
        text = list(lines)
        text[row] = lines[row][:match.end() - len(match[0]) + length] + tail
        before = list(text)
        if whole and draw.random() < 0.7:
            del before[row]
        else:
            before[row] = lines[row][:match.start()] + tail
        if before == text:
            continue
        expected = list(text)
        expected[row] = lines[row][:match.end()] + tail
        cursor = (row, match.start() + length)
        return case("word", source, path, before, text, cursor, [change(path, before, text)], expected)


LITERAL = re.compile(r"\b\d+\b|\btrue\b|\bfalse\b|\bTrue\b|\bFalse\b|\bnull\b|\bconst\b|\blet\b")


def quiet(draw, names, source):
    """The user did something that is complete in itself."""
    way = draw.choices(["finished", "line", "typing", "literal", "prose", "gone"], [30, 25, 15, 10, 12, 8])[0]
    if way == "finished":
        return rename(draw, names, source, finished=True)
    lines, path = excerpt(draw, source.text.split("\n")), short_path(draw, source)
    full = [row for row, line in enumerate(lines) if line.strip()]
    if len(full) < 4:
        return None
    row = draw.choice(full)
    before, text, column = list(lines), list(lines), len(lines[row])
    if way == "line":
        del before[row]
    elif way == "typing":
        ends = [m.end() for m in re.finditer(r"[\w$]+|[^\w\s]", lines[row])]
        column = draw.choice(ends)
        text[row] = lines[row][:column]
        if draw.random() < 0.5:
            del before[row]
        else:
            before[row] = lines[row][:draw.choice([0] + [end for end in ends if end < column])]
    elif way == "literal":
        spots = [(r, m) for r, line in enumerate(lines) for m in LITERAL.finditer(line)]
        if not spots:
            return None
        row, match = draw.choice(spots)
        swap = {"true": "false", "false": "true", "True": "False", "False": "True", "null": "undefined",
                "const": "let", "let": "const"}
        new = swap.get(match[0]) or str(draw.choice([draw.randrange(10), draw.randrange(100), draw.randrange(10000)]))
        text[row] = lines[row][:match.start()] + new + lines[row][match.end():]
        column = match.start() + len(new)
    elif way == "prose":
        rows = [r for r, line in enumerate(lines) if COMMENT.match(line) and len(NAME.findall(line)) > 2]
        if not rows:
            mark = {"python": "# ", "rust": "// "}.get(source.language, "// ")
            indent = re.match(r"\s*", lines[row])[0]
            text.insert(row, indent + mark + " ".join(names.some(draw.randint(2, 7))))
        else:
            row = draw.choice(rows)
            match = draw.choice(list(NAME.finditer(lines[row])))
            text[row] = lines[row][:match.start()] + " ".join(names.some(draw.randint(1, 2))) + lines[row][match.end():]
        column = len(text[row])
    else:
        del text[row]
        row, column = max(0, row - 1), len(text[max(0, row - 1)])
    if before == text:
        return None
    history = [change(path, before, text)]
    return case("quiet", source, path, before, text, (row, column), history, list(text))


WEIGHTS = {"typescript": 0.3, "web": 0.2, "rust": 0.25, "python": 0.25}
LONGEST = 3600  # characters of a document
TASKS = [(rename, 40), (rename_across, 9), (parameter, 6), (pattern, 11), (word, 9), (quiet, 25)]


def only(names):
    """The tasks of these names, as often as each other."""
    return [(task, 1) for task, _ in TASKS if task.__name__ in names]


def generate(sources, seed=1, tasks=TASKS):
    """Cases without end: a language by its weight (TypeScript first), a task, a file."""
    draw = random.Random(seed)
    names, surroundings = Names(sources, draw), Surroundings(sources, draw)
    shelves = Shelves(sources, WEIGHTS)
    number = 0
    while True:
        task = draw.choices([task for task, _ in tasks], [w for _, w in tasks])[0]
        for _ in range(60):  # a task that does not fit the file tries another file, so that the mix stays
            source = shelves.pick(draw)
            made = task(draw, names, source)
            if made and len(made["text"]) < LONGEST:
                surroundings.add(made, source)
                made["id"] = f"{made['task']}-{number:06d}"
                number += 1
                yield made
                break
