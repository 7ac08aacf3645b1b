"""Trains a model on packed samples, and goes on from its checkpoint after any stop, as if there had been none.

Three beginnings: `circuit`, the model built by hand (`circuit.py`), of which the upper layers learn, each weight at its own
pace (`paces.py`), in float32, because bfloat16 blurs its places; `copies`, an ordinary model that copies
(`induction.py`), of which all learns; and `cold`, the same without that, to compare.
On CUDA, and with `--half` on a CPU that has AMX or AVX-512 BF16, products are in bfloat16.
"""

import argparse
import contextlib
import json
import os
import time

import numpy as np
import torch

import circuit
import induction
from builder import probe_of
from data import Packed, batches
from embedding import rarity
from model import Qwen2, Shape
from paces import Adam, loosen
from scoring import loss_of, score
from tokenizer import Coder

BATCHES = 1000  # the seed of the first epoch's order


def rate(progress, step, decay=0.4):
    """Warm up for 60 steps, hold, and go down over the last part of the time."""
    return min(1, (step + 1) / 60) * min(1, max(0.02, (1 - progress) / decay))


def begin(start, coder, data, learns, seed=0, **size):
    """The model to begin with, and the paces of what learns; `size` is that of a model with an ordinary beginning."""
    if start != "circuit":
        model = induction.initial(len(coder.tokens), start == "copies", seed, **size)
        return model, induction.paces(model, start == "copies")
    # Without training there is no layer for it, and nothing but the circuit.
    model = Qwen2(Shape(len(coder.tokens), layers=circuit.PAIRS + learns))
    ends = zip(data.start, data.answer)
    prompts = (torch.from_numpy(data.ids[start:start + length].astype("int64")) for start, length in ends)
    circuit.build(model, coder.tokens, rarity(data.ids, len(coder.tokens)), probe_of(prompts, coder.separator))
    return model, loosen(model) if learns else {}


