"""The histories of the repositories as cases, as prompts, and as packed ids: all that a training reads.

Goes on after any interruption: a repository whose prompts are written is not replayed again.

    python3 train/history.py WORK --clones CLONES --foretab target/release/foretab [--part held] [--share 0.1]

WORK/train/OWNER+NAME.jsonl holds the prompts, WORK/train-0.npz and so on the ids, each file small enough to be carried.
Of what is held out, WORK/held.jsonl holds the cases too, for `foretab eval`.
"""

import argparse
import hashlib
import itertools
import json
import os
import subprocess
import sys

import data
import repositories
from tokenizer import Coder

SEED = 1
EXCERPT = 60  # unchanged lines around an edit, on either side: more than a prompt shows
HELD = 20  # cases of a task, of each repository that is held out
SHARD = 40_000  # samples of a packed file: some 20 MB


def cases(given, repository):
    """The command that writes a repository's cases."""
    most = max(1, round(repository.cases * given.share))
    # What is common gets an eighth each, so that repetitions, which are rare, are sought further back.
    limit = ["--max", str(most), "--each", str(max(1, most // 8))]
    if given.part == "held":
        limit = ["--each", str(given.each)]
    path = repositories.directory(given.clones, repository)
    return [given.foretab, "cases", "--git", path, "--rev-range", repository.revision, "--seed", str(SEED), *limit,
            "--excerpt", str(EXCERPT)]


def replay(given, repository, folder):
    """Writes a repository's cases and their prompts, unless they are there."""
    path = os.path.join(folder, repository.file)
    if os.path.exists(path + ".jsonl"):
        return
    with open(path + ".cases", "w", encoding="utf-8") as file:
        subprocess.run(cases(given, repository), stdout=file, check=True)
    with open(path + ".new", "w", encoding="utf-8") as file:
        # A window over the budget is no sample, and makes the status 1.
        subprocess.run([given.foretab, "prompt", "--cases", path + ".cases"], stdout=file, stderr=subprocess.DEVNULL)
    if given.part == "train":
        os.remove(path + ".cases")
    os.replace(path + ".new", path + ".jsonl")


def items(folder, listed):
    """The prompts, each once, with the repository in their ids."""
    seen = set()
    for repository in listed:
        for line in open(os.path.join(folder, repository.file + ".jsonl"), encoding="utf-8"):
            item = json.loads(line)
            mark = hashlib.sha1((item["prompt"] + item["completion"]).encode()).digest()
            if mark not in seen:
                seen.add(mark)
                yield {**item, "id": f"{repository.name}/{item['id']}"}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("work", help="a folder for what is made")
    arguments.add_argument("--clones", required=True, help="a folder of bare clones; what is missing is fetched")
    arguments.add_argument("--foretab", required=True, help="the built binary")
    arguments.add_argument("--tokenizer", help="tokenizer.json; without it nothing is packed")
    arguments.add_argument("--part", choices=["train", "held"], default="train")
    arguments.add_argument("--share", type=float, default=1.0, help="of the cases that the list allows a repository")
    arguments.add_argument("--each", type=int, default=HELD, help="cases of a task, of a repository that is held out")
    arguments.add_argument("--only", help="only repositories with this in their name")
    given = arguments.parse_args()
    folder = os.path.join(given.work, given.part)
    os.makedirs(folder, exist_ok=True)
    listed = [r for r in repositories.repositories(given.part) if (given.only or "") in r.name]
    for repository in listed:
        repositories.clone(given.clones, repository)
        replay(given, repository, folder)
        print(repository.name, file=sys.stderr, flush=True)
    if given.part == "held":
        with open(os.path.join(given.work, "held.jsonl"), "w", encoding="utf-8") as out:
            for repository in listed:
                for line in open(os.path.join(folder, repository.file + ".cases"), encoding="utf-8"):
                    case = json.loads(line)
                    out.write(json.dumps({**case, "id": f"{repository.name}/{case['id']}"}, ensure_ascii=False) + "\n")
    if given.tokenizer:
        coder, stream = Coder(given.tokenizer), items(folder, listed)
        for number in itertools.count():
            shard = list(itertools.islice(stream, SHARD))
            if not shard:
                break
            data.pack(shard, coder, os.path.join(given.work, f"{given.part}-{number}.npz"))


if __name__ == "__main__":
    main()
