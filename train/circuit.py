"""Initial weights that copy: what an answer mostly does need not be learnt.

Layer 0 looks back: its four heads fetch the four previous tokens into four slots.
Layer 1 looks back further: one head blurs the last dozen tokens into a bag, which tells places apart
that look alike for four tokens.
Layer 2 finds the place where all that stood before, and writes the token that came there.
What is left of the weights is small noise or zero, so that the circuit works undisturbed and gradients flow.
"""

import math

import torch

# The residual stream at the start.  Of a token's own dimensions the last one says how rare it is.
TOKEN = 112
SLOTS = [(112, 32), (144, 16), (160, 16), (176, 16)]  # the tokens one, two, three and four before
BAG_TO, BAG_BEFORE, BAG_SIZE = 192, 216, 24  # the bag up to this token, and the bag before it


def orthonormal(rows, columns, generator):
    return torch.linalg.qr(torch.randn(columns, rows, generator=generator))[0].T


def look_back(layer, head, group, delta, gain, pairs, angles):
    """Query and key biases whose score after rotation peaks at `delta` tokens before."""
    for f in pairs:
        turn = -delta * float(angles[f])
        layer.q.bias[head * 64 + f] = gain * math.cos(turn)
        layer.q.bias[head * 64 + f + 32] = gain * math.sin(turn)
        layer.k.bias[group * 64 + f] = gain
        layer.k.bias[group * 64 + f + 32] = 0


def rarity(ids, vocabulary):
    """How rare a token is, from -1 to 1."""
    counts = torch.bincount(torch.as_tensor(ids[:4_000_000].astype("int64")), minlength=vocabulary) + 1.0
    return ((-(counts / counts.sum()).log() - 5.5) / 2.5).clamp(-1, 1)


def parts(model):
    """Names of the parameters that the circuit is made of."""
    yield "embed.weight"
    for layer in range(3):
        for matrix in "qkvo":
            yield f"layers.{layer}.{matrix}.weight"
        yield f"layers.{layer}.attn_norm.weight"
        for bias in "qkv":
            yield f"layers.{layer}.{bias}.bias"


@torch.no_grad()
def build(model, seed=0, gain=3.0, bag_gain=8.0, bag=2.0, near=10.0, strength=4.0, rows=6, low=10, blur=8.0, turn=0.03, rare=4.0, rarity=None):
    shape, g = model.shape, torch.Generator().manual_seed(seed)
    angles = shape.rope_base ** (-torch.arange(32) / 32)
    for name, weight in model.named_parameters():
        if weight.dim() == 2:
            weight.normal_(0, 0.02, generator=g)
        elif name.endswith("bias"):
            weight.zero_()
    token = torch.randn(shape.vocabulary, TOKEN, generator=g)
    model.embed.weight.zero_()
    token /= token.norm(dim=1, keepdim=True)
    if rarity is not None:
        token[:, TOKEN - 1] = 0.25 * rarity
        token[:, :TOKEN - 1] *= ((1 - token[:, -1:] ** 2).sqrt() / token[:, :-1].norm(dim=1, keepdim=True))
    model.embed.weight[:, :TOKEN] = token
    for layer in model.layers:
        layer.down.weight.zero_()
        layer.o.weight.zero_()

    # a token as a slot holds it: some random views of it, and last of the widest slot its rarity
    wide = SLOTS[0][1]
    view = torch.zeros(wide, TOKEN)
    view[:-1, :-1] = orthonormal(wide - 1, TOKEN - 1, g) * math.sqrt(TOKEN / wide)
    view[-1, -1] = 1
    first, second, third = model.layers[:3]
    for layer in (first, second, third):
        for linear in (layer.q, layer.k, layer.v):
            linear.weight.mul_(0.1)

    # layer 0: head h fetches the token h + 1 before
    for linear in (first.q, first.k, first.v):
        linear.weight.zero_()
    for group in range(2):
        first.v.weight[group * 64:group * 64 + wide, :TOKEN] = view
    for head, (slot, size) in enumerate(SLOTS):
        look_back(first, head, head // 2, head + 1, near, range(10), angles)
        scale = 1 / 16 if head == 0 else math.sqrt(wide / size) / 16
        first.o.weight[slot:slot + size, head * 64:head * 64 + size] = torch.eye(size) * scale

    # layer 1: heads 0 and 2 blur the last tokens, the rare ones above all: up to here, and before
    blend = orthonormal(BAG_SIZE, wide - 1, g) * math.sqrt(wide / BAG_SIZE)
    pair = int((angles - turn).abs().argmin())
    second.q.weight.zero_(), second.k.weight.zero_(), second.v.weight.zero_()
    slot = SLOTS[0][0]
    for group, to, read in ((0, BAG_TO, view), (1, BAG_BEFORE, torch.eye(wide))):
        source = slice(0, TOKEN) if group == 0 else slice(slot, slot + wide)
        look_back(second, group * 2, group, 0, math.sqrt(8 * blur), [pair], angles)
        second.q.bias[group * 128 + 31] = 8.0
        second.k.weight[group * 64 + 31, source] = rare / (7 * 0.25) * read[-1]
        second.v.weight[group * 64:group * 64 + BAG_SIZE, source] = blend @ read[:-1]
        second.o.weight[to:to + BAG_SIZE, group * 128:group * 128 + BAG_SIZE] = torch.eye(BAG_SIZE) / 7 * bag

    # layer 2: what stood before here, and what came then
    third.q.weight.zero_(), third.k.weight.zero_()
    seats = [f for f in range(low, 32)] + [f + 32 for f in range(low, 32)]
    bag_rows = min(BAG_SIZE, len(seats) - 4 * rows)
    spread = [orthonormal(rows, size, g) for _, size in SLOTS]
    mix = orthonormal(bag_rows, BAG_SIZE, g)
    for group, head in ((0, 0), (1, 2)):
        seat = iter(seats)
        for i, (slot, size) in enumerate(SLOTS):
            for row in range(rows):
                place = next(seat)
                third.k.weight[group * 64 + place, slot:slot + size] = spread[i][row]
                if i == 0:
                    third.q.weight[head * 64 + place, :TOKEN] = gain * spread[i][row] @ view
                else:
                    before = SLOTS[i - 1][0]
                    scale = math.sqrt(wide / size) if i == 1 else 1
                    third.q.weight[head * 64 + place, before:before + size] = gain * scale * spread[i][row]
        for row in range(bag_rows):
            place = next(seat)
            third.k.weight[group * 64 + place, BAG_BEFORE:BAG_BEFORE + BAG_SIZE] = mix[row]
            third.q.weight[head * 64 + place, BAG_TO:BAG_TO + BAG_SIZE] = bag_gain * mix[row]
        half = TOKEN // 2
        token = slice(group * half, group * half + half)
        third.v.weight[group * 64:group * 64 + 64].zero_()
        third.v.weight[group * 64:group * 64 + half, token] = torch.eye(half)
        third.o.weight[token, head * 64:head * 64 + half] = torch.eye(half) * strength / 7
    return model