def machine(half):
    """Where to compute, and how to write down products: `(device, context)`."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return device, torch.autocast(device, torch.bfloat16) if half else contextlib.nullcontext()


class Training:
    """A model, the running mean of its weights, and where the training stands."""

    def __init__(self, model, paces, rate, path, start="circuit", half=False):
        self.device, self.products = machine(half)
        self.model, self.path, self.start = model.to(self.device), path, start
        self.adam = Adam({parameter: pace.to(self.device) for parameter, pace in paces.items()}, rate)
        self.learnt = {name: p for name, p in model.named_parameters() if p.requires_grad}
        self.mean = {name: p.detach().clone() for name, p in self.learnt.items()}
        self.step, self.spent, self.seen, self.epoch, self.at = 0, 0.0, 0, 0, 0
        if os.path.exists(path):
            self.go_on_from(torch.load(path, weights_only=False, map_location=self.device))

    def go_on_from(self, saved):
        self.model.load_state_dict(saved["model"])
        self.mean = saved["mean"]
        self.adam.go_on_from(saved["adam"])
        self.step, self.spent, self.seen = saved["step"], saved["spent"], saved["seen"]
        self.epoch, self.at = saved["epoch"], saved["at"]

    def batches(self, data, tokens, longest):
        """The batches that come next, without end: `(ids, targets, weight)`."""
        while True:
            order = batches(data.length, tokens, np.random.default_rng(BATCHES + self.epoch), longest)
            while self.at < len(order):
                self.at += 1
                yield self.tensors(data.batch(np.array(order[self.at - 1])))
            self.epoch, self.at = self.epoch + 1, 0

    def tensors(self, arrays):
        return tuple(torch.from_numpy(array).to(self.device) for array in arrays)

    def learn(self, ids, targets, weight, scale):
        """A step down the loss on the answers' tokens."""
        return self.descend(lambda: loss_of(self.model, ids, targets, weight), ids.numel(), scale)

    def descend(self, loss, tokens, scale):
        with self.products:
            value = loss()
        self.adam.step(torch.autograd.grad(value, list(self.adam.paces)), scale)
        keep = min(0.995, (self.step + 1) / (self.step + 20))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.mean.values()), [p.detach() for p in self.learnt.values()], 1 - keep)
        self.step, self.seen = self.step + 1, self.seen + tokens
        return value.item()

    def save(self):
        torch.save({"model": self.model.state_dict(), "mean": self.mean, "adam": self.adam.state(), "start": self.start,
                    "shape": self.model.shape.as_dict(), "step": self.step, "spent": self.spent, "seen": self.seen,
                    "epoch": self.epoch, "at": self.at}, self.path + ".new")
        os.replace(self.path + ".new", self.path)

    def report(self, held, picked):
        """How good the mean of the weights is; a line in the curve beside the checkpoint."""
        live = {name: p.detach().clone() for name, p in self.learnt.items()}
        self.model.load_state_dict(self.mean, strict=False)
        with self.products:
            by_task = score(self.model, held, picked, device=self.device)
        self.model.load_state_dict(live, strict=False)
        self.note(held=by_task)
        line = " ".join(f"{task} {s['loss']:.3f}/{s['token']:.4f}/{s['soon']:.2f}" for task, s in by_task.items())
        print(f"-- {self.spent / 60:.1f} min, step {self.step}, {self.seen / 1e6:.2f} M tokens: {line}", flush=True)

    def note(self, **values):
        """Adds a line to the curve."""
        with open(self.path + ".curve.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps({"step": self.step, "minutes": self.spent / 60, "tokens": self.seen, **values}) + "\n")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tokenizer", required=True)
    arguments.add_argument("--data", required=True, nargs="+", help="packed files")
    arguments.add_argument("--held-out", required=True, nargs="+", help="packed files")
    arguments.add_argument("--out", required=True, help="checkpoint; training goes on from it if it is there")
    arguments.add_argument("--start", choices=["circuit", "copies", "cold"], default="circuit")
    arguments.add_argument("--layers", type=int, default=8, help="not of `circuit`, which has its own; of the others at least two")
    arguments.add_argument("--ffn", type=int, default=1024, help="width of the feed-forward; not of `circuit`")
    arguments.add_argument("--seconds", type=float, help="the whole training's time")
    arguments.add_argument("--steps", type=int, help="the whole training's steps, in place of a time")
    arguments.add_argument("--stop", type=float, default=float("inf"), help="seconds after which this run ends, to be gone on with")
    arguments.add_argument("--tokens", type=int, default=5500, help="tokens in a step")
    arguments.add_argument("--longest", type=int, default=1150, help="tokens of a sample that is not left out")
    arguments.add_argument("--rate", type=float, default=1e-3, help="of the weights with pace 1")
    arguments.add_argument("--half", action="store_true", help="products in bfloat16; not for `circuit`")
    arguments.add_argument("--report", type=float, default=600, help="seconds between two looks at what is held out")
    arguments.add_argument("--look", type=int, default=160, help="held-out samples that are looked at")
    arguments.add_argument("--threads", type=int, default=1)
    given = arguments.parse_args()
    if (given.seconds is None) == (given.steps is None):
        arguments.error("either --seconds or --steps")

    torch.set_num_threads(given.threads)
    torch.manual_seed(3)
    coder, data = Coder(given.tokenizer), Packed(*given.data)
    whole = given.steps if given.seconds is None else given.seconds
    model, paces = begin(given.start, coder, data, whole > 0, layers=given.layers, ffn=given.ffn)
    data.cut()
    training = Training(model, paces, given.rate, given.out, given.start, given.half)
    held = Packed(*given.held_out)
    picked = np.random.default_rng(1).permutation(len(held))[:given.look]

    progress = lambda: (training.step if given.seconds is None else training.spent) / max(whole, 1e-9)
    coming = training.batches(data, given.tokens, given.longest)
    recent, began, clock, saved_at, reported_at = [], time.time(), time.time(), time.time(), 0.0
    while progress() < 1 and time.time() - began < given.stop and whole:
        if time.time() - reported_at > given.report:
            training.report(held, picked)
            reported_at = clock = time.time()
        scale = rate(progress(), training.step)
        recent.append(training.learn(*next(coming), scale))
        training.spent, clock = training.spent + time.time() - clock, time.time()
        if training.step % 20 == 0:
            speed = training.seen / training.spent
            training.note(loss=float(np.mean(recent)))
            print(f"{training.step} {training.spent / 60:.1f} min loss {np.mean(recent):.4f} rate {scale:.2f} {speed:.0f} tokens/s", flush=True)
            recent = []
        if time.time() - saved_at > 120:
            training.save()
            saved_at = clock = time.time()
    training.save()
    training.report(held, picked)


if __name__ == "__main__":
    main()
