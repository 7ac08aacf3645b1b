"""A model to train from: an ordinary Qwen2 with a copying circuit in its first two layers, and the rest free.

Layer 0 looks back by bias alone: four heads write the tokens before, one to four back, into slots of the residual stream.
Layer 1 finds the place where the last four tokens stood before, and writes what came next so loudly that the tied head reads
it off.  So an untrained model copies its prompt, and a training starts from there instead of learning to copy.

Unlike `circuit.py` it knows nothing of windows, blocks and renames, and none of its scores hang on small differences: all of
it may be trained, in bfloat16, at one rate.
"""

import torch

from model import Qwen2, Shape

TOKEN, SLOT, BACK = 128, 64, 4  # dimensions of a token's vector and of a slot, and the slots
SHARP = 10.0  # of the heads that look back
FAST = 12  # the frequencies that tell neighbours apart: the highest ones
MATCH = 3.0  # of the query that looks for the same four tokens
ROWS = 8  # in which each of the four is compared; frequencies that hardly turn within a prompt
LOUD = 4.0  # of what is copied, beside the token itself


def shape(vocabulary, layers=8, ffn=1024):
    """15.7 M parameters with 8,007 tokens: 16.7 MB in Q8_0."""
    return Shape(vocabulary, hidden=384, layers=layers, heads=6, kv_heads=2, head=64, ffn=ffn, rope_base=1e6)


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
    narrow = rows(SLOT, TOKEN, generator)  # a token's vector as a slot has it
    level = model.shape.hidden ** 0.5  # what the norm makes of a length of one
    look_back(model, narrow / level, half)
    induce(model, narrow, level, half, generator)


def look_back(model, narrow, half):
    """Layer 0: the head for slot `n` attends to the token `n + 1` before, whatever it is."""
    layer, size = model.layers[0], model.shape.head
    group = model.shape.heads // model.shape.kv_heads
    angle = model.shape.rope_base ** (-torch.arange(half) / half)
    for linear in (layer.q, layer.k, layer.v):
        linear.weight.zero_()
    for kv in range(model.shape.kv_heads):
        layer.k.bias[kv * size:kv * size + FAST] = SHARP
        layer.v.weight[kv * size:(kv + 1) * size, :TOKEN] = narrow
    for slot in range(BACK):
        head = slot % model.shape.kv_heads * group + slot // model.shape.kv_heads
        turn = -(slot + 1) * angle[:FAST]
        layer.q.bias[head * size:head * size + FAST] = SHARP * turn.cos()
        layer.q.bias[head * size + half:head * size + half + FAST] = SHARP * turn.sin()
        into = TOKEN + slot * SLOT
        layer.o.weight[into:into + SLOT, head * size:(head + 1) * size] = torch.eye(SLOT)


def induce(model, narrow, level, half, generator):
    """Layer 1: a query holds the token and the three before it, a key the four before it, in the frequencies that hardly
    turn; the values are the token itself, a half of it in each KV head."""
    layer, size = model.layers[1], model.shape.head
    group = model.shape.heads // model.shape.kv_heads
    # Residual stream: the token and four slots, all of about length one; the norm divides by their common length.
    length = (1 + BACK) ** 0.5
    gain = length / level
    slow = torch.cat([torch.arange(half - ROWS * BACK // 2, half), torch.arange(2 * half - ROWS * BACK // 2, 2 * half)])
    parts = [rows(ROWS, SLOT, generator) * (SLOT / ROWS) ** 0.5 for _ in range(BACK)]
    for linear in (layer.q, layer.k, layer.v):
        linear.weight.zero_()
    for n, part in enumerate(parts):
        at = slow[n * ROWS:(n + 1) * ROWS]
        asked = slice(TOKEN + (n - 1) * SLOT, TOKEN + n * SLOT) if n else slice(0, TOKEN)
        read = part @ narrow * (TOKEN / SLOT) ** 0.5 if n == 0 else part
        for head in (0, group):  # one for each KV head
            layer.q.weight[head * size + at, asked] = MATCH * gain * size ** 0.5 * read
        for kv in range(model.shape.kv_heads):
            layer.k.weight[kv * size + at, TOKEN + n * SLOT:TOKEN + (n + 1) * SLOT] = MATCH * gain * part
    for kv in range(model.shape.kv_heads):
        of = slice(kv * SLOT, (kv + 1) * SLOT)
        layer.v.weight[kv * size:(kv + 1) * size, of] = torch.eye(SLOT) * gain
        layer.o.weight[of, kv * group * size:(kv * group + 1) * size] = torch.eye(SLOT) * LOUD


def initial(vocabulary, copies=True, seed=0, **size):
    model = Qwen2(shape(vocabulary, **size))
    build(model, seed, copies)
    return model
