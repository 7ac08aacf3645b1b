"""Which places of a change are right: the trees of the runtime's rule, learnt from histories.

Goes on after any interruption: a repository whose places are written is not replayed again.

    python3 train/places.py WORK --clones CLONES --foretab target/release/foretab

WORK/places/OWNER+NAME.jsonl holds the cases, and what `foretab places` says of them, with grammars and without.
Says first how the trees do on a quarter of the repositories when they are learnt from the others, then writes
crates/predictor/src/repetition/trees.txt, learnt from all.
"""

import json

import numpy

import trees as forest

SEED = 31
EACH = 130  # cases of a task, of each repository
TASKS = "repeat,noise,next,rename"
FOLDER = "crates/predictor/src/repetition"
# As in crates/predictor/src/repetition.rs.
LIKELY, SURE = 0.4, 0.45
# Made-up renames are to be done everywhere, and what comes next is rare.
WEIGHTS = {"rename": 5.0, "next": 1.5, "next elsewhere": 2.0}
NAMES = 1.0  # of the readings that `kind` tells apart, the one of names
# Where no grammar says what is code, half as much.
WITHOUT_GRAMMARS = 0.5
ROUNDS = 200


def made(given, repository):
    """What there is to decide in a repository's history: with grammars, and without."""
    start, cases = forest.replay(given, repository, "places", SEED, TASKS, EACH)
    places = [start + end for end in (".jsonl", ".without.jsonl")]
    for out, flags in zip(places, ([], ["--without-grammars"])):
        forest.run(out, [given.foretab, "places", "--cases", cases, *flags])
    return [[json.loads(line) for line in open(out, encoding="utf-8")] for out in places]


def samples(cases, weight=1.0):
    """Evidence, whether it is right, and what it counts, of all places that say something.

    What a case of a repetition or a rename wants lies in the window around the cursor, so nothing is known elsewhere, but
    that a made-up rename is to be done there, too.
    """
    evidence, right, weights = [], [], []
    for case in cases:
        is_rename = case["task"] == "rename"
        for number, window in enumerate(case["windows"]):
            if number and is_rename:
                for row in (row for reading in window for row in reading["rows"]):
                    row["right"] = row["evidence"][0][case["names"].index("kind")] == NAMES
            elif number and case["task"] not in ("next", "noise"):
                break
            counts = weight * WEIGHTS.get(case["task"] + (" elsewhere" if number else ""), 1.0)
            # What is right beside the change would have been in its hunk, so that says nothing either.
            for row in (row for reading in window for row in reading["rows"] if not row["beside"]):
                evidence += row["evidence"]
                right += [row["right"]] * len(row["evidence"])
                weights += [counts] * len(row["evidence"])
    return evidence, right, weights


def learnt(repositories):
    """Trees from [with grammars, without] of some repositories."""
    parts = [samples(cases, weight) for both in repositories for cases, weight in zip(both, (1.0, WITHOUT_GRAMMARS))]
    evidence, right, weights = (sum(part, []) for part in zip(*parts))
    return forest.learnt(evidence, right, weights, ROUNDS)


def chosen(case, likelihoods):
    """The reading that the runtime would take, and its rows that are likely; `likelihoods` are those of all places."""
    found = None
    for window in case["windows"]:
        surest = SURE
        for reading in window:
            rows = [(min(next(likelihoods) for _ in row["evidence"]), row) for row in reading["rows"]]
            likely = [pair for pair in rows if pair[0] > LIKELY]
            sure = max((likelihood for likelihood, _ in likely), default=0.0)
            if sure > surest:
                surest, best = sure, (reading, [row for _, row in likely])
        if surest > SURE and found is None:
            found = best
    return found


def scores(cases, trees):
    """How many of a task's cases come out right, before the runtime's filters."""
    evidence = [one for case in cases for window in case["windows"] for reading in window
                for row in reading["rows"] for one in row["evidence"]]
    likelihoods = iter(trees.predict(numpy.array(evidence, numpy.float32)))
    counts = {}
    for case in cases:
        found = chosen(case, likelihoods)
        task = case["task"].split("-")[0]
        if found is None:
            is_right = task == "noise"
        else:
            reading, rows = found
            all_right = all(row["right"] for row in rows) and len(rows) == sum(row["right"] for row in reading["rows"])
            is_right = task != "noise" and reading["complete"] and all_right
        right, all_cases = counts.get(task, (0, 0))
        counts[task] = right + is_right, all_cases + 1
    return counts


def main():
    both = forest.of_each(forest.arguments(__doc__), made)
    trees = learnt([one for number, one in enumerate(both) if number % 4])
    held = both[::4]
    for name, part in (("with grammars", 0), ("without", 1)):
        counts = scores([case for one in held for case in one[part]], trees)
        print(name, {task: f"{right} of {cases}, {right / cases:.1%}" for task, (right, cases) in counts.items()})
    trees = learnt(both)
    forest.write(trees, samples(held[0][0])[0][::7][:100], FOLDER, "train/places.py")


if __name__ == "__main__":
    main()
