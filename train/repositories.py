"""The repositories whose histories the cases are made from, as `sources.toml` lists them.

Needs nothing but Python.  A repository is learnt from or held out as a whole.
"""

import hashlib
import os
import subprocess
import tomllib
from dataclasses import dataclass

LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sources.toml")


@dataclass
class Repository:
    name: str  # owner/name at github.com
    licence: str
    revision: str
    language: str  # what most of it is written in
    part: str  # `train` or `held`
    cases: int  # the most that are taken of it

    @property
    def file(self):
        """Its name as that of one file."""
        return self.name.replace("/", "+")


def repositories(part=None):
    with open(LIST, "rb") as file:
        listed = [Repository(**fields) for fields in tomllib.load(file)["repository"]]
    return [repository for repository in listed if part in (None, repository.part)]


def is_reserved(name):
    """Whether a repository is left for checking, by anyone, and so in no training set."""
    return hashlib.sha256(name.lower().encode()).hexdigest()[0] in "567"


def directory(clones, repository):
    """Its bare git directory below the folder of the clones."""
    return os.path.join(clones, repository.file + ".git")


def clone(clones, repository):
    """Fetches a repository's history, unless it is there."""
    path = directory(clones, repository)
    if not os.path.exists(path):
        subprocess.run(["git", "clone", "--quiet", "--bare", f"https://github.com/{repository.name}", path + ".new"], check=True)
        os.replace(path + ".new", path)
    return path


def texts(clones, repository, extensions, largest=30_000):
    """The source files of its revision: `(path, text)`, each cut to `largest` characters."""
    git = ["git", "-C", directory(clones, repository)]
    listed = subprocess.run([*git, "ls-tree", "-r", "-z", "--name-only", repository.revision], check=True, stdout=subprocess.PIPE)
    for path in listed.stdout.decode(errors="replace").split("\0"):
        if os.path.splitext(path)[1] in extensions:
            shown = subprocess.run([*git, "show", f"{repository.revision}:{path}"], stdout=subprocess.PIPE)
            yield path, shown.stdout.decode(errors="replace")[:largest]
