"""What is shown of an answer, beside what the published server shows of it.

    python tests/oracle/sweep/selection.py target/debug/examples/sweep_server [states] [first seed]

Both see the same block and the same answer. The server replaces lines and we replace words, so what is compared is whether
anything is shown, the text that all of it comes to, and the place of what is shown first.
Fails where a difference is not listed here.
"""

import json
import random
import subprocess
import sys
from collections import Counter, defaultdict

from answers import answers
from server import Asked, ask, unchanged
from states import state

# Where we differ, and why ours is better.
#
# What we hold back, wholly or in part, by our reason.
HELD_BACK = {
    "shrinks": "an answer without half of the block has mostly ended too soon",
    "grows": "the server shows the first 20 of the lines, which end anywhere",
    "whitespace": "nothing visible changes",
    "line-ends": "nothing visible changes",
    "reformats": "nothing changes but the layout",
    "past-window": "the model has not seen what comes behind the block, and the document has it already",
    "deletes-little": "a bracket or a letter that goes by itself is a slip of the model",
    "repeats": "the model is in a loop",
    "misplaced": "the answer is not one to this block",
    "reverts": "the document, or this part of it, was like that before; the server knows the block only",
}
# What we show, by the server's reason.
SHOWN = {
    "pure_insertion_above_cursor": "what is used here for the first time is declared or imported above",
    "large_diff_above_cursor": "the server counts the changed lines below the cursor as well",
    "special_token_in_completion": "the answer begins with the mark of the cursor, as the block does",
}
OTHERWISE = {
    "the whole answer": "the server forgets what is before the cursor if there is something behind it, and the white space at the"
    " end of an insertion, and gives the last line of the document an end",
}
# Where we differ and the server is right: what share of the answers that may be.
WORSE = {
    "shown: revert_detected": 0.003,  # a change is taken back whose surroundings have changed since
    "shown: ghost_text_starts_with_whitespace": 0.02,  # more indentation on a line that has nothing else
    "another first": 0.002,  # what is before the cursor on its line comes after what is on lines below
}


def apply(text: str, edits: list) -> str:
    """The text after all edits; of two at one place the first one comes first."""
    for _, (start, end, new) in sorted(enumerate(edits), key=lambda each: (each[1][0], each[0]), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def rows(text: str, edit: list) -> range:
    start, end, new = edit
    moved = len(new) - len(new.lstrip("\n")) if start == end else 0
    return range(text.count("\n", 0, start) + bool(moved), text.count("\n", 0, max(start, end - 1)) + bool(moved) + 1)


def difference(text: str, wanted: Asked, ours: dict) -> str:
    """In which way ours differs from what the server shows; empty if it does not."""
    edits, dropped = ours["shown"], sorted(set(ours["dropped"]))
    server = wanted.completions if wanted.exits == "success" and not wanted.retrieval else []
    if not server and not edits:
        return ""
    if not edits:
        return f"held back: {' '.join(dropped)}"
    if not server:
        return f"shown: {wanted.exits}"
    theirs, mine = apply(text, server), apply(text, edits)
    if theirs != mine:
        held_back = f"in part held back: {' '.join(dropped)}" if dropped else "another text"
        return "the whole answer" if mine == ours["answered"] else held_back
    first, here = rows(text, server[0]), rows(text, edits[0])
    near = first.start - 1 <= here.start and here.stop <= first.stop + 1
    return "" if near else "another first"


def listed(what: str) -> bool:
    """Whether a difference is one of those above."""
    way, _, reasons = what.partition(": ")
    if what in OTHERWISE or what in WORSE:
        return True
    if way == "shown":
        return reasons in SHOWN
    return bool(reasons) and all(reason in HELD_BACK for reason in reasons.split())


def main() -> None:
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 700
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    asked = []
    for number in range(seed, seed + count):
        each = state(number, plain=True) | {"prefill": False, "file": None, "excerpt": None, "errors": []}
        draw = random.Random(number)
        given: dict[str, str] = {}

        def answer(block: str, each=each, draw=draw, given=given) -> str:
            text = each["text"]
            cursor = len(text.encode("utf-16le")[: 2 * each["cursor"]].decode("utf-16le", "ignore"))
            if not given:
                cursor = min(max(cursor - text.find(block), 0), len(block))
                given.update(answers(block, cursor, each["before"], draw))
            return each["answer"] if "answer" in each else block

        ask(each, answer)
        kinds = draw.sample(sorted(given), min(len(given), 6))
        results = []
        for kind in kinds:
            each["answer"] = given[kind]
            results.append((kind, ask(each, answer, unchanged)))
        asked.append((each, given, results))

    sent = "".join(
        json.dumps(each | {"answers": [given[kind] for kind, _ in results]}) + "\n" for each, given, results in asked
    )
    run = subprocess.run([program], input=sent, stdout=subprocess.PIPE, check=True, encoding="utf-8")
    ours = [json.loads(line) for line in run.stdout.split("\n")[:-1]]

    tally: Counter[str] = Counter()
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    unknown = 0
    for number, ((each, _, results), built) in enumerate(zip(asked, ours, strict=True), seed):
        for (kind, wanted), mine in zip(results, built["answers"], strict=True):
            what = f"raised: {wanted.raised}" if wanted.raised else difference(each["text"], wanted, mine)
            tally[what or "same"] += 1
            kinds[what][kind] += 1
            if what and not listed(what):
                unknown += 1
                if kinds[what].total() <= 2:
                    print(f"state {number}, {kind}: {what}\n  cursor {each['cursor']} of {wanted.blocks[0]!r}")
                    print(f"  server {wanted.exits} {wanted.completions}\n  ours   {mine}")
    for what, times in tally.most_common():
        print(f"{times:6} {what}: {dict(kinds[what if what != 'same' else ''].most_common(4))}")
    if unknown:
        sys.exit(f"{unknown} answers are shown otherwise than by the server, and nobody says why")
    for what, share in WORSE.items():
        if tally[what] > share * tally.total():
            sys.exit(f"{what}: more often than in {share:.1%} of the answers")


if __name__ == "__main__":
    main()
