"""Layers 5 to 9: a new name goes on as it was typed, and the text behind it where the old one ended."""

import math

import torch

from embedding import (COPY, COPY_NAMED, ENDS, EXTENDED_HERE, EXTENDS, FLAGS, FOLLOWS, FOLLOWS_AT, GOES_ON, GOES_ON_AT, HALF,
                       HEAD, INSIDE, MAIN, NEW, OLD_END, OLD_LAST, OLD_START, PLACE, PLACE_BEFORE, REPLACED_HERE, REPLACES,
                       S1, S1_NAMED, S2, SHORT, SMALL, SOURCE_2, TOKEN, WIDE, one, rows, unit)
from views import COPIED, HEADER, IN, LAST, NARROW, SHORTER, STRENGTH, TYPED, WAVES, short

PAIRS = 9  # the layer that is only a beginning, for training to make something of
# How much the three waves count.  The quickest tells neighbours apart, and comes round again after 21 tokens.
FINE, BROAD = (torch.tensor(weights).repeat_interleave(3)[:, None] for weights in ((1.0, 0.4, 0.2), (1.0, 1.0, 0.5)))


def as_typed(b, head, token=200.0, before=110.0, new=100.0, must=300.0, window=40.0):
    """What came after the token, and the one before it, where the name was typed: in the window rather than in the history,
    where places are off by the lines of the old text.  Returns the nats of the token."""
    b.term(1, {head: token}, COPIED, LAST)
    b.term(1, {head: before}, rows(S1, SHORTER), rows(S2, short))
    b.bonus(1, {head: must}, TYPED, 1.0), b.bonus(1, {head: window}, IN["current"], 1.0)
    b.bonus(1, {head: new}, one(NEW, 2.0))
    return token


def recall(b, boundary=100.0, recent=((3, 100.0), (6, 300.0), (9, 600.0), (12, 1200.0))):
    """Layer 5: how this name began, and whether it is at its end."""
    layer, o, v = b.start(5)
    # Head 0: the last token that is no part of a name, or after which a new name began.  All of these score alike, though
    # the norm halves the first flag where a new name begins.
    b.bonus(0, {0: boundary}, one(COPY_NAMED, -1 / FLAGS))
    b.bonus(0, {0: 0.55 * boundary}, one(REPLACES) + one(EXTENDS))
    b.bonus(0, {0: 0.95 * boundary}, one(INSIDE))
    for f, nats in recent:  # falls with the distance, and as the slowest has not turned by half within 3,600 tokens, never rises
        layer.k.bias[f] = 1
        layer.q.bias[f] = layer.q.bias[f + HALF] = nats * b.root * math.sqrt(0.5)
    v.weight[:9, PLACE:PLACE + 9] = torch.eye(9)
    v.weight[9, REPLACES] = v.weight[10, EXTENDS] = 1
    o[PLACE_BEFORE:PLACE_BEFORE + 9, :9] = torch.eye(9) / b.level
    o[REPLACED_HERE, 9] = o[EXTENDED_HERE, 10] = 1 / b.level
    # Head 2: is there more of it?
    most = as_typed(b, 2)
    b.sink(1, {2: 0.65 * most})
    v.weight[HEAD, COPY_NAMED] = 1 / FLAGS
    o[ENDS, 2 * HEAD] = -1 / b.level
    v.weight[HEAD + 1:HEAD + 1 + SHORT, SOURCE_2:SOURCE_2 + SHORT] = short
    o[OLD_END:OLD_END + SHORT, 2 * HEAD + 1:2 * HEAD + 1 + SHORT] = short / b.level
    b.finish()


def turned(b, tokens, frequencies=(2, 4, 6)):
    """`[9, 9]`: takes waves to where they are so many tokens later."""
    thirds = 2 * math.pi / 3 * (torch.arange(3)[:, None] - torch.arange(3))
    return torch.block_diag(*(2 / 3 * torch.cos(float(b.angles[f]) * tokens - thirds) for f in frequencies))


