"""Trains the layers above the copying circuit for a given time; goes on from its checkpoint after any stop.

The lower layers stay as they are; the ones above learn, each weight at its own pace (`paces.py`).
All compute in float32: places are waves, up to the last layer of the circuit, and bfloat16 blurs them.
"""

import argparse
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

import circuit
from builder import probe_of
from data import Packed, batches
from embedding import rarity
from model import Qwen2, Shape
from paces import Adam, loosen
from tokenizer import Coder

SOON = 25  # tokens after the first change of an answer: as far as a suggestion is likely to be shown


def logits_of(model, ids, where):
    """`[places, vocabulary]` for the places where `where [batch, length]` is true."""
    x, cos, sin = model.embed(ids), model.cos[:ids.shape[1]], model.sin[:ids.shape[1]]
    with torch.no_grad():
        for layer in model.layers[:circuit.FROZEN]:
            x = layer(x, cos, sin)
    first = int(where.any(0).nonzero()[0, 0])  # the last layer is wanted from the first answer on
    for layer in model.layers[circuit.FROZEN:-1]:
        x = layer(x, cos, sin)
    x = model.layers[-1](x, cos, sin, first=first)
    return model.head(model.norm(x[where[:, first:]]))


def loss_of(model, ids, targets, weight):
    """Mean over the answer's tokens by weight; logits only where there is loss."""
    where = weight > 0
    each = F.cross_entropy(logits_of(model, ids, where), targets[where], reduction="none")
    return (each * weight[where]).sum() / weight[where].sum()


@torch.no_grad()
def score(model, data, picked, tokens=10000):
    """Teacher-forced, by task: the loss, the share of tokens right and of changed tokens right, and the share of
    windows that are right up to a little after the first change, and to the end (a window whose every token is
    right is what greedy decoding gives)."""
    total = {}
    for batch in batches(data.length[picked], tokens, np.random.default_rng(0), 10**9):
        chosen = picked[batch]
        ids, targets, weight = map(torch.from_numpy, data.batch(chosen))
        where = weight > 0
        logits = logits_of(model, ids, where)
        right, loss = torch.ones_like(where), torch.zeros_like(weight)
        right[where] = logits.argmax(-1) == targets[where]
        loss[where] = F.cross_entropy(logits, targets[where], reduction="none")
        for row, i in enumerate(chosen):
            changed = weight[row] > 1
            soon = where[row].clone()
            soon[int(changed.nonzero()[0]) + SOON if changed.any() else len(soon):] = False
            sums = total.setdefault(str(data.task[i]), np.zeros(8))
            sums += [float((loss[row] * weight[row]).sum() / weight[row].sum()),
                     int(right[row][where[row]].sum()), int(where[row].sum()), int(right[row][changed].sum()), int(changed.sum()),
                     bool(right[row][soon].all()), bool(right[row].all()), 1]
    return {task: {"loss": s[0] / s[7], "token": s[1] / s[2], "changed": s[3] / max(s[4], 1), "soon": s[5] / s[7],
                   "exact": s[6] / s[7], "cases": int(s[7])} for task, s in sorted(total.items())}


def rate(progress, step, decay=0.4):
    """Warm up for 60 steps, hold, and go down over the last part of the time."""
    return min(1, (step + 1) / 60) * min(1, max(0.02, (1 - progress) / decay))


