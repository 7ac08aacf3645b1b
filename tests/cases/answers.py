"""Right answers to cases, or right answers that lack a bracket or a quote: `foretab filter` says what is shown of them.

    foretab cases --git . > cases.jsonl
    foretab prompt --cases cases.jsonl > prompts.jsonl
    python3 tests/cases/answers.py cases.jsonl prompts.jsonl > right.jsonl
    python3 tests/cases/answers.py cases.jsonl prompts.jsonl --broken > broken.jsonl
    foretab filter --cases broken.jsonl

Cases whose answer changes nothing are left out, and with `--broken` those whose answer adds no bracket and no quote.
"""

import difflib
import json
import random
import sys

cases, prompts = sys.argv[1:3]
broken = "--broken" in sys.argv
rng = random.Random(1)


def current(prompt):
    """The window that a prompt shows last."""
    window = prompt[prompt.rindex("<|file_sep|>current/") : prompt.rindex("<|file_sep|>")]
    return window.split("\n", 1)[1]


def added(before, after):
    """Where in `after` there are brackets and quotes in lines that `before` does not have."""
    old, new = before.split("\n"), after.split("\n")
    starts = [0]
    for line in new:
        starts.append(starts[-1] + len(line) + 1)
    for tag, _, _, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag in ("replace", "insert"):
            for line in range(first, last):
                for column, character in enumerate(new[line]):
                    if character in "()[]{}\"'`":
                        yield starts[line] + column


with open(prompts) as lines:
    answers = {line["id"]: (current(line["prompt"]), line["completion"]) for line in map(json.loads, lines)}
with open(cases) as lines:
    for case in map(json.loads, lines):
        if case["id"] not in answers:
            continue
        before, answer = answers[case["id"]]
        if before.rstrip("\n") == answer.rstrip("\n"):
            continue
        if broken:
            places = list(added(before, answer))
            if not places:
                continue
            at = rng.choice(places)
            answer = answer[:at] + answer[at + 1 :]
        print(json.dumps({**case, "answer": answer}))