def go_on(b, middle, wave=3000.0, end=150.0, order=150.0, last=150.0, rest=3000.0, ahead=1.75, follow=30.0):
    """Layer 6: a new name goes on as it was typed, and after it comes what stood after the old one: the nearest end of a
    name from `ahead` tokens after its first one, or right where the new name only goes on further than the old one."""
    layer, o, v = b.start(6)
    for head, after in ((0, ahead), (1, 0.0)):
        turn = BROAD * turned(b, after)
        b.term(0, {head: wave}, turn @ rows(PLACE_BEFORE, torch.eye(9)), WAVES, (turn @ middle, middle))
    b.bonus(0, {0: order, 1: order}, IN["current"], 1.0)
    b.term(0, {0: last, 1: last}, rows(OLD_END, short), rows(S1, SHORTER))
    b.bonus(0, {0: -4000.0, 1: -4000.0}, HEADER)
    b.bonus(0, {0: end, 1: end}, one(S1_NAMED, 0.5 / FLAGS), 0.5), b.bonus(0, {0: end, 1: end}, one(COPY_NAMED, -0.5 / FLAGS), 0.5)
    b.sink(0, {0: rest, 1: rest})
    b.rest_when(0, {REPLACED_HERE: -1, ENDS: -0.5, REPLACES: 2, EXTENDS: 2}, rest)
    b.rest_when(1, {EXTENDED_HERE: -1, ENDS: -0.5, REPLACES: 2, EXTENDS: 2}, rest)
    most = as_typed(b, 2)
    b.bonus(1, {2: end}, one(COPY_NAMED, 0.5 / FLAGS), 0.5)
    b.sink(1, {2: 0.65 * most + rest})
    b.rest_when(2, {REPLACED_HERE: -1, EXTENDED_HERE: -1, ENDS: 0.5, REPLACES: 2, EXTENDS: 2}, rest)
    # What comes is much longer than all the rest of the token, so the norm makes that much less of the place beside it.
    length = math.sqrt(b.model.shape.hidden) / b.level
    louder = math.hypot(follow, length) / length
    place, always = slice(SMALL, SMALL + 9), SMALL + 9
    v.weight[place], v.bias[place], v.bias[always] = WAVES, -b.level * middle, 1
    ended = slice(always + 1, always + 1 + SHORT)
    v.weight[ended] = rows(S1, SHORTER)
    for head in (0, 1):
        o[GOES_ON_AT:GOES_ON_AT + 9, head * HEAD:][:, place] = torch.eye(9) * louder / b.level
        o[OLD_LAST:OLD_LAST + SHORT, head * HEAD:][:, ended] = short * louder / b.level
        o[GOES_ON, head * HEAD + always] = louder
    for group, heads in ((0, (0, 1)), (1, (2,))):
        v.weight[group * HEAD:group * HEAD + SMALL] = COPIED
        for head in heads:
            o[:TOKEN, head * HEAD:head * HEAD + SMALL] = torch.linalg.pinv(NARROW) / b.level * follow
    b.finish()


def fetch_behind(b):
    """Layer 7: on up to four tokens behind a new name, where that went on, and as many tokens further."""
    layer, o, v = b.start(7)
    for group in range(2):
        v.weight[group * HEAD:group * HEAD + 9, GOES_ON_AT:GOES_ON_AT + 9] = torch.eye(9)
        v.weight[group * HEAD + 9, GOES_ON] = 1
    v.weight[10:10 + SHORT, OLD_LAST:OLD_LAST + SHORT] = short
    o[S1:S1 + SHORT, 10:10 + SHORT] = short * unit(WIDE) / (unit(SHORT) * b.level)  # as if it stood before
    for head in range(4):
        b.look_back(head, head + 1, sharp=4.0)
        o[FOLLOWS_AT:FOLLOWS_AT + 9, head * HEAD:head * HEAD + 9] = turned(b, head + 1) / b.level
        o[FOLLOWS, head * HEAD + 9] = 1 / b.level
    level, constant = b.inside(7, 1 + STRENGTH)
    layer.gate.weight[0] = 20 * (one(FOLLOWS, 1 / level) - constant)  # from two names at once, once is enough
    layer.up.weight[0] = constant
    layer.down.weight[FOLLOWS, 0] = -1 / 20
    b.finish()


def go_on_behind(b, middle, wave=3000.0, same=300.0, before=200.0, order=150.0, rest=1500.0, old=3000.0, rest_old=4600.0,
                 follow=60.0):
    """Layer 8: what comes there.  Behind a name of another length a token's own place is off by the difference.
    A second head finds the same only if it is the old name, and takes it back: there layer 4 has put the new one."""
    layer, o, v = b.start(8)
    b.term(0, {0: wave, 1: wave}, FINE * rows(FOLLOWS_AT, torch.eye(9)), WAVES, (torch.zeros(9), middle))
    b.bonus(0, {0: order, 1: order}, IN["current"], 1.0)
    b.bonus(0, {0: -4000.0, 1: -4000.0}, HEADER)
    b.term(0, {0: same, 1: same}, COPIED, LAST)
    b.term(0, {0: before, 1: before}, rows(S1, SHORTER), rows(S2, short))
    b.term(0, {1: old}, rows(OLD_START, short), rows(COPY, short * unit(SHORT)))
    b.sink(0, {0: rest, 1: rest_old})
    b.rest_when(0, {FOLLOWS: -2}, rest)  # twice, for layer 4 may have made the flag half as large
    b.rest_when(1, {FOLLOWS: -0.65}, rest_old)
    v.weight[:SMALL] = COPIED
    for head, times in enumerate((1, -1)):
        o[:TOKEN, head * HEAD:head * HEAD + SMALL] = torch.linalg.pinv(NARROW) / b.level * follow * times
    b.finish()


def look_pairs_up(b, pair=(14.0, 7.0), changed=4.0, rest=12.0, follow=0.3, second=0.6):
    """Layer 9: what came in the history's new text after the tokens that are here, for one head twice as surely as for
    the other. Weak, so that it changes nothing before it is trained."""
    layer, o, v = b.start(PAIRS)
    heads = lambda nats: {0: nats, 1: nats * second}
    b.term(0, heads(pair[0]), COPIED, LAST)
    b.term(0, heads(pair[1]), rows(S1, SHORTER), rows(S2, short))
    b.bonus(0, heads(changed), IN["updated"] - one(MAIN, 2.0))
    b.sink(0, heads(rest))
    v.weight[:SMALL] = COPIED
    b.finish()
    for head in range(2):
        o[:TOKEN, head * HEAD:head * HEAD + SMALL] = torch.linalg.pinv(NARROW) / b.level * follow
