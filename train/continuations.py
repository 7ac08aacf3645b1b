"""Which continuation of a line is right: the trees of the runtime's rule that goes on with what is typed.

Goes on after any interruption: a repository whose continuations are written is not replayed again.

    python3 train/continuations.py WORK --clones CLONES --foretab target/release/foretab

WORK/continuations/OWNER+NAME.jsonl holds what `foretab continuations` says of the cases of a repository.
Says first how the trees do on a quarter of the repositories when they are learnt from the others, then writes
crates/predictor/src/continuation/trees.txt, learnt from all.
"""

import json

import numpy

import trees as forest

SEED = 32
EACH = 300  # cases of a task, of each repository
# Half-typed edits, holes at the cursor, and cursors behind an edit that is done, where nothing is to come.
TASKS = "typed,fill,next,noise"
FOLDER = "crates/predictor/src/continuation"
LIKELY = 0.65  # as in crates/predictor/src/continuation.rs
ROUNDS = 150


def made(given, repository):
    """What there is to decide in a repository's history."""
    start, cases = forest.replay(given, repository, "continuations", SEED, TASKS, EACH)
    out = start + ".jsonl"
    forest.run(out, [given.foretab, "continuations", "--cases", cases])
    return [Decision(json.loads(line)) for line in open(out, encoding="utf-8")]


class Decision:
    """The continuations of a case: evidence `[continuations, numbers]`, and of each whether it is right as far as it goes,
    whether it is all that is wanted, and its characters."""

    def __init__(self, case):
        self.task = case["task"]
        each = case["continuations"]
        self.evidence = numpy.array([one["evidence"] for one in each], numpy.float32).reshape(len(each), len(case["names"]))
        self.right, self.exact, self.length = (numpy.array([one[name] for one in each]) for name in ("right", "exact", "length"))


def learnt(decisions):
    some = [one for one in decisions if len(one.right)]
    return forest.learnt(numpy.concatenate([one.evidence for one in some]),
                         numpy.concatenate([one.right for one in some]), None, ROUNDS)


def scores(decisions, trees):
    """Of each task: cases, those in which something is shown, where that is right as far as it goes, and where it is all."""
    counts = {}
    for one in decisions:
        count = counts.setdefault(one.task, {"cases": 0, "shown": 0, "right": 0, "exact": 0})
        count["cases"] += 1
        likely = numpy.flatnonzero(trees.predict(one.evidence) > LIKELY) if len(one.right) else []
        if len(likely):
            shown = likely[one.length[likely].argmax()]
            count["shown"] += 1
            count["right"] += int(one.right[shown])
            count["exact"] += int(one.exact[shown])
    return counts


def main():
    by_repository = forest.of_each(forest.arguments(__doc__), made)
    learnt_from = sum((one for number, one in enumerate(by_repository) if number % 4), [])
    held = sum(by_repository[::4], [])
    for task, counts in scores(held, learnt(learnt_from)).items():
        print(task, counts)
    some = numpy.concatenate([one.evidence for one in held[:500]])[::31][:100]
    forest.write(learnt(learnt_from + held), some, FOLDER, "train/continuations.py")


if __name__ == "__main__":
    main()
