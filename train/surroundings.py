"""What stands around an edit: other files of the package, and a change that has nothing to do with it."""

import re

from sources import FAMILY
from text import NAME, short_path

NAMES_OF_FILES = ["index", "util", "types", "helpers", "main", "view", "test"]
LONGEST = 1500  # characters of a context file


class Surroundings:
    """Half of the cases get context files, which mostly say the name that was changed: what is copied has to be found
    in the window all the same. One in eight gets an older change that was made elsewhere."""

    def __init__(self, sources, draw):
        self.draw, self.packages, self.recent = draw, {}, []
        for source in sources:
            self.packages.setdefault((source.package, FAMILY[source.language]), []).append(source)

    def add(self, case, source):
        if not case["context"] and self.draw.random() < 0.5:
            case["context"] = self.files(case, source)
        newest = dict(case["history"][-1])
        if self.recent and len(case["history"]) < 3 and self.draw.random() < 0.12:
            case["history"].insert(0, self.draw.choice(self.recent))
        self.recent = [*self.recent[-500:], newest]

    def files(self, case, source):
        first = case["history"][0]
        gone = sorted(set(NAME.findall(first["old"])) - set(NAME.findall(first["new"])))
        name = max(gone, key=len, default=None)
        siblings = self.packages[source.package, FAMILY[source.language]]
        files = {}
        for _ in range(self.draw.choice([1, 1, 2, 2, 3])):
            some = self.draw.sample(siblings, min(len(siblings), 6)) + [source] * self.draw.choice([0, 1])
            said = [other for other in some if name and name in other.text]
            other = self.draw.choice(said if said and self.draw.random() < 0.8 else some)
            path = short_path(self.draw, other)
            if other is source:  # what stands elsewhere in it, as if in another file
                folder, ending = case["path"].rpartition("/")[0], source.path.rsplit(".", 1)[1]
                path = f"{folder}/{self.draw.choice(NAMES_OF_FILES)}.{ending}".lstrip("/")
            text = self.excerpt(other.text.split("\n"), name)
            if len(text) < LONGEST and path != case["path"]:
                files.setdefault(path, text)
        return [{"path": path, "text": text} for path, text in files.items()]

    def excerpt(self, lines, name):
        """5 to 30 lines, mostly such that say the name."""
        size = self.draw.randint(5, 30)
        whole = name and re.compile(r"(?<![\w$])" + re.escape(name) + r"(?![\w$])")
        said = [row for row, line in enumerate(lines) if whole and whole.search(line)]
        if said and self.draw.random() < 0.8:
            first = max(0, self.draw.choice(said) - self.draw.randrange(size))
        else:
            first = 0 if self.draw.random() < 0.3 else self.draw.randrange(max(1, len(lines) - size + 1))
        return "\n".join(lines[first:first + size])
