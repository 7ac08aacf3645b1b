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
TOKEN, RANDOM = 112, 95
PARTS = (13, 10, 17, 24, 31)
SHORT, SMALL, WIDE, NAME = 13, 40, 64, 31  # its first 13, 40 and 64 dimensions; the last: one and the same for all that ends a name
WORD, RARE, FILL2, FILL1, NEWLINE, CONTROL, FILL = 101, 102, 103, 104, 105, 110, 111
FLAGS = 0.06
ALIKE = 1.3  # how much of a newline is in two newlines

# The rest of the residual stream, by the layer that writes it.
S1, S2, S3 = 112, 179, 194  # layer 0: the tokens one (64 dimensions), two and three (13) before, and flags
COPY, COPY_WORD = 222, 263  # the token again, for the layers that have a prediction in its place
FIRST = 511  # the prompt's first token
BLOCK, MAIN = 209, 212  # layer 1: original, current, updated; a block of the window, not of a change
WAVE = 213  # where in its block
FORESEEN, EXACT = 264, 486  # layer 2: what should come next, where what stood before is found exactly
RARE_NEXT, WORD_NEXT = 491, 508  # is that rare, and part of a name?
AFTER = 304  # what should come after that
OLD = 488  # the token stands near here in the original
SOURCE = 493  # what stood before where the next token is copied from
REPLACED, REPLACED_AFTER, REPLACING = 335, 375, 406  # layer 3: FORESEEN and AFTER of four tokens ago, and what came there instead
RARE_REPLACED, WORD_REPLACED, WORDLY = 492, 509, 490  # of REPLACED: rare, part of a name; of REPLACING: part of a name
SETTLED = 489  # nothing was replaced: it was there before, was put in, or nothing was foreseen
BEFORE, FRESH = 446, 487  # what was foreseen for this token; was anything?
END = 507  # layer 4: a new name ends here

S1_CONTROL, S1_NEWLINE, S2_CONTROL, S3_CONTROL = S1 + WIDE, S1 + WIDE + 1, S2 + SHORT, S3 + SHORT


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
    name = asks(r"^[A-Za-z0-9_]") > 0
    parts = []
    for size in PARTS:
        part = torch.randn(len(tokens), size, generator=generator)
        if at == WIDE:
            part[~name] = part[0].clone()
        parts.append(part)
        at += size
    parts[:3] = apart(parts[:3])
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
    out[:, CONTROL] = 2 * FLAGS * asks(r"<\|")
    rest = lambda length, *places: (length - sum(out[:, p].square() for p in places)).clamp(min=0).sqrt()
    out[:, FILL2] = rest(0.016, CONTROL)
    out[:, FILL1] = rest(0.035, CONTROL, NEWLINE)
    out[:, FILL] = rest(0.10, WORD, RARE, FILL2, FILL1, NEWLINE, CONTROL)
    return out
