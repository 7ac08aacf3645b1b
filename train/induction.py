"""A model to train from: an ordinary Qwen2 with a copying circuit in its first two layers, and the rest free.

Layer 0 looks back by bias alone: four heads write the tokens before, one to four back, into slots of the residual stream, and
one the mean of the last 30 or so, which tells places with the same four tokens apart.
Layer 1 finds the place where the last four tokens stood before, among much the same, and writes what came next so loudly that
the tied head reads it off.  So an untrained model copies its prompt, and a training starts from there instead of learning to
copy.

Unlike `circuit.py` it knows nothing of windows, blocks and renames, and none of its scores hang on small differences: all of
it may be trained, in bfloat16, what copies at a slower pace than the rest.
"""

import torch

from model import Qwen2, Shape

TOKEN, SLOT, BACK = 128, 48, 4  # dimensions of a token's vector and of a slot, and the slots of single tokens
SHARP = 10.0  # of the heads that look back
FAST = 12  # the frequencies that tell neighbours apart: the highest ones
WIDE = slice(6, FAST)  # of these the ones that fall off within some 50 tokens
NEAR = 3.0  # how steeply the weight of that mean falls off
SLOW = 20  # the frequencies that hardly turn within a prompt: the lowest ones
MATCH = 3.0  # of the query that looks for the same four tokens
ROWS = 7  # in which each of the four is compared
ALIKE, ALIKE_ROWS = 3.5, 10  # the same for what stands around
LOUD = 4.0  # of what is copied, beside the token itself
PACE = 0.15  # of the rate, for what copies


def shape(vocabulary, layers=8, ffn=1024):
    """15.7 M parameters with 8,007 tokens: 16.7 MB in Q8_0."""
    return Shape(vocabulary, hidden=384, layers=layers, heads=6, kv_heads=2, head=64, ffn=ffn, rope_base=1e8)


def rows(n, of, generator):
    """`n` orthonormal rows of length `of`."""
    return torch.linalg.qr(torch.randn(of, n, generator=generator))[0].T


@torch.no_grad()
def build(model, seed=0, copies=True):
    """Random weights, and with `copies` the circuit in them."""
    generator = torch.Generator().manual_seed(seed)
    for name, weight in model.named_parameters():
        if weight.dim() == 2:
            weight.normal_(0, 0.02, generator=generator)
        elif name.endswith("bias"):
            weight.zero_()
    if not copies:
        return
    half = model.shape.head // 2
    vectors = torch.randn(model.shape.vocabulary, TOKEN, generator=generator)
    model.embed.weight.zero_()
    model.embed.weight[:, :TOKEN] = vectors / vectors.norm(dim=1, keepdim=True)
    for layer in model.layers:
        layer.o.weight.zero_()
        layer.down.weight.zero_()
    narrow = rows(SLOT, TOKEN, generator) * (TOKEN / SLOT) ** 0.5  # a token's vector as a slot has it, of about length one
    level = model.shape.hidden ** 0.5  # what the norm makes of a length of one
    look_back(model, narrow / level, half)
    induce(model, narrow, level, half, generator)


def look_back(model, narrow, half):
    """Layer 0: the head for slot `n` attends to the token `n + 1` before, whatever it is, and one to those around."""
    layer, size = model.layers[0], model.shape.head
    group = model.shape.heads // model.shape.kv_heads
    angle = model.shape.rope_base ** (-torch.arange(half) / half)
    for linear in (layer.q, layer.k, layer.v):
        linear.weight.zero_()
    for kv in range(model.shape.kv_heads):
        layer.k.bias[kv * size:kv * size + FAST] = SHARP
        layer.v.weight[kv * size:kv * size + SLOT, :TOKEN] = narrow
    for slot in range(BACK + 1):
        head = slot % model.shape.kv_heads * group + slot // model.shape.kv_heads
        query = layer.q.bias[head * size:(head + 1) * size]
        if slot < BACK:
            turn = -(slot + 1) * angle[:FAST]
            query[:FAST], query[half:half + FAST] = SHARP * turn.cos(), SHARP * turn.sin()
        else:
            query[WIDE] = NEAR * size ** 0.5 / SHARP
        into = TOKEN + slot * SLOT
        loud = 1.0 if slot < BACK else 3.0  # a mean is shorter than what it is of
        layer.o.weight[into:into + SLOT, head * size:head * size + SLOT] = torch.eye(SLOT) * loud


def induce(model, narrow, level, half, generator):
    """Layer 1: a query holds the token and the three before it, a key the four before it, and both what stands around, in
    the frequencies that hardly turn; the values are the token itself, a half of it in each KV head."""
    layer, size = model.layers[1], model.shape.head
    group, values = model.shape.heads // model.shape.kv_heads, TOKEN // model.shape.kv_heads
    # Residual stream: the token and five slots, all of about length one; the norm divides by their common length.
    gain = (2 + BACK) ** 0.5 / level
    slow = torch.stack([torch.arange(half - SLOW, half), torch.arange(size - SLOW, size)], 1).flatten()
    for linear in (layer.q, layer.k, layer.v):
        linear.weight.zero_()
    for n in range(BACK + 1):
        count, match = (ROWS, MATCH) if n < BACK else (ALIKE_ROWS, ALIKE)
        part = rows(count, SLOT, generator) * (SLOT / count) ** 0.5
        at = slow[n * ROWS:n * ROWS + count]
        key = slice(TOKEN + n * SLOT, TOKEN + (n + 1) * SLOT)
        if n == BACK:
            asked, read = key, part
        elif n:
            asked, read = slice(TOKEN + (n - 1) * SLOT, TOKEN + n * SLOT), part
        else:
            asked, read = slice(0, TOKEN), part @ narrow
        for kv in range(model.shape.kv_heads):
            layer.q.weight[kv * group * size + at, asked] = match * gain * size ** 0.5 * read
            layer.k.weight[kv * size + at, key] = match * gain * part
    for kv in range(model.shape.kv_heads):
        of = slice(kv * values, (kv + 1) * values)
        layer.v.weight[kv * size:kv * size + values, of] = torch.eye(values) * gain
        layer.o.weight[of, kv * group * size:kv * group * size + values] = torch.eye(values) * LOUD


def paces(model, copies=True):
    """How fast each parameter learns, for `paces.Adam`.

    Adam moves each weight alike: at the rate that free ones want, what copies is lost within a hundred steps.
    """
    copying = [model.embed]
    for layer in model.layers[:2]:
        copying += [layer.attn_norm, layer.q, layer.k, layer.v, layer.o]
    slow = {id(parameter) for part in copying for parameter in part.parameters()} if copies else set()
    return {parameter: torch.tensor([PACE if id(parameter) in slow else 1.0]) for parameter in model.parameters()}


def initial(vocabulary, copies=True, seed=0, **size):
    model = Qwen2(shape(vocabulary, **size))
    build(model, seed, copies)
    return model
