"""Which weights learn, and how fast.

A circuit that was built by hand breaks at the rate at which free weights learn: its scores are differences of
hundreds. So every weight has a pace, a factor to the learning rate: what is free learns at 1, what was written by
hand at a fiftieth or so of that. The lower layers stay as they are.
"""

import torch

from circuit import FROZEN, PAIRS

BY_HAND, BY_HAND_OUT, PAIRS_IN, PAIRS_OUT, LAST_NORM = 0.02, 0.05, 0.3, 0.5, 0.1


@torch.no_grad()
def loosen(model):
    """Fills what the circuit leaves empty in the upper layers with noise that says nothing yet, and returns the
    paces: `{parameter: tensor}`, which broadcasts over the parameter."""
    paces = {}
    for index, layer in enumerate(model.layers[FROZEN:], FROZEN):
        for linear in (layer.q, layer.k, layer.v):
            written = (linear.weight.abs().amax(1) > 0.05) | (linear.bias.abs() > 0.05)
            linear.weight[~written] = torch.randn(int((~written).sum()), linear.in_features) * 0.02
            pace = torch.where(written, PAIRS_IN if index == PAIRS else BY_HAND, 1.0)
            paces[linear.weight], paces[linear.bias] = pace[:, None], pace
        written = layer.o.weight.abs().amax(0) > 0.02
        layer.o.weight[:, ~written] = 0
        paces[layer.o.weight] = torch.where(written, PAIRS_OUT if index == PAIRS else BY_HAND_OUT, 1.0)[None]
        written = layer.down.weight.abs().amax(0) > 0
        pace = torch.where(written, BY_HAND, 1.0)
        for linear in (layer.gate, layer.up):
            linear.weight[~written] = torch.randn(int((~written).sum()), linear.in_features) * 0.03
            paces[linear.weight] = pace[:, None]
        paces[layer.down.weight] = pace[None]
        for norm in (layer.attn_norm, layer.ffn_norm):
            paces[norm.weight] = torch.tensor([BY_HAND])
    paces[model.norm.weight] = torch.tensor([LAST_NORM])
    for parameter in model.parameters():
        parameter.requires_grad_(parameter in paces)
    return paces


class Adam:
    """Adam (Kingma and Ba 2015) in which every weight has a pace."""

    def __init__(self, paces, rate, betas=(0.9, 0.98), largest=1.0):
        self.paces, self.rate, self.betas, self.largest = paces, rate, betas, largest
        self.first = [torch.zeros_like(p) for p in paces]
        self.second = [torch.zeros_like(p) for p in paces]
        self.steps = 0

    @torch.no_grad()
    def step(self, gradients, scale):
        """Goes down the gradients, cut to the length `largest`, at `scale` times the rate."""
        a, b = self.betas
        self.steps += 1
        length = torch.sqrt(sum((g.square() * pace).sum() for g, pace in zip(gradients, self.paces.values())))
        shrink = min(1.0, self.largest / (float(length) + 1e-6))
        for (p, pace), g, first, second in zip(self.paces.items(), gradients, self.first, self.second):
            first.lerp_(g * shrink, 1 - a)
            second.lerp_((g * shrink).square(), 1 - b)
            size = (second / (1 - b**self.steps)).sqrt() + 1e-8
            p.sub_(self.rate * scale * pace * first / (1 - a**self.steps) / size)

    def state(self):
        return {"first": self.first, "second": self.second, "steps": self.steps}

    def go_on_from(self, state):
        self.first, self.second, self.steps = state["first"], state["second"], state["steps"]
