"""Trains the layers above the copying circuit for a given time; goes on from its checkpoint after any stop.

The circuit's own layers stay as they are and compute in float32, the ones above in bfloat16.
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
from tokenizer import Coder


def logits_of(model, ids, where):
    """`[places, vocabulary]` for the places where `where [batch, length]` is true."""
    x, cos, sin = model.embed(ids), model.cos[:ids.shape[1]], model.sin[:ids.shape[1]]
    with torch.no_grad():
        for layer in model.layers[:circuit.FROZEN]:
            x = layer(x, cos, sin)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for layer in model.layers[circuit.FROZEN:]:
            x = layer(x, cos, sin)
        return model.head(model.norm(x[where]))


def loss_of(model, ids, targets, weight):
    """Mean over the answer's tokens by weight; logits only where there is loss."""
    where = weight > 0
    logits = logits_of(model, ids, where)
    each = F.cross_entropy(logits.float(), targets[where], reduction="none")
    return (each * weight[where]).sum() / weight[where].sum()


@torch.no_grad()
def score(model, data, picked, tokens=10000):
    """Teacher-forced, by task: share of tokens right, of changed tokens right, and of whole windows right
    (a window whose every token is right is what greedy decoding gives)."""
    total = {}
    for batch in batches(data.length[picked], tokens, np.random.default_rng(0), 10**9):
        chosen = picked[batch]
        ids, targets, weight = map(torch.from_numpy, data.batch(chosen))
        where = weight > 0
        guess = logits_of(model, ids, where).argmax(-1)
        right = torch.zeros_like(where)
        right[where] = guess == targets[where]
        for row, i in enumerate(chosen):
            sums = total.setdefault(str(data.task[i]), np.zeros(6))
            changed = weight[row] > 1
            sums += [int(right[row][where[row]].sum()), int(where[row].sum()), int(right[row][changed].sum()),
                     int(changed.sum()), bool((right[row] | ~where[row]).all()), 1]
    return {task: {"token": s[0] / s[1], "changed": s[2] / max(s[3], 1), "exact": s[4] / s[5], "cases": int(s[5])}
            for task, s in sorted(total.items())}


def learnable(model):
    """What is not the circuit: the upper layers and the last norm."""
    for p in model.parameters():
        p.requires_grad_(False)
    upper = [*(p for layer in model.layers[circuit.FROZEN:] for p in layer.parameters()), *model.norm.parameters()]
    return [p.requires_grad_() for p in upper]


def rate(progress, step, decay=0.35):
    """Warm up for 40 steps, hold, and go down over the last third of the time."""
    return min(1, (step + 1) / 40) * min(1, max(0.02, (1 - progress) / decay))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tokenizer", required=True)
    arguments.add_argument("--data", required=True, nargs="+")
    arguments.add_argument("--held-out", required=True)
    arguments.add_argument("--out", required=True, help="checkpoint; training goes on from it if it is there")
    arguments.add_argument("--seconds", type=float, required=True, help="the whole training's time")
    arguments.add_argument("--tokens", type=int, default=10000, help="tokens in a step")
    arguments.add_argument("--rate", type=float, default=1e-4, help="of AdamW; 5e-4 shuts the renaming heads off within 120 steps")
    arguments.add_argument("--soft", type=float, default=0.3, help="scores of the upper layers, of what they are untrained")
    arguments.add_argument("--report", type=float, default=300, help="seconds between two looks at what is held out")
    arguments.add_argument("--threads", type=int, default=1)
    given = arguments.parse_args()

    torch.set_num_threads(given.threads)
    coder = Coder(given.tokenizer)
    model = Qwen2(Shape(len(coder.tokens)))
    train = [Packed(path) for path in given.data]
    circuit.build(model, coder.tokens, rarity(train[0].ids, len(coder.tokens)), probe_of(train[0], coder.separator),
                  soft=given.soft if given.seconds else 1.0)
    learnt = learnable(model)
    mean = {name: p.detach().clone() for name, p in model.named_parameters() if p.requires_grad}
    optim = torch.optim.AdamW(learnt, lr=given.rate, betas=(0.9, 0.98), weight_decay=0.0)
    step, spent, seen, epoch = 0, 0.0, 0, 0
    if os.path.exists(given.out):
        saved = torch.load(given.out, weights_only=False)
        model.load_state_dict(saved["model"]), mean.update(saved["mean"])
        optim.load_state_dict(saved["optim"])
        step, spent, seen, epoch = saved["step"], saved["spent"], saved["seen"], saved["epoch"]
    held = Packed(given.held_out)
    picked = np.random.default_rng(1).permutation(len(held))[:80]

    def save():
        torch.save({"model": model.state_dict(), "mean": mean, "optim": optim.state_dict(),
                    "shape": model.shape.as_dict(), "step": step, "spent": spent, "seen": seen, "epoch": epoch},
                   given.out + ".new")
        os.replace(given.out + ".new", given.out)

    def report():
        live = {name: p.detach().clone() for name, p in model.named_parameters()}
        model.load_state_dict(mean, strict=False)
        by_task = score(model, held, picked)
        model.load_state_dict(live, strict=False)
        line = " ".join(f"{task} {s['token']:.4f}/{s['changed']:.3f}/{s['exact']:.2f}" for task, s in by_task.items())
        print(f"-- {spent / 60:.1f} min, step {step}, {seen / 1e6:.2f} M tokens: {line}", flush=True)

    recent, clock, saved_at, reported_at = [], time.time(), time.time(), 0 if step == 0 else time.time()
    longest = lambda: 400 if step < 150 else 700 if step < 500 else 10**9
    while spent < given.seconds:
        data = train[epoch % len(train)]
        draw = np.random.default_rng(epoch)
        # short ones first: they give more samples in the same time
        limit = longest()
        for batch in batches(data.length, given.tokens, draw, limit):
            if reported_at == 0 or time.time() - reported_at > given.report:
                report()
                reported_at = time.time()
            ids, targets, weight = map(torch.from_numpy, data.batch(np.array(batch)))
            loss = loss_of(model, ids, targets, weight)
            optim.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learnt, 1.0)
            scale = rate(spent / given.seconds, step)
            optim.param_groups[0]["lr"] = given.rate * scale
            optim.step()
            keep = min(0.995, (step + 1) / (step + 20))
            with torch.no_grad():
                torch._foreach_lerp_(list(mean.values()), [p.detach() for p in learnt], 1 - keep)
            recent.append(loss.item())
            step, seen = step + 1, seen + ids.numel()
            spent, clock = spent + time.time() - clock, time.time()
            if step % 10 == 0:
                print(f"{step} {spent / 60:.1f} min loss {np.mean(recent):.4f} rate {scale:.2f} {seen / spent:.0f} tokens/s", flush=True)
                recent = []
            if time.time() - saved_at > 180:
                save()
                saved_at = time.time()
            if spent >= given.seconds or longest() != limit:
                break
        else:
            epoch += 1
    save()
    report()


if __name__ == "__main__":
    main()