class Training:
    """A model, the running mean of its weights, and where the training stands."""

    def __init__(self, model, paces, rate, path):
        self.model, self.path = model, path
        self.adam = Adam(paces, rate)
        self.learnt = {name: p for name, p in model.named_parameters() if p.requires_grad}
        self.mean = {name: p.detach().clone() for name, p in self.learnt.items()}
        self.step, self.spent, self.seen = 0, 0.0, 0
        if os.path.exists(path):
            saved = torch.load(path, weights_only=False)
            model.load_state_dict(saved["model"])
            self.mean = saved["mean"]
            self.adam.go_on_from(saved["adam"])
            self.step, self.spent, self.seen = saved["step"], saved["spent"], saved["seen"]

    def learn(self, ids, targets, weight, scale):
        loss = loss_of(self.model, ids, targets, weight)
        self.adam.step(torch.autograd.grad(loss, list(self.adam.paces)), scale)
        keep = min(0.995, (self.step + 1) / (self.step + 20))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.mean.values()), [p.detach() for p in self.learnt.values()], 1 - keep)
        self.step, self.seen = self.step + 1, self.seen + ids.numel()
        return loss.item()

    def save(self):
        torch.save({"model": self.model.state_dict(), "mean": self.mean, "adam": self.adam.state(),
                    "shape": self.model.shape.as_dict(), "step": self.step, "spent": self.spent, "seen": self.seen},
                   self.path + ".new")
        os.replace(self.path + ".new", self.path)

    def report(self, held, picked):
        """How good the mean of the weights is."""
        live = {name: p.detach().clone() for name, p in self.learnt.items()}
        self.model.load_state_dict(self.mean, strict=False)
        by_task = score(self.model, held, picked)
        self.model.load_state_dict(live, strict=False)
        line = " ".join(f"{task} {s['loss']:.3f}/{s['token']:.4f}/{s['soon']:.2f}" for task, s in by_task.items())
        print(f"-- {self.spent / 60:.1f} min, step {self.step}, {self.seen / 1e6:.2f} M tokens: {line}", flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tokenizer", required=True)
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--held-out", required=True)
    arguments.add_argument("--out", required=True, help="checkpoint; training goes on from it if it is there")
    arguments.add_argument("--seconds", type=float, required=True, help="the whole training's time")
    arguments.add_argument("--tokens", type=int, default=5500, help="tokens in a step")
    arguments.add_argument("--longest", type=int, default=1150, help="tokens of a sample that is not left out")
    arguments.add_argument("--rate", type=float, default=1e-3, help="of the weights with pace 1")
    arguments.add_argument("--report", type=float, default=600, help="seconds between two looks at what is held out")
    arguments.add_argument("--threads", type=int, default=1)
    given = arguments.parse_args()

    torch.set_num_threads(given.threads)
    torch.manual_seed(3)
    coder = Coder(given.tokenizer)
    data = Packed(given.data)
    # Without training there is no layer for it, and nothing but the circuit.
    model = Qwen2(Shape(len(coder.tokens), layers=circuit.PAIRS + (given.seconds > 0)))
    prompts = (torch.from_numpy(data.ids[start:start + length].astype("int64")) for start, length in zip(data.start, data.answer))
    circuit.build(model, coder.tokens, rarity(data.ids, len(coder.tokens)), probe_of(prompts, coder.separator))
    data.cut()
    training = Training(model, loosen(model) if given.seconds else {}, given.rate, given.out)
    held = Packed(given.held_out)
    picked = np.random.default_rng(1).permutation(len(held))[:160]

    recent, clock, saved_at, reported_at = [], time.time(), time.time(), 0.0
    draw = np.random.default_rng(1000 + training.step)
    while training.spent < given.seconds:
        for batch in batches(data.length, given.tokens, draw, given.longest):
            if time.time() - reported_at > given.report:
                training.report(held, picked)
                reported_at = clock = time.time()
            scale = rate(training.spent / given.seconds, training.step)
            recent.append(training.learn(*map(torch.from_numpy, data.batch(np.array(batch))), scale))
            training.spent, clock = training.spent + time.time() - clock, time.time()
            if training.step % 20 == 0:
                speed = training.seen / training.spent
                print(f"{training.step} {training.spent / 60:.1f} min loss {np.mean(recent):.4f} rate {scale:.2f} {speed:.0f} tokens/s", flush=True)
                recent = []
            if time.time() - saved_at > 180:
                training.save()
                saved_at = time.time()
            if training.spent >= given.seconds:
                break
    training.save()
    training.report(held, picked)


if __name__ == "__main__":
    main()
