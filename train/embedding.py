"""What a token's vector says, and where in the residual stream everything stands.

Scores in the circuit are some hundreds of nats, so they mean the same everywhere only where all lengths are
alike: every part of a token's vector has the same length for every token, and flags are balanced by fillers.
Eight bits for the embedding are too coarse for the waves that are made of it; F16 does.
"""

import math
import re

import torch

HIDDEN, HEAD, HALF = 512, 128, 64

# A token's own vector: random parts, then flags.
PARTS = (13, 10, 13, 10, 20)
SHORT, SMALL, WIDE, NAME = 13, 36, 46, 20  # its first 13, 36 and 46 dimensions; the last: one and the same for all that is no part of a name
RANDOM = sum(PARTS)
TOKEN = RANDOM + 8
WORD, RARE, FILL2, FILL1, NEWLINE, NAMED, CONTROL, FILL = range(RANDOM, TOKEN)
FLAGS = 0.06
ALIKE = 1.3  # how much of a newline is in two newlines


def slots(first, *sizes):
    """Where slots of these sizes begin, one after the other, and where the last one ends."""
    return [first + sum(sizes[:i]) for i in range(len(sizes) + 1)]


# The rest of the residual stream, by the layer that writes it.
# Layer 0: the tokens one (46 dimensions), two and three (13) before, with flags; the token again, for the layers that
# have a prediction in its place; and the last part of the token and of the two before.
S1, S2, S3, COPY, COPY_NAME, S1_NAME, S2_NAME, end = slots(TOKEN, WIDE + 3, SHORT + 2, SHORT + 2, SMALL + 2, NAME, NAME, NAME)
S1_CONTROL, S1_NEWLINE, S2_CONTROL, S3_CONTROL, COPY_WORD = S1 + WIDE, S1 + WIDE + 1, S2 + SHORT, S3 + SHORT, COPY + SMALL + 1
# Layer 1: original, current, updated; a block of the window, not of a change; where in its block.
BLOCK, MAIN, WAVE, end = slots(end, 3, 1, 9)
# Layer 2: what should come next, if what stood before is found exactly; what should come after that; what stood one
# and two before where the next token is copied from, and where that is.
FORESEEN, AFTER, SOURCE, SOURCE_2, PLACE, end = slots(end, SMALL, NAME, SHORT, SHORT, 9)
# Layer 3: FORESEEN and AFTER of six tokens ago, what came there instead, and the last parts of what stood before it.
REPLACED, REPLACED_AFTER, REPLACING, PREVIOUS, PREVIOUS_2, end = slots(end, SMALL, NAME, SMALL, NAME, NAME)
# In the place of FORESEEN, layer 4: the token that is replaced here; layer 5: PLACE of the token before this name, and the
# end of the name that this one replaces.
OLD_START, PLACE_BEFORE, OLD_END, _ = slots(FORESEEN, SHORT, 9, SHORT)
# In the place of REPLACED, where a new name ended: layer 6, the place of what comes then, that something does, and the old
# name's end; layer 7, on the four tokens behind it, the place of what comes there, and that something does.
GOES_ON_AT, GOES_ON, OLD_LAST, FOLLOWS_AT, FOLLOWS, AGAIN = slots(REPLACED, 9, 1, SHORT, 9, 1)
(COPY_NAMED, S1_NAMED, S2_NAMED, S3_NAMED,  # layer 0: part of a name
 EXACT, OLD, RARE_NEXT, WORD_NEXT,  # layer 2: found exactly; stands near here in the original; what is FORESEEN is rare, a word
 RARE_REPLACED, WORD_REPLACED, WORDLY, NAMED_REPLACING, NAMED_PREVIOUS,  # layer 3: the same of REPLACED; of REPLACING; of PREVIOUS
 SETTLED, PUT_IN, NEW, LOCAL,  # nothing was foreseen, or it came; it came later; the token before is new; all else is as it was
 REPLACES, EXTENDS, INSIDE,  # layer 4: a new name starts here; goes on where the old one ended; either of it within a name
 REPLACED_HERE, EXTENDED_HERE, ENDS,  # layer 5: REPLACES and EXTENDS of the token before this name; it ends where it was typed
 end) = slots(end, *[1] * 23)
