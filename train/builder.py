"""Writes attention heads into a Qwen2: what a query asks for, in nats, and what a key answers."""

import math

import torch

from embedding import COPY, FILL2, FIRST, HALF, HEAD, one

NEAR, STEADY = 10, 10  # the frequencies that tell neighbours apart, and the first that hardly turns in a prompt
SINK = HALF - 1  # the steadiest


class Builder:
    """Goes through the layers in order; levels are measured on `probe`, a prompt's ids.

    Scores are in nats for vectors that match fully.
    """

    def __init__(self, model, probe, embed, ids):
        self.model, self.probe, self.n = model, probe, len(probe)
        self.embed, self.ids = embed, ids
        self.separators = (probe == ids["<|file_sep|>"]).nonzero()[1:, 0]  # of all blocks but the first
        self.angles = model.shape.rope_base ** (-torch.arange(HALF) / HALF)

    def start(self, index):
        self.layer, self.root = self.model.layers[index], math.sqrt(HEAD)
        self.input = self.state(index)
        self.first = self.layer.attn_norm(self.input)[0, 0]
        # What the norm makes of a length of one.  In the first layers it is the same everywhere.
        length = self.input[0, 100].norm() if index < 3 else self.input[0, 200:].norm(dim=1).median()
        self.level = float(math.sqrt(self.model.shape.hidden) / length)
        self.seats = [iter([p for f in range(SINK - 1, STEADY - 1, -1) for p in (f, f + HALF)]) for _ in range(2)]
        self.sinks = []
        return self.layer, self.layer.o.weight, self.layer.v

    def state(self, index):
        """What goes into a layer: `[1, tokens, hidden]`"""
        x = self.model.embed(self.probe)[None]
        for layer in self.model.layers[:index]:
            x = layer(x, self.model.cos[:self.n], self.model.sin[:self.n])
        return x

    def inside(self, index, filler=1.0):
        """For a layer's MLP: what its norm makes of a length of one, and a row that is 1 everywhere.  The row measures
        FILL2, of which every token carries the same, by now `filler` times."""
        state = self.state(index + 1)
        level = float(self.model.layers[index].ffn_norm(state)[0, 100, COPY] / state[0, 100, COPY])
        return level, one(FILL2, 1 / (filler * float(self.embed[self.ids["total"], FILL2]) * level))

    def look_back(self, head, delta, gain=14.0, sharp=1.0):
        """Attend to the token `delta` before, whatever it is; returns the score there."""
        for f in range(NEAR):
            turn = -delta * float(self.angles[f])
            self.layer.q.bias[head * HEAD + f] = sharp * gain * math.cos(turn)
            self.layer.q.bias[head * HEAD + f + HALF] = sharp * gain * math.sin(turn)
            self.layer.k.bias[head // 2 * HEAD + f] = gain
        return sharp * gain**2 * NEAR / math.sqrt(HEAD)

    def term(self, group, heads, query, key, center=None, lack=0.0):
        """Scores `{head: nats}` for each unit of (query - center) · (key - center), or query · (key - lack)."""
        of_query, of_key = center if isinstance(center, tuple) else (center, center)
        for row in range(len(key)):
            place = group * HEAD + next(self.seats[group])
            self.layer.k.weight[place] = key[row] / self.level
            self.layer.k.bias[place] = -lack if center is None else -of_key[row]
            for head, nats in heads.items():
                at = head * HEAD + place % HEAD
                self.layer.q.weight[at] = query[row] * nats * self.root / self.level
                if center is not None:
                    self.layer.q.bias[at] = -of_query[row] * nats * self.root

    def bonus(self, group, heads, key, lack=0.0):
        """Scores `{head: nats}` for keys by a number that they carry, less `lack`."""
        place = group * HEAD + next(self.seats[group])
        self.layer.k.weight[place] = key / self.level
        self.layer.k.bias[place] = -lack
        for head, nats in heads.items():
            self.layer.q.bias[head * HEAD + place % HEAD] = nats * self.root

    def sink(self, group, heads):
        """The first token takes the attention of a head that finds nothing above so many nats."""
        self.layer.k.weight[group * HEAD + SINK, FIRST] = 1 / self.first[FIRST]
        for head, nats in heads.items():
            self.layer.q.bias[head * HEAD + SINK] = nats * self.root
        self.sinks.append(group * HEAD + SINK)

    def rest_when(self, head, asks, nats):
        """Moves the sink of a head by so many nats for each unit of what the query carries: `asks` is `{place: factor}`."""
        for place, factor in asks.items():
            self.layer.q.weight[head * HEAD + SINK, place] = factor * nats * self.root / self.level

    def finish(self):
        """The first token is a sink and nothing else, as far away as any."""
        for linear in (self.layer.k, self.layer.v):
            for p in range(2 * HEAD):
                if linear is self.layer.k and (p in self.sinks or p % HALF < STEADY):
                    continue
                linear.weight[p, FIRST] -= (linear.weight[p] @ self.first + linear.bias[p]) / self.first[FIRST]


def probe_of(prompts, separator, longest=900):
    """A prompt to measure levels on: blocks long enough to average over, and not the first thing in the prompt."""
    for ids in prompts:
        blocks = (ids == separator).nonzero()[:, 0]
        if len(blocks) >= 4 and len(ids) < longest and int(blocks[1:].diff().min()) > 160:
            return ids
    raise SystemExit("no prompt to measure on")
