"""Gradient boosted trees that say how likely something is right: learnt with LightGBM, written as the runtime reads them.

`crates/predictor/src/trees.rs` reads them.
"""

import argparse
import os
import subprocess

import lightgbm
import numpy

import repositories

LEARNING = {
    "objective": "binary", "num_leaves": 16, "learning_rate": 0.08, "min_data_in_leaf": 40, "lambda_l2": 5.0,
    "feature_fraction": 0.6, "bagging_fraction": 0.8, "bagging_freq": 1,
    "seed": 1, "deterministic": True, "force_row_wise": True, "num_threads": 2, "verbose": -1,
}


def arguments(doc):
    """What a script that learns trees is given."""
    parser = argparse.ArgumentParser(description=doc.split("\n")[0])
    parser.add_argument("work")
    parser.add_argument("--clones", required=True)
    parser.add_argument("--foretab", required=True)
    return parser.parse_args()


def of_each(given, made):
    """What is made of the history of each repository to learn from."""
    out = []
    for repository in repositories.repositories("train"):
        out.append(made(given, repository))
        print(repository.name, flush=True)
    return out


def replay(given, repository, folder, seed, tasks, each):
    """Writes a repository's cases, so many of each task; hands back how the paths of what is made of them begin, and theirs."""
    start = os.path.join(given.work, folder, repository.file)
    cases = start + ".cases.jsonl"
    path = repositories.clone(given.clones, repository)
    run(cases, [given.foretab, "cases", "--git", path, "--rev-range", repository.revision, "--seed", str(seed),
                "--tasks", tasks, "--each", str(each), "--excerpt", "60"])
    return start, cases


def run(out, command):
    """Writes what a command says, as a whole or not at all; what is there is not written again."""
    if os.path.exists(out):
        return
    os.makedirs(os.path.dirname(out), exist_ok=True)
    with open(out + ".part", "wb") as file:
        subprocess.run(command, stdout=file, check=True)
    os.replace(out + ".part", out)


def learnt(evidence, right, weights, rounds):
    """Trees from rows of numbers, whether each is right, and what it counts."""
    data = lightgbm.Dataset(numpy.array(evidence, numpy.float32), numpy.array(right, float), weight=weights)
    return lightgbm.train(LEARNING, data, rounds)


def written(trees, by):
    """The trees as text, one a line, each node before its branches."""
    def nodes(node):
        if "leaf_value" in node:
            return [f"{node['leaf_value']:.3g}"]
        assert node["decision_type"] == "<="
        asked = f"{node['split_feature']}<={node['threshold']:.6g}"
        return [asked, *nodes(node["left_child"]), *nodes(node["right_child"])]
    lines = [" ".join(nodes(tree["tree_structure"])) for tree in trees.dump_model()["tree_info"]]
    return "\n".join([f"# Written by {by}.", *lines]) + "\n"


def write(trees, some, folder, by):
    """Writes `trees.txt`, and for a test of what reads it `lightgbm.txt`: what LightGBM says of some rows of numbers."""
    with open(os.path.join(folder, "trees.txt"), "w", encoding="utf-8") as file:
        file.write(written(trees, by))
    some = numpy.array(some, numpy.float32)
    with open(os.path.join(folder, "lightgbm.txt"), "w", encoding="utf-8") as file:
        file.write(f"# Written by {by}: what LightGBM says, then what it was asked about.\n")
        for likelihood, numbers in zip(trees.predict(some), some):
            file.write(" ".join([f"{likelihood:.4f}", *(f"{number:.9g}" for number in numbers)]) + "\n")
