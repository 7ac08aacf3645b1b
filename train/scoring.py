"""The loss on answers, and how right they are when the answer up to there is told."""

import numpy as np
import torch
import torch.nn.functional as F

from data import batches

SOON = 25  # tokens after the first change of an answer: as far as a suggestion is likely to be shown


def logits_of(model, ids, where):
    """`[places, vocabulary]` for the places where `where [batch, length]` is true.  Layers that learn nothing, below all that
    do, keep nothing for a backward pass."""
    x, cos, sin = model.embed(ids), model.cos[:ids.shape[1]], model.sin[:ids.shape[1]]
    first = int(where.any(0).nonzero()[0, 0])  # the last layer is wanted from the first answer on
    for layer in model.layers[:-1]:
        x = layer(x, cos, sin)
    x = model.layers[-1](x, cos, sin, first=first)
    return model.head(model.norm(x[where[:, first:]]))


def loss_of(model, ids, targets, weight):
    """Mean over the answer's tokens by weight; logits only where there is loss."""
    where = weight > 0
    each = F.cross_entropy(logits_of(model, ids, where).float(), targets[where], reduction="none")
    return (each * weight[where]).sum() / weight[where].sum()


@torch.no_grad()
def score(model, data, picked, tokens=10000, device="cpu"):
    """Teacher-forced, by task: the loss, the share of tokens right and of changed tokens right, and the share of
    windows that are right up to a little after the first change, and to the end (a window whose every token is
    right is what greedy decoding gives)."""
    total = {}
    for batch in batches(data.length[picked], tokens, np.random.default_rng(0), 10**9):
        chosen = picked[batch]
        ids, targets, weight = (torch.from_numpy(part).to(device) for part in data.batch(chosen))
        where = weight > 0
        logits = logits_of(model, ids, where).float()
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
