"""Where the answers to each kind of edit slip: before the first change, at its first token, on the rest of it, at the token
behind it, or on the ones after that.  Each is asked with the right answer up to there, so that the first slip does not hide
the others: a kind that only slips where a change begins needs something else than one that loses its way behind it.
"""

import argparse
import difflib
import json
from collections import Counter

import torch

from data import body, encode
from evaluate import load
from tokenizer import SEPARATOR, Coder
from scoring import SOON

STAGES = ("before", "begins", "rest", "ends", "behind")


def first_change(window, answer):
    """Where the first change of the answer begins and ends, in tokens; none where nothing is to be done."""
    matched = difflib.SequenceMatcher(None, window, answer, autojunk=False).get_opcodes()
    return next(((begin, end) for tag, _, _, begin, end in matched if tag != "equal"), None)


def stages(right, begin, end):
    """Of each stage, whether all its tokens are right; an empty one is.  What only takes away begins where it ends."""
    spans = zip((0, begin, begin + 1, end, end + 1), (begin, begin + 1, end, end + 1, end + SOON))
    return [all(right[first:last]) for first, last in spans]


@torch.no_grad()
def right_tokens(model, prompt, answer):
    hidden = model.body(torch.tensor([prompt + answer]))[0, len(prompt) - 1:-1]
    return (model.head(hidden).argmax(-1) == torch.tensor(answer)).tolist()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("checkpoint")
    arguments.add_argument("--tokenizer", required=True)
    arguments.add_argument("--prompts", required=True, help="prompts of made-up cases, as the binary writes them")
    arguments.add_argument("--longest", type=int, default=1150, help="tokens of a case that is not left out")
    given = arguments.parse_args()
    torch.set_num_threads(1)
    model, coder, good, cases = load(given.checkpoint), Coder(given.tokenizer), Counter(), Counter()
    for item in map(json.loads, open(given.prompts, encoding="utf-8")):
        prompt, answer, _ = encode(coder, item)
        window = coder.text(body(item["prompt"].split(SEPARATOR)[-2].split("\n", 1)[1]))
        change = first_change(window, answer[:-1])
        if change is None or len(prompt) + len(answer) > given.longest:
            continue
        task = item["id"].split("-")[0]
        cases[task] += 1
        for stage, fine in zip(STAGES, stages(right_tokens(model, prompt, answer), *change)):
            good[task, stage] += fine
    for task, count in sorted(cases.items()):
        print(f"{task:10} {count:4} cases  " + "  ".join(f"{stage} {good[task, stage] / count:4.0%}" for stage in STAGES))


if __name__ == "__main__":
    main()
