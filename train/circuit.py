"""Initial weights that copy, and that carry a change on: what an answer mostly does need not be learnt.

Layer 0 looks back: its four heads fetch the four previous tokens into four slots.
Layer 1 looks back further: one head blurs the last tokens, the rare ones above all, into a bag, which tells
places apart that look alike for four tokens; another reads which block of the prompt this is.
Layer 2 finds the place where all that stood before, in the block that is being copied,
and foresees the token that came there.
Layer 3 fetches what was foreseen one token before, and layer 4 looks for a place where the same was foreseen
as now but something else came: that is how a new name follows an old one.
What is left of the weights is small noise or zero, so that the circuit works undisturbed and gradients flow.
"""

import math
import re

import torch

# The residual stream at the start.  Of a token's own dimensions the last one says how rare it is,
# the one before whether it is a control token.
TOKEN = 112
SLOTS = [(112, 48), (160, 24), (184, 24), (208, 24)]  # the tokens one, two, three and four before
BAG_TO, BAG_BEFORE, BAG = 232, 280, 46  # the bag up to this token, and the bag before it
BLOCK, BLOCK_SIZE = 328, 16  # which block of the prompt this is
COPY = 344  # the token again, for the layers that have a prediction in its place
FORESEEN, FORESEEN_SIZE = 456, 52  # what was foreseen for this token
RARE, CONTROL = TOKEN - 1, TOKEN - 2
HEAD, HALF = 128, 64
NEAR, LOW = 10, 10  # the frequencies that tell neighbours apart, and the first that hardly turns in a prompt


def orthonormal(rows, columns, generator):
    return torch.linalg.qr(torch.randn(columns, rows, generator=generator))[0].T


def look_back(layer, head, group, delta, gain, pairs, angles):
    """Query and key biases whose score after rotation peaks at `delta` tokens before."""
    for f in pairs:
        turn = -delta * float(angles[f])
        layer.q.bias[head * HEAD + f] = gain * math.cos(turn)
        layer.q.bias[head * HEAD + f + HALF] = gain * math.sin(turn)
        layer.k.bias[group * HEAD + f] = gain


def rarity(ids, vocabulary):
    """How rare a token is, from -1 to 1."""
    counts = torch.bincount(torch.as_tensor(ids[:4_000_000].astype("int64")), minlength=vocabulary) + 1.0
    return ((-(counts / counts.sum()).log() - 5.5) / 2.5).clamp(-1, 1)


def classes(tokens):
    """What kind of thing a token is: one number for each question, `[vocabulary, 9]`."""
    questions = [r"^[a-z]", r"^[A-Z]", r"^\d", r"^[Ġĉ]*$", r"Ċ", r"[(\[{<]", r"[)\]}>]", r"[=+*/&|!?-]", r"<\|"]
    return torch.tensor([[1.0 if re.search(q, token) else -1.0 for q in questions] for token in tokens])


def frozen(name):
    """Is this parameter a part of the copying circuit, and best left alone while the rest learns?"""
    if name.startswith("layers.2.") or name.startswith("layers.3."):
        return not re.search(r"\.(gate|up|down|ffn_norm)\.", name)
    return name.startswith(("embed.", "layers.0.", "layers.1."))


