"""Looks for a better prompt than the card's, by the genetic search that Sweep describes: variants of the order of blocks, their
markers and how much is shown; three generations; each variant is what a small model learns best from in a fixed time.

    python3 train/format_search.py WORK/train/*.jsonl --held WORK/held/*.jsonl --tokenizer WORK/tokenizer.json \\
        --steps 400 --population 8 --out WORK/formats.jsonl

What was measured is kept in the output, and not measured again after an interruption.  A variant is rendered from the prompts
of the dialect `sweep_card`, which hold all that there is to say; one that wins would become a dialect of the Rust crate `prompt`.
"""

import argparse
import glob
import itertools
import json
import os
import random
import tempfile
from dataclasses import asdict, dataclass, replace

import numpy as np
import torch

import data
import induction
from scoring import score
from tokenizer import SEPARATOR, Coder
from train import Training, rate


@dataclass(frozen=True)
class Format:
    """A variant; the defaults are the card's."""

    order: tuple = ("context", "changes", "original")  # what comes before the current window
    marker: str = "path"  # path: `original/a.ts`; word: `original`; mark: `o`
    change: str = "pair"  # pair: both sides whole; diff: a line of each sign
    original: str = "window"  # window: all of it; changed: only the lines that the newest change replaced
    changes: int = 6  # the most changes, the newest ones
    lines: int = 1000  # of a context file


CHOICES = {
    "order": list(itertools.permutations(("context", "changes", "original"))),
    "marker": ["path", "word", "mark"],
    "change": ["pair", "diff"],
    "original": ["window", "changed"],
    "changes": [1, 3, 6],
    "lines": [0, 20, 1000],
}


def blocks(prompt):
    """`(context, changes, original, current)` of a prompt of the card, each block as `(header, body)`."""
    parts = [tuple(block.split("\n", 1)) for block in prompt.split(SEPARATOR)[1:]]
    *others, original, current, _ = parts
    changes = [block for block in others if block[0].endswith(".diff") and block[1].startswith("original:\n")]
    return [block for block in others if block not in changes], changes, original, current


def signed(change):
    """A change's two sides as lines with a sign; those that stay have none."""
    old, _, new = change.partition("\nupdated:\n")
    sides = old.removeprefix("original:").removeprefix("\n"), new.rstrip("\n")
    old, new = (side.split("\n") if side else [] for side in sides)
    head = len(os.path.commonprefix([old, new]))
    tail = len(os.path.commonprefix([old[head:][::-1], new[head:][::-1]]))
    ends = len(old) - tail, len(new) - tail
    lines = [" " + line for line in old[:head]] + ["-" + line for line in old[head:ends[0]]]
    return "\n".join(lines + ["+" + line for line in new[head:ends[1]]] + [" " + line for line in old[ends[0]:]]) + "\n"


def rendered(form, prompt):
    """The prompt in another format."""
    context, changes, original, current = blocks(prompt)
    path = current[0].removeprefix("current/")
    named = {"path": lambda word: f"{word}/{path}", "word": lambda word: word, "mark": lambda word: word[0]}[form.marker]
    if form.original == "changed":
        old, new = original[1].split("\n"), set(current[1].split("\n"))
        original = (original[0], "".join(line + "\n" for line in old if line and line not in new))
    if form.change == "diff":
        changes = [(header, signed(body)) if "\nupdated:\n" in body else (header, body) for header, body in changes]
    parts = {
        "context": [(header, "".join(body.splitlines(True)[:form.lines])) for header, body in context if form.lines],
        "changes": changes[-form.changes:],
        "original": [(named("original"), original[1])],
    }
    out = [block for part in form.order for block in parts[part]]
    out += [(named("current"), current[1]), (named("updated"), "")]
    return "".join(f"{SEPARATOR}{header}\n{body}" for header, body in out)


def other(form, draw):
    """The format with one choice made again."""
    field = draw.choice(list(CHOICES))
    return replace(form, **{field: draw.choice([choice for choice in CHOICES[field] if choice != getattr(form, field)])})


def child(first, second, draw):
    """Each choice of one parent or the other, and one in three made again."""
    made = Format(**{field: getattr(draw.choice((first, second)), field) for field in CHOICES})
    return other(made, draw) if draw.random() < 1 / 3 else made