FIRST = HIDDEN - 1  # the prompt's first token
assert end <= FIRST


def unit(size):
    """Makes a view of so many dimensions as long as the whole."""
    return math.sqrt(RANDOM / size)


def one(place, value=1.0):
    return torch.eye(HIDDEN)[place] * value


def rows(at, matrix):
    """`matrix` as rows over the residual stream, from dimension `at`."""
    out = torch.zeros(matrix.shape[0], HIDDEN)
    out[:, at:at + matrix.shape[1]] = matrix
    return out


def rarity(ids, vocabulary):
    """How rare a token is, from -1 to 1."""
    counts = torch.bincount(torch.as_tensor(ids[:4_000_000].astype("int64")), minlength=vocabulary) + 1.0
    return ((-(counts / counts.sum()).log() - 5.5) / 2.5).clamp(-1, 1)


def apart(parts, steps=60, near=0.3):
    """Move random vectors away from each other: no two tokens should be taken for the same."""
    with torch.enable_grad():
        parts = [part.clone().requires_grad_() for part in parts]
        optim = torch.optim.Adam(parts, lr=0.03)
        size = sum(part.shape[1] for part in parts)
        for step in range(steps):
            unit = torch.cat([p / p.norm(dim=1, keepdim=True) * math.sqrt(p.shape[1] / size) for p in parts], 1)
            order = torch.randperm(len(unit), generator=torch.Generator().manual_seed(step))
            loss = sum((unit[some] @ unit.T).sub(near).clamp(min=0).pow(3).sum() - len(some) * (1 - near) ** 3
                       for some in order.split(1024)[:4])
            optim.zero_grad()
            loss.backward()
            optim.step()
    return [part.detach() for part in parts]


def embeddings(tokens, rare, generator):
    """`[vocabulary, TOKEN]`"""
    asks = lambda pattern: torch.tensor([1.0 if re.search(pattern, token) else 0.0 for token in tokens])
    out, at = torch.zeros(len(tokens), TOKEN), 0
    name = asks(r"^[A-Za-z0-9_]")
    parts = []
    for size in PARTS:
        part = torch.randn(len(tokens), size, generator=generator)
        parts.append(part)
        at += size
    parts[:3] = apart(parts[:3])
    parts[4:] = apart(parts[4:])
    parts[4][name == 0] = parts[4][0].clone()
    if "ĊĊ" in tokens:  # the block's first line may be empty: its newline is then one token with the header's
        for part in parts[:3]:
            part /= part.norm(dim=1, keepdim=True)
            part[tokens.index("ĊĊ")] += ALIKE * part[tokens.index("Ċ")]
    at = 0
    for size, part in zip(PARTS, parts):
        out[:, at:at + size] = part / part.norm(dim=1, keepdim=True) * math.sqrt(size / RANDOM)
        at += size
    out[:, WORD] = FLAGS * (2 * asks(r"^[A-Za-z_]") - 1)
    out[:, RARE] = FLAGS * rare
    out[:, NEWLINE] = 2 * FLAGS * asks("Ċ")
    out[:, NAMED] = FLAGS * (2 * name - 1)
    out[:, CONTROL] = 2 * FLAGS * asks(r"<\|")
    rest = lambda length, *places: (length - sum(out[:, p].square() for p in places)).clamp(min=0).sqrt()
    out[:, FILL2] = rest(0.016, CONTROL)
    out[:, FILL1] = rest(0.035, CONTROL, NEWLINE)
    out[:, FILL] = rest(0.10, WORD, RARE, FILL2, FILL1, NEWLINE, NAMED, CONTROL)
    return out