@torch.no_grad()
def build(model, tokens, rarity, seed=0, near=14.0, gain=5.0, bag_gain=7.0, order=5.0, strength=4.0, rows=14,
          blur=8.0, turn=0.03, rare=4.0, match=12.0, other=0.8, sink=0.9, plain=1.0, follow=10.0):
    shape, g = model.shape, torch.Generator().manual_seed(seed)
    angles = shape.rope_base ** (-torch.arange(HALF) / HALF)
    for name, weight in model.named_parameters():
        if weight.dim() == 2:
            weight.normal_(0, 0.01, generator=g)
        elif name.endswith("bias"):
            weight.zero_()
    for layer in model.layers:
        layer.down.weight.zero_(), layer.o.weight.zero_()
    for layer in model.layers[:5]:
        for linear in (layer.q, layer.k, layer.v):
            linear.weight.zero_()
    ids = {token: i for i, token in enumerate(tokens)}
    steady = [place for f in range(LOW, HALF) for place in (f, f + HALF)]
    root = math.sqrt(HEAD)

    embed = torch.randn(shape.vocabulary, TOKEN, generator=g)
    kinds = classes(tokens)
    embed[:, CONTROL + 1 - kinds.shape[1]:CONTROL + 1] = 0
    embed /= embed.norm(dim=1, keepdim=True)
    embed[:, CONTROL + 1 - kinds.shape[1]:CONTROL + 1] = 0.06 * (kinds - kinds.mean(0))
    embed[:, RARE] = 0.25 * rarity
    embed /= embed.norm(dim=1, keepdim=True)
    flag = float(embed[ids["<|file_sep|>"], CONTROL])
    model.embed.weight.zero_()
    model.embed.weight[:, :TOKEN] = embed

    # layer 0.  A slot holds random views of a token; the widest one also its rarity and its flag.
    first, second, third, fourth, fifth = model.layers[:5]
    wide = SLOTS[0][1]
    view = torch.zeros(wide, TOKEN)
    view[:BAG, :CONTROL] = orthonormal(BAG, CONTROL, g) * math.sqrt(TOKEN / wide)
    view[BAG, RARE] = view[BAG + 1, CONTROL] = 1
    held = [list(range(wide))] + [list(range(size - 1)) + [BAG + 1] for _, size in SLOTS[1:]]  # the views in each slot
    for group in range(2):
        first.v.weight[group * HEAD:group * HEAD + wide, :TOKEN] = view
    for head, (slot, size) in enumerate(SLOTS):
        look_back(first, head, head // 2, head + 1, near, range(NEAR), angles)
        scale = torch.full((size, 1), math.sqrt(wide / size))
        scale[held[head].index(BAG + 1)] = 1
        first.o.weight[slot:slot + size, head * HEAD:head * HEAD + wide] = torch.eye(wide)[held[head]] * scale / math.sqrt(shape.hidden)

    # layer 1.  Heads 0 and 2 blur; one frequency alone would come round again, three do not within a prompt.
    level = math.sqrt(shape.hidden / 5)  # what the norm makes of a token and four slots of length one
    pairs = [int((angles - turn / slower).abs().argmin()) for slower in (1, 3, 9)]
    slot = SLOTS[0][0]
    for group, to, source, read in ((0, BAG_TO, slice(0, TOKEN), view), (1, BAG_BEFORE, slice(slot, slot + wide), torch.eye(wide))):
        head = group * 2
        look_back(second, head, group, 0, math.sqrt(root * blur), pairs, angles)
        second.q.bias[head * HEAD + 60] = root
        second.k.weight[group * HEAD + 60, source] = rare / (level * 0.25) * read[BAG]
        second.v.weight[group * HEAD:group * HEAD + BAG, source] = read[:BAG]
        second.o.weight[to:to + BAG, head * HEAD:head * HEAD + BAG] = torch.eye(BAG) * 2 / level
    # Head 1 looks for the last separator and reads the word after it.
    second.k.weight[61, slot:slot + wide] = torch.eye(wide)[BAG + 1] / (level * flag)
    second.q.bias[HEAD + 61] = 60 * root
    for f, fall in zip(pairs, (10, 20, 50)):
        second.q.bias[HEAD + f] = fall * root / 8
    reduce = orthonormal(BLOCK_SIZE, TOKEN, g) * math.sqrt(TOKEN / BLOCK_SIZE)
    second.v.weight[BAG:BAG + BLOCK_SIZE, :TOKEN] = reduce
    second.o.weight[BLOCK:BLOCK + BLOCK_SIZE, HEAD + BAG:HEAD + BAG + BLOCK_SIZE] = torch.eye(BLOCK_SIZE) / (2 * level)
    words = embed[[ids[word] for word in ("original", "current", "updated")]]
    original, current, updated = torch.linalg.pinv(words @ reduce.T / 2).T

    # layer 2.  What stood before here, and what came then ...
    level = math.sqrt(shape.hidden / 6.2)
    seat = iter(steady)
    for i, (slot, size) in enumerate(SLOTS):
        spread = torch.zeros(rows, size)
        spread[:, :23 if i else BAG] = orthonormal(rows, 23 if i else BAG, g)
        for row in range(rows):
            place = next(seat)
            third.k.weight[place, slot:slot + size] = spread[row]
            if i == 0:
                third.q.weight[place, :TOKEN] = gain * wide / 24 * spread[row] @ view
            else:
                before, scale = SLOTS[i - 1][0], math.sqrt(wide / size) if i == 1 else 1
                third.q.weight[place, before:before + size] = gain * scale * spread[row]
    for row in range(BAG):
        place = next(seat)
        third.k.weight[place, BAG_BEFORE + row] = 1
        third.q.weight[place, BAG_TO + row] = bag_gain
    # ... an answer copies from the current block, and that one from the original.
    for here, there in ((updated, current), (current, original)):
        place = next(seat)
        third.k.weight[place, BLOCK:BLOCK + BLOCK_SIZE] = there
        third.q.weight[place, BLOCK:BLOCK + BLOCK_SIZE] = order * here
    third.v.weight[:TOKEN, :TOKEN] = torch.eye(TOKEN)
    third.o.weight[:TOKEN, :TOKEN] = torch.eye(TOKEN) * strength / level
    # Head 2 keeps the token itself.
    look_back(third, 2, 1, 0, near, range(NEAR), angles)
    third.v.weight[HEAD:HEAD + TOKEN, :TOKEN] = torch.eye(TOKEN)
    third.o.weight[COPY:COPY + TOKEN, 2 * HEAD:2 * HEAD + TOKEN] = torch.eye(TOKEN) / level

    # layer 3 fetches what was foreseen one token before
    narrow = orthonormal(FORESEEN_SIZE, TOKEN, g) * math.sqrt(TOKEN / FORESEEN_SIZE)
    level = math.sqrt(shape.hidden / (6.2 + 1 + strength**2))
    look_back(fourth, 0, 0, 1, near, range(NEAR), angles)
    fourth.v.weight[:FORESEEN_SIZE, :TOKEN] = narrow
    fourth.v.weight[:FORESEEN_SIZE, COPY:COPY + TOKEN] = -narrow
    fourth.o.weight[FORESEEN:FORESEEN + FORESEEN_SIZE, :FORESEEN_SIZE] = torch.eye(FORESEEN_SIZE) / (level * strength)

    # layer 4 finds where the same was foreseen as now and something else came; separators wait for where there is none
    level = math.sqrt(shape.hidden / (7.2 + 1 + strength**2))
    seat = iter(steady)
    for row in range(FORESEEN_SIZE):
        place = next(seat)
        fifth.q.weight[place, :TOKEN] = match * narrow[row] / strength
        fifth.q.weight[place, COPY:COPY + TOKEN] = -match * narrow[row] / strength
        fifth.k.weight[place, FORESEEN + row] = 1
        fifth.k.weight[place, COPY:COPY + TOKEN] = -other * narrow[row]
    full = match * level**2 / root  # the score of a place where something wholly different came
    place = next(seat)
    fifth.k.weight[place, COPY + CONTROL] = 1 / (level * flag)
    fifth.q.bias[place] = sink * full * root
    # only words follow words: other tokens have too many reasons to come unforeseen
    words, step = [CONTROL - 8, CONTROL - 7], 0.12 * level  # the two classes of words, and their distance from the rest
    lower = level * float(embed[ids["total"], words].sum())  # what a word has there
    for dimension in words:
        fifth.q.weight[place, dimension] = -plain * full * root / (strength * step)
        fifth.q.weight[place, COPY + dimension] = plain * full * root / (strength * step)
    fifth.q.bias[place] += plain * full * root * lower / step + plain * full * root
    place = next(seat)
    fifth.k.weight[place, [COPY + dimension for dimension in words]] = 1 / step
    fifth.k.bias[place] = -lower / step
    fifth.q.bias[place] = plain * full * root
    # the current block is the place to learn from, after its first words
    place = next(seat)
    fifth.k.weight[place, BLOCK:BLOCK + BLOCK_SIZE] = -current
    fifth.k.bias[place] = level
    for slot, size in SLOTS:
        fifth.k.weight[place, slot + size - 1] = 1 / flag
    fifth.q.bias[place] = -2 * full * root / level
    fifth.v.weight[:TOKEN, COPY:COPY + TOKEN] = torch.eye(TOKEN)
    fifth.v.bias[:TOKEN] = -embed[ids["<|file_sep|>"]] * level
    fifth.o.weight[:TOKEN, :TOKEN] = torch.eye(TOKEN) * follow / level
    return model
