"""Learns from the model's own answers, and goes on from its checkpoint after any stop.

Each step draws several answers to a few prompts, has the runtime judge them (`rewards.py`), and makes those likelier that are
better than the mean of their prompt, and with `--way grpo` the others less likely (Shao et al. 2024, with one step for each
draw, so that nothing has to be clipped); `--way reject` only learns what is better, which is rejection sampling.

The cases are those of `history.py` with `--part held` or any other file of `foretab cases`; the prompts come from the binary.
"""

import argparse
import json
import random
import time

import numpy as np
import torch

import rewards
from data import body, prompts
from evaluate import load
from sampling import draw
from scoring import logits_of
from tokenizer import Coder
from train import Training


def advantages(values):
    """How much better than the others, in standard deviations."""
    values = np.array(values)
    return (values - values.mean()) / (values.std() + 1e-4)


def padded(samples):
    """Ids, targets and weights `[batch, length]` of `(prompt, answer, advantage)`; an answer's tokens share its advantage."""
    width = max(len(prompt) + len(answer) for prompt, answer, _ in samples)
    ids, weight = np.zeros((len(samples), width), np.int64), np.zeros((len(samples), width), np.float32)
    for row, (prompt, answer, advantage) in enumerate(samples):
        ids[row, :len(prompt) + len(answer)] = prompt + answer
        weight[row, len(prompt):len(prompt) + len(answer)] = advantage
    return ids[:, :-1], ids[:, 1:], weight[:, 1:]


def loss_of(model, ids, targets, weight):
    """The likelihood of the answers, each token by its answer's advantage, down to be minimised."""
    where = weight != 0
    likely = logits_of(model, ids, where).float().log_softmax(-1)
    chosen = likely.gather(-1, targets[where][:, None])[:, 0]
    return -(chosen * weight[where]).sum() / where.sum()


class Round:
    """Prompts, and the answers that are drawn to them."""

    def __init__(self, training, coder, given):
        self.training, self.coder, self.given = training, coder, given
        cases = {case["id"]: case for case in map(json.loads, open(given.cases, encoding="utf-8"))}
        asked = prompts(given.foretab, given.cases)
        pairs = [(coder.prompt(item["prompt"]), body(item["completion"]), cases[item["id"]]) for item in asked]
        self.asked = [(prompt, len(coder.text(answer)), case) for prompt, answer, case in pairs if len(prompt) < given.longest]

    def samples(self, step):
        """`(prompt, answer, advantage)` of the answers to some prompts, and their mean reward."""
        picked = random.Random(step).sample(self.asked, min(self.given.prompts, len(self.asked)))
        generator = torch.Generator(self.training.device).manual_seed(step)
        stop, out, all_rewards = {self.coder.end, self.coder.separator}, [], []
        for prompt, length, case in picked:
            with self.training.products:
                drawn = draw(self.training.model, prompt, self.given.answers, stop, 2 * length + 32, self.given.heat, generator)
            texts = [None if answer is None else self.coder.decode(answer) for answer in drawn]
            values = rewards.rewards(self.given.foretab, case, texts)
            all_rewards += values
            for answer, advantage in zip(drawn, advantages(values)):
                if answer is not None and (advantage > 0 or self.given.way == "grpo" and advantage < 0):
                    out.append((prompt, answer + [self.coder.separator], float(advantage)))
        return out, float(np.mean(all_rewards))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("checkpoint", help="the model to begin with")
    arguments.add_argument("--tokenizer", required=True)
    arguments.add_argument("--foretab", required=True, help="the built binary")
    arguments.add_argument("--cases", required=True, help="cases to answer, JSON Lines")
    arguments.add_argument("--out", required=True, help="checkpoint; goes on from it if it is there")
    arguments.add_argument("--steps", type=int, required=True, help="of the whole round")
    arguments.add_argument("--stop", type=float, default=float("inf"), help="seconds after which this run ends, to be gone on with")
    arguments.add_argument("--way", choices=["grpo", "reject"], default="grpo")
    arguments.add_argument("--prompts", type=int, default=4, help="of a step")
    arguments.add_argument("--answers", type=int, default=8, help="to each prompt")
    arguments.add_argument("--heat", type=float, default=0.8)
    arguments.add_argument("--rate", type=float, default=2e-5)
    arguments.add_argument("--longest", type=int, default=1150, help="tokens of a prompt that is not left out")
    arguments.add_argument("--half", action="store_true", help="products in bfloat16")
    arguments.add_argument("--threads", type=int, default=1)
    given = arguments.parse_args()
    torch.set_num_threads(given.threads)
    coder, model = Coder(given.tokenizer), load(given.checkpoint)
    start = torch.load(given.checkpoint, weights_only=False, map_location="cpu").get("start", "circuit")
    if start == "circuit":
        arguments.error("what was built by hand is not to be moved like this: train from `copies`")
    paces = {parameter: torch.ones(1) for parameter in model.parameters()}
    training = Training(model.train(), paces, given.rate, given.out, start, given.half)
    round_ = Round(training, coder, given)
    began = time.time()
    while training.step < given.steps and time.time() - began < given.stop:
        clock = time.time()
        samples, mean = round_.samples(training.step)
        arrays = training.tensors(padded(samples)) if samples else None
        if arrays:
            training.descend(lambda: loss_of(model, *arrays), arrays[0].numel(), 1.0)
        else:  # all answers alike: nothing to learn here
            training.step += 1
        training.spent += time.time() - clock
        training.note(reward=mean)
        print(f"{training.step} reward {mean:.3f} from {len(samples)} answers, {time.time() - clock:.1f} s", flush=True)
        if training.step % 20 == 0:
            training.save()
    training.save()


if __name__ == "__main__":
    main()
