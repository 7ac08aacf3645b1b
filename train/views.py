"""What the circuit's heads ask for and answer, as rows over the residual stream, and what two of its layers share."""

import torch

from embedding import (BLOCK, COPY, FLAGS, MAIN, NAME, S1, S1_CONTROL, S2_CONTROL, S3_CONTROL, SHORT, SMALL, TOKEN, WAVE, WIDE,
                       one, rows, unit)

FLAG = 2 * FLAGS
STRENGTH = 4.0  # of a copied token beside the token itself

short, small_, wide, name_ = torch.eye(SHORT), torch.eye(SMALL), torch.eye(WIDE), torch.eye(NAME)
SHORTER = short * unit(SHORT) / unit(WIDE)  # the first dimensions of the slot S1 as the slots S2 and S3 have them
NARROW = rows(0, small_ * unit(SMALL))[:, :TOKEN]  # a token's vector to the 36 dimensions that FORESEEN and its like have
COPIED = rows(COPY, small_ * unit(SMALL))
LAST = rows(S1, small_ * unit(SMALL) / unit(WIDE))
WAVES = rows(WAVE, torch.eye(9))
IN = {name: one(BLOCK + i, 2.0) for i, name in enumerate(("original", "current", "updated"))}
TYPED = 2 * IN["current"] + IN["updated"] - one(MAIN, 2.0)  # 1 where the user's own text stands: the window as it is, changes
HEADERS = (S1_CONTROL, S2_CONTROL, S3_CONTROL)
HEADER = one(S1_CONTROL, 1 / FLAG) + one(S2_CONTROL, 1 / FLAG)  # a header's first tokens have waves of their own


def follows(b, group, heads, lack=0.0):
    """The block before this one: the window was, is, and will be."""
    for there, now in (("current", "updated"), ("original", "current")):
        b.term(group, heads, IN[now][None], IN[there][None], lack=lack)


def changes(b, group, heads):
    """The same within a change of the history: what was updated follows the original, and neither is of the window."""
    main = one(MAIN, 2.0)
    b.term(group, heads, -(main + IN["original"])[None], -(main + IN["current"] + IN["updated"])[None], center=[-1.0])