def measured(form, items, held, coder, given):
    """What a small model has learnt from samples in this format: the loss on answers that are held out, and tokens of a prompt."""
    with tempfile.TemporaryDirectory() as folder:
        packed = []
        for name, part in (("train", items), ("held", held)):
            path = os.path.join(folder, name + ".npz")
            windows = ({**item, "prompt": rendered(form, item["prompt"])} for item in part)
            data.pack(windows, coder, path, given.longest)
            packed.append(data.Packed(path))
        samples, looked_at = packed
        samples.cut()
        model = induction.initial(len(coder.tokens), layers=given.layers, ffn=256)
        paces = induction.paces(model)
        training = Training(model, paces, given.rate, os.path.join(folder, "model.pt"), "copies", given.half)
        coming = training.batches(samples, given.tokens, given.longest)
        for step in range(given.steps):
            training.learn(*next(coming), rate(step / given.steps, step))
        with training.products:
            by_task = score(training.model, looked_at, np.arange(len(looked_at)), device=training.device)
    cases = sum(s["cases"] for s in by_task.values())
    mean = lambda key: sum(s[key] * s["cases"] for s in by_task.values()) / cases
    return {"loss": mean("loss"), "changed": mean("changed"), "soon": mean("soon"), "cases": cases,
            "prompt": float(looked_at.answer.mean())}


def search(given, measure):
    """The formats, best first, as `(format, scores)`.  What the output has is not measured again."""
    known = {}
    if os.path.exists(given.out):
        for line in map(json.loads, open(given.out, encoding="utf-8")):
            known[Format(**{**line["format"], "order": tuple(line["format"]["order"])})] = line["scores"]
    draw = random.Random(given.seed)
    generation = [Format()]
    while len(generation) < given.population:
        generation.append(other(draw.choice(generation), draw))
    best = []
    for number in range(given.generations):
        for form in generation:
            if form not in known:
                known[form] = measure(form)
                with open(given.out, "a", encoding="utf-8") as file:
                    file.write(json.dumps({"generation": number, "format": asdict(form), "scores": known[form]}) + "\n")
        best = sorted({*best, *generation}, key=lambda form: known[form]["loss"])
        parents = best[:max(2, given.population // 3)]
        generation = [child(*draw.sample(parents, 2), draw) for _ in range(given.population)]
    return [(form, known[form]) for form in best]


def read(patterns, coder, longest, limit, seed=5):
    """Some samples that are short enough as the card has them: the same for each variant."""
    paths = sorted(path for pattern in patterns for path in glob.glob(pattern))
    lines = [line for path in paths for line in open(path, encoding="utf-8")]
    random.Random(seed).shuffle(lines)
    items = map(json.loads, lines)
    length = lambda item: len(coder.prompt(item["prompt"])) + len(coder.text(item["completion"]))
    return list(itertools.islice((item for item in items if length(item) < longest), limit))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("prompts", nargs="+", help="prompts to learn from, as `history.py` leaves them")
    arguments.add_argument("--held", nargs="+", required=True, help="prompts of repositories that are held out")
    arguments.add_argument("--tokenizer", required=True)
    arguments.add_argument("--out", required=True, help="what was measured, JSON Lines")
    arguments.add_argument("--generations", type=int, default=3)
    arguments.add_argument("--population", type=int, default=8)
    arguments.add_argument("--steps", type=int, default=400, help="of a variant's training")
    arguments.add_argument("--tokens", type=int, default=5500, help="in a step")
    arguments.add_argument("--longest", type=int, default=1150, help="tokens of a sample that is not left out")
    arguments.add_argument("--layers", type=int, default=4)
    arguments.add_argument("--rate", type=float, default=6e-4)
    arguments.add_argument("--samples", type=int, default=20_000)
    arguments.add_argument("--draw", type=int, default=5, help="which samples: what others change is chance")
    arguments.add_argument("--look", type=int, default=300, help="held-out samples")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--half", action="store_true", help="products in bfloat16")
    arguments.add_argument("--threads", type=int, default=1)
    given = arguments.parse_args()
    torch.set_num_threads(given.threads)
    coder = Coder(given.tokenizer)
    items = read(given.prompts, coder, given.longest, given.samples, given.draw)
    held = read(given.held, coder, given.longest, given.look)
    print("| loss | changed tokens right | soon right | prompt | format |\n|---|---|---|---|---|")
    for form, scores in search(given, lambda form: measured(form, items, held, coder, given)):
        differs = {key: value for key, value in asdict(form).items() if value != getattr(Format(), key)}
        words = ", ".join(f"{key}: {' '.join(value) if isinstance(value, tuple) else value}" for key, value in differs.items())
        print(f"| {scores['loss']:.3f} | {scores['changed']:.1%} | {scores['soon']:.1%} | {scores['prompt']:.0f} tokens | {words or 'the card'} |")


if __name__ == "__main__":
    main()
