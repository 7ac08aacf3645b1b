"""Layers 3 and 4: what the user put in the place of something is put in its place again."""

import torch

from builder import NEAR
from embedding import (AFTER, AGAIN, BLOCK, CONTROL, COPY, COPY_NAME, COPY_NAMED, COPY_WORD, EXACT, EXTENDS, FIRST, FLAGS,
                       FORESEEN, HEAD, INSIDE, LOCAL, NAME, NAMED, NAMED_PREVIOUS, NAMED_REPLACING, NEW, OLD, OLD_START,
                       PREVIOUS, PREVIOUS_2, PUT_IN, RARE_NEXT, RARE_REPLACED, REPLACED, REPLACED_AFTER, REPLACES, REPLACING,
                       S1_CONTROL, S1_NAME, S1_NEWLINE, S2_NAME, S2_NAMED, S3, S3_NAMED, SETTLED, SHORT, SMALL, SOURCE, TOKEN,
                       WIDE, WORDLY, WORD_NEXT, WORD_REPLACED, one, rows, unit)
from views import COPIED, FLAG, LAST, NARROW, STRENGTH, TYPED, name_, short, small_

ROLL = 7  # dimensions by which the last part of the second token is turned, to be kept apart from the first one's


def compare(b, put_in=120.0):
    """Layer 3: what should have come six tokens ago, what came, and what stood before."""
    layer, o, v = b.start(3)
    b.look_back(0, 5), b.look_back(1, 1), b.look_back(2, 6)
    # Head 0, five tokens ago: what came.  It settles that nothing was replaced if it stood near there, or was foreseen.
    # Head 1, one token ago: is that new?
    came, old, word, named, exact = v.weight, *range(SMALL, SMALL + 4)
    came[:SMALL] = COPIED
    came[old, OLD], came[old, S1_CONTROL], came[exact, EXACT] = 1, 0.5 / FLAG, 1
    came[word, COPY_WORD] = came[named, COPY_NAMED] = 1 / FLAGS
    o[REPLACING:REPLACING + SMALL, :SMALL] = small_ / b.level
    o[SETTLED, old] = o[SETTLED, exact] = o[WORDLY, word] = o[NAMED_REPLACING, named] = 1 / b.level
    o[NEW, HEAD + old] = -1 / b.level
    # Head 2, six tokens ago: what should have come, and what stood before.
    seen = v.weight[HEAD:]
    seen[:SMALL, FORESEEN:FORESEEN + SMALL] = small_
    at = SMALL
    for slot, place in ((AFTER, REPLACED_AFTER), (COPY_NAME, PREVIOUS), (S1_NAME, PREVIOUS_2)):
        seen[at:at + NAME, slot:slot + NAME] = name_
        o[place:place + NAME, 2 * HEAD + at:2 * HEAD + at + NAME] = name_ / b.level
        at += NAME
    seen[at - NAME:at, S2_NAME:S2_NAME + NAME] = name_.roll(ROLL, 0)
    rare, word, exact, named, always = range(at, at + 5)
    seen[rare, RARE_NEXT] = seen[word, WORD_NEXT] = seen[exact, EXACT] = 1
    seen[named, COPY_NAMED] = 1 / FLAGS
    v.bias[HEAD + always] = 1
    o[REPLACED:REPLACED + SMALL, 2 * HEAD:2 * HEAD + SMALL] = small_ / b.level
    o[RARE_REPLACED, 2 * HEAD + rare] = o[WORD_REPLACED, 2 * HEAD + word] = o[NAMED_PREVIOUS, 2 * HEAD + named] = 1 / b.level
    o[SETTLED, 2 * HEAD + always], o[SETTLED, 2 * HEAD + exact] = 0.5, -1 / b.level  # nothing was foreseen: nothing is replaced
    # Head 3: has what was foreseen six tokens ago come since?  Then something was put in, and nothing replaced.
    peak = b.look_back(3, 6, sharp=30.0)  # so sharp that no neighbour is taken, whatever was foreseen there
    b.term(1, {3: put_in}, LAST, rows(FORESEEN, small_))
    b.term(1, {3: put_in}, rows(S3, short), rows(FORESEEN, short * unit(SHORT) / unit(SMALL)))
    b.sink(1, {3: peak + put_in})
    b.rest_when(3, {S3_NAMED: -1 / FLAGS}, 0.18 * put_in)
    o[PUT_IN, 3 * HEAD + always] = 0.5
    b.finish()
    layer.k.weight[HEAD:HEAD + NEAR, FIRST] = -layer.k.bias[HEAD:HEAD + NEAR] / b.first[FIRST]


def is_local(b):
    """Layer 3's MLP.  Did the text go on as it was soon after what was typed, or is that one long name?  In other words:
    was a word replaced, and not a line put in?  `LOCAL` is about 1 then, and 0 otherwise."""
    layer, (level, constant) = b.layer, b.inside(3, 1 + STRENGTH)
    both = (one(S2_NAMED, 1 / FLAGS) + one(S3_NAMED, 1 / FLAGS)) / level
    exact = one(EXACT, 4 / level)  # 2 where it is
    for row, gate in ((2, both - constant), (3, exact - constant), (4, both + exact - 3 * constant)):
        layer.gate.weight[row] = 20 * gate
        layer.up.weight[row] = constant
        layer.down.weight[LOCAL, row] = (-1 if row == 4 else 1) / 20


