"""How good is a checkpoint: on cases of packages that it has never seen, and on two samples written by hand.

A window is exact when every token of it is the most likely one given the tokens before,
which is what greedy decoding gives.
For `quiet`, exact means that nothing would be suggested.
"""

import argparse
import json

import numpy as np
import torch

from data import Packed, body
from model import Qwen2, Shape
from tokenizer import SEPARATOR, Coder
from scoring import score


def load(path, mean=True):
    saved = torch.load(path, weights_only=False, map_location="cpu")
    model = Qwen2(Shape(**saved["shape"]))
    model.load_state_dict(saved["model"])
    if mean:
        model.load_state_dict(saved["mean"], strict=False)
    return model.eval()


def by_hand(model, coder, items):
    """Decode each prompt; say whether the answer is the wanted one, and show the lines that differ."""
    good = 0
    for item in items:
        wanted = body(item["completion"])
        ids = coder.prompt(item["prompt"])
        answer = model.answer(ids, {coder.end, coder.separator}, 2 * len(coder.text(wanted)) + 32)
        got = None if answer is None else coder.decode(answer)
        good += got == wanted
        print(("ok    " if got == wanted else "WRONG ") + item["id"])
        if got != wanted:
            window = item["prompt"].split(SEPARATOR)[-2].split("\n", 1)[1].split("\n")
            lines = (got or "(no end)").split("\n")
            for have, want, was in zip(lines, wanted.split("\n"), window + [""] * len(lines)):
                if have != want:
                    print(f"    was  {was}\n    want {want}\n    got  {have}")
                    break
    print(f"{good} of {len(items)}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("checkpoint")
    arguments.add_argument("--tokenizer", required=True)
    arguments.add_argument("--held-out", help="packed cases")
    arguments.add_argument("--limit", type=int, default=400)
    arguments.add_argument("--prompts", help="prompts to decode, as the binary writes them")
    arguments.add_argument("--live", action="store_true", help="the last weights instead of their running mean")
    given = arguments.parse_args()
    torch.set_num_threads(1)
    model, coder = load(given.checkpoint, not given.live), Coder(given.tokenizer)
    if given.held_out:
        held = Packed(given.held_out)
        picked = np.random.default_rng(1).permutation(len(held))[:given.limit]
        for task, s in score(model, held, picked, 4000).items():
            print(f"{task:10} {s['cases']:4} cases  exact {s['exact']:.3f}  soon {s['soon']:.3f}  tokens {s['token']:.4f}  "
                  f"changed {s['changed']:.3f}")
    if given.prompts:
        with torch.no_grad():
            by_hand(model, coder, [json.loads(line) for line in open(given.prompts)])


if __name__ == "__main__":
    main()
