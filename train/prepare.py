"""The steps before training: source text, or a model that is there, to a tokenizer; source text to cases, and to packed ids."""

import argparse
import itertools
import json
import os
import random
from collections import Counter

import gguf

import cases
import data
import repositories
import tokenizer
from export import vocabulary
from sources import FAMILY, LANGUAGES, collect

SHARE = {"web": 16e6, "rust": 8e6, "python": 8e6, "other": 8e6}  # characters that the tokenizer is learnt from
OTHERS = {".go": "go", ".java": "java", ".c": "c", ".h": "c", ".cc": "cpp", ".cpp": "cpp", ".hpp": "cpp"}


def make_tokenizer(given):
    if given.clones:
        known = {**LANGUAGES, **OTHERS}
        found = ((known[os.path.splitext(path)[1]], text) for repository in repositories.repositories("train")
                 for path, text in repositories.texts(given.clones, repository, known))
    else:
        found = ((source.language, source.text[:30000]) for source in collect(given.sources) if not source.held_out)
    found = list(found)
    random.Random(3).shuffle(found)
    read, texts = Counter(), []
    for language, text in found:
        family = FAMILY.get(language, "other")
        if read[family] < SHARE[family]:
            texts.append(text)
            read[family] += len(text)
    tokenizer.save(tokenizer.train(texts), given.out)


def take_tokenizer(given):
    tokenizer.save(vocabulary(gguf.GGUFReader(given.model)), given.out)


def make_cases(given):
    held = given.part == "held"
    sources = [source for source in collect(given.sources) if source.held_out == held]
    tasks = cases.only(given.tasks.split(",")) if given.tasks else cases.TASKS
    made = cases.generate(sources, 1 if held else 7, tasks)
    with open(given.out, "w", encoding="utf-8") as file:
        for case in itertools.islice(made, given.cases or (1500 if held else 60000)):
            file.write(json.dumps(case) + "\n")


def make_packed(given):
    coder = tokenizer.Coder(given.tokenizer)
    data.pack(data.prompts(given.foretab, given.cases), coder, given.out)


def main():
    arguments = argparse.ArgumentParser()
    steps = arguments.add_subparsers(required=True)
    for name, run in (("tokenizer", make_tokenizer), ("cases", make_cases)):
        step = steps.add_parser(name)
        step.set_defaults(run=run)
        step.add_argument("--out", required=True)
        step.add_argument("sources", nargs="*" if name == "tokenizer" else "+")
        if name == "tokenizer":
            step.add_argument("--clones", help="learn from the repositories below this folder instead of from packages")
        else:
            step.add_argument("--part", choices=["train", "held"], required=True)
            step.add_argument("--cases", type=int, help="how many; 60,000 to learn from, and 1,500 that are held out")
            step.add_argument("--tasks", help="only these, as often as each other: a list with commas")
    step = steps.add_parser("vocabulary")
    step.set_defaults(run=take_tokenizer)
    step.add_argument("model")
    step.add_argument("--out", required=True)
    step = steps.add_parser("pack")
    step.set_defaults(run=make_packed)
    for option in ("tokenizer", "foretab", "cases", "out"):
        step.add_argument("--" + option, required=True)
    given = arguments.parse_args()
    given.run(given)


if __name__ == "__main__":
    main()