def write_empty_line(b):
    """Layer 3's MLP.  An empty first line: the block's header ends in two newlines, which are one token; the answer
    writes the second."""
    layer, (level, constant) = b.layer, b.inside(3, 1 + STRENGTH)
    layer.gate.weight.zero_(), layer.up.weight.zero_()
    for i, (both, written) in enumerate((("ĊĊ", "Ċ"), ("ĊĊĊ", "ĊĊ"))):
        if both in b.ids:
            source, here = b.embed[b.ids[both], :SHORT] * unit(WIDE), b.embed[b.ids[written], :SMALL] * unit(SMALL)
            gate = rows(SOURCE, source[None])[0] / source.square().sum() + rows(COPY, here[None])[0] * unit(SMALL)
            layer.gate.weight[i] = 50 * (gate / level - 1.9 * constant - one(CONTROL, 2 / (STRENGTH * FLAG * level))
                                         - one(S1_NEWLINE, 1 / (FLAG * level)))
            layer.up.weight[i] = constant
            layer.down.weight[:TOKEN, i] = b.embed[b.ids["Ċ"]] * 2.4


def replace(b, match=300.0, match_after=190.0, match_before=250.0, slack=115.0, never=300.0, must=200.0, word=160.0, common=50.0,
            same=420.0, same_before=120.0, slack_same=110.0, local=200.0, follow=14.0):
    """Layer 4: a new name comes where the old one would, or goes on where the old one ended."""
    layer, o, v = b.start(4)
    in_current = {BLOCK + 1: 6}  # nothing is to be predicted there, and where layer 8 looks, all should be as loud as it was
    # Head 0: where the same was foreseen after the same, what came instead?
    b.bonus(0, {0: must}, TYPED, 1.0)
    b.bonus(0, {0: never}, one(SETTLED, -2.0) + one(PUT_IN, -2.0))
    b.bonus(0, {0: local}, one(LOCAL), 0.85), b.bonus(1, {2: local}, one(LOCAL), 0.85)
    b.bonus(0, {0: word}, one(WORDLY, 0.5), 0.5), b.bonus(0, {0: word}, one(WORD_REPLACED, 0.5), 0.5)
    b.bonus(0, {0: common}, one(RARE_REPLACED), 1.0)
    b.term(0, {0: match}, (rows(0, NARROW) - COPIED) / STRENGTH, rows(REPLACED, small_))
    b.term(0, {0: match_after}, rows(AFTER, name_), rows(REPLACED_AFTER, name_))
    b.term(0, {0: match_before}, rows(COPY_NAME, name_), rows(PREVIOUS, name_))
    b.sink(0, {0: match + match_after + match_before - slack})
    b.rest_when(0, in_current, never)
    # Head 2: where the same name ended, what came on?
    b.bonus(1, {2: must}, TYPED, 1.0)
    b.bonus(1, {2: never}, one(SETTLED, -2.0))
    for flag in (one(NAMED_REPLACING, 0.5), one(NAMED_PREVIOUS, 0.5), one(WORD_REPLACED, -0.5)):
        b.bonus(1, {2: 2 * word}, flag, 0.5)
    b.term(1, {2: same}, rows(COPY_NAME, name_), rows(PREVIOUS, name_))
    b.term(1, {2: same_before}, rows(S1_NAME, name_) + rows(S2_NAME, name_.roll(ROLL, 0)), rows(PREVIOUS_2, name_))
    b.sink(1, {2: same + 2 * same_before - slack_same + never})
    b.rest_when(2, {NAMED: 1 / (STRENGTH * FLAGS), COPY_NAMED: -1 / (STRENGTH * FLAGS), **in_current}, never)
    old = slice(SMALL + 2, SMALL + 2 + SHORT)
    v.weight[old, REPLACED:REPLACED + SHORT] = short
    o[OLD_START:OLD_START + SHORT, old] = short * 2 * unit(SHORT) / (unit(SMALL) * b.level)
    # Head 1: what was foreseen, and what was replaced, is not needed any more, but its room is.
    b.look_back(1, 0, sharp=2.0)
    at = old.stop
    v.weight[at:at + SMALL, FORESEEN:FORESEEN + SMALL] = small_
    o[FORESEEN:FORESEEN + SMALL, HEAD + at:HEAD + at + SMALL] = -small_ / b.level
    at += SMALL
    room = torch.eye(AGAIN - REPLACED)
    v.weight[at:at + len(room), REPLACED:AGAIN] = room
    o[REPLACED:AGAIN, HEAD + at:HEAD + at + len(room)] = -room / b.level
    # What comes is as long as all the rest of the token, so the norm halves the flags: they are written twice as large.
    for group, head, fired in ((0, 0, REPLACES), (1, 2, EXTENDS)):
        new, always, within = group * HEAD, group * HEAD + SMALL, group * HEAD + SMALL + 1
        v.weight[new:new + SMALL, REPLACING:REPLACING + SMALL] = small_
        v.bias[always] = 1
        v.weight[within, NAMED_PREVIOUS], v.bias[within] = 0.5 / b.level, 0.5
        o[:TOKEN, head * HEAD:head * HEAD + SMALL] = torch.linalg.pinv(NARROW) / b.level * follow
        o[fired, head * HEAD + SMALL] = o[INSIDE, head * HEAD + SMALL + 1] = 2
    b.finish()
