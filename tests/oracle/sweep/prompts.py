"""The prompts of the dialect `sweep_server` beside those of the published server, byte for byte.

    python tests/oracle/sweep/prompts.py target/debug/examples/sweep_server [states] [first seed]

See README.md for the packages that this needs. Fails where a prompt differs.
"""

import difflib
import json
import subprocess
import sys
from collections import Counter

from server import Asked, ask, unchanged
from states import state

# Why nothing was asked, in the server's words and in ours.
WHY = {
    "no_code_block": "blank",
    "no_retrieved_code_block": "blank",
    "autocomplete_disabled_long_lines": "long_line",
    "prompt_truncation_failed": "too_large",
}


def expected(asked: Asked) -> dict:
    """What the server did in each pass; a pass that it did not come to is not there."""
    passes = {}
    for name, prompt in zip(["first", "second"], asked.prompts, strict=False):
        passes[name] = {"prompt": prompt}
    if asked.exits in WHY:
        passes["second" if asked.retrieval else "first"] = WHY[asked.exits]
    return passes


def main() -> None:
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 3500
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    states = [state(seed + each) for each in range(count)]
    sent = "".join(json.dumps(each) + "\n" for each in states)
    run = subprocess.run([program], input=sent, stdout=subprocess.PIPE, check=True, encoding="utf-8")
    ours = [json.loads(line) for line in run.stdout.split("\n")[:-1]]

    tally: Counter[str] = Counter()
    failed = 0
    for number, (each, built) in enumerate(zip(states, ours, strict=True), seed):
        asked = ask(each, unchanged)
        if asked.raised or asked.exits == "autocomplete_disabled":
            tally[f"no answer: {asked.raised or asked.exits}"] += 1
        for name, wanted in expected(asked).items():
            same = built[name] == wanted
            what = wanted if isinstance(wanted, str) else "prompt" if name == "first" else f"prompt, {asked.target}"
            tally[f"{name}: {what}: {'same' if same else 'DIFFERENT'}"] += 1
            if not same:
                failed += 1
                if failed <= 5:
                    show(number, name, wanted, built[name])
    for what, times in sorted(tally.items()):
        print(f"{times:6} {what}")
    if failed or (count >= 3000 and tally["first: prompt: same"] < 3000):
        sys.exit("the prompts are not the server's")


def show(number: int, name: str, wanted, built) -> None:
    text = lambda outcome: (outcome["prompt"] if isinstance(outcome, dict) else str(outcome)).split("\n")
    print(f"state {number}, {name} pass:")
    diff = difflib.unified_diff(text(wanted), text(built), "server", "ours", n=2, lineterm="")
    print("\n".join(map(repr, diff)))


if __name__ == "__main__":
    main()
