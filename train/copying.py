"""Layers 0 to 2: every token knows what stands before it, where it is, and what comes next."""

import math

import torch

from embedding import (AFTER, BLOCK, CONTROL, COPY, COPY_NAME, COPY_NAMED, EXACT, FILL1, FILL2, FIRST, FLAGS, FORESEEN, HALF,
                       HEAD, NAME, NAMED, NEWLINE, OLD, PLACE, RANDOM, RARE, RARE_NEXT, S1, S1_CONTROL, S1_NAME, S1_NAMED,
                       S1_NEWLINE, S2, S2_CONTROL, S2_NAME, S2_NAMED, S3, S3_CONTROL, S3_NAMED, SHORT, SMALL, SOURCE, SOURCE_2,
                       TOKEN, WAVE, WIDE, WORD, WORD_NEXT, one, rows, unit)
from views import FLAG, HEADER, HEADERS, IN, NARROW, SHORTER, STRENGTH, WAVES, changes, follows, name_, short, wide


def look_back(b):
    """Layer 0: the last three tokens, and the token again."""
    layer, o, v = b.start(0)
    flags = (CONTROL, NEWLINE, FILL1, FILL2, WORD, NAMED)
    view = torch.zeros(WIDE + len(flags) + NAME, TOKEN)
    view[:WIDE, :WIDE] = wide * unit(WIDE)
    for row, place in enumerate(flags, WIDE):
        view[row, place] = 1
    view[WIDE + len(flags):, WIDE:RANDOM] = name_ * unit(NAME)
    for group in range(2):
        v.weight[group * HEAD:group * HEAD + len(view), :TOKEN] = view
    far = [*range(SHORT), WIDE, WIDE + 3]
    for head, (delta, slot, shown, named, name) in enumerate((
            (1, S1, range(WIDE + 3), S1_NAMED, S1_NAME), (2, S2, far, S2_NAMED, S2_NAME), (3, S3, far, S3_NAMED, None),
            (0, COPY, [*range(SMALL), WIDE, WIDE + 4], COPY_NAMED, COPY_NAME))):
        b.look_back(head, delta)
        scale = torch.ones(len(shown))
        if slot in (S2, S3):
            scale[:SHORT] = unit(SHORT) / unit(WIDE)
        if slot == COPY:
            scale[:SMALL] = 1 / unit(WIDE)
        for row, (place, size) in enumerate(zip(shown, scale)):
            o[slot + row, head * HEAD + place] = size / b.level
        if named:
            o[named, head * HEAD + WIDE + 5] = 1 / b.level
        if name:
            o[name:name + NAME, head * HEAD + WIDE + len(flags):head * HEAD + len(view)] = name_ / b.level
    return view[:WIDE]


def correct_the_start(b):
    """Layer 0's MLP.  At the very start there is nothing to look back at, and the slots repeat the separator:
    take that away again.  Returns what a header's flags measure where there is none, and where there is one."""
    layer, normed = b.layer, lambda: b.model.layers[1].attn_norm(b.state(1))[0]
    inner = math.sqrt(b.model.shape.hidden) / float(b.state(1)[0, 100].norm())
    takes = [FLAG] * 3
    for i, (here, before) in enumerate(zip((CONTROL, S1_CONTROL, S2_CONTROL), HEADERS)):
        layer.gate.weight[i, here] = 20 / (inner * FLAG)
        layer.up.weight[i, before] = 1 / (inner * FLAG)
    low = float(b.embed[b.ids["<|file_sep|>"]][FILL2])

    def write():
        layer.down.weight[:] = 0
        for i, place in enumerate(HEADERS):
            layer.down.weight[place, i] = -takes[i] / 20
        layer.down.weight[FIRST, 0] = 0.5 / 20
        for i, place in ((1, S2_CONTROL + 1), (2, S3_CONTROL + 1)):
            layer.down.weight[place, i] = (math.sqrt(low**2 + FLAG**2) - low) / 20

    write()
    h = normed()
    base = [float(h[:, c].median()) for c in HEADERS]
    size = [float(h[b.separators + 1 + i, c].mean()) for i, c in enumerate(HEADERS)]
    total = lambda at: sum(float((h[at, c] - base[j]).mean()) / (size[j] - base[j]) for j, c in enumerate(HEADERS))
    off = [total(b.separators + 1 + i) - 1 for i in range(3)]
    size = [low + (high - low) * (1 + extra) for low, high, extra in zip(base, size, off)]
    for which, at in ((2, 2), (1, 1), (2, 2), (1, 1)):
        got, middle = [], takes[which]
        for takes[which] in (middle * 0.99, middle * 1.01):
            write()
            h = normed()
            got.append(total(torch.tensor([at])))
        takes[which] = middle * (0.99 + 0.02 * (1 - got[0]) / (got[1] - got[0]))
        write()
    return base, size


def end_names(b):
    """Layer 0's MLP.  What stands before a token that is no part of a name does not matter to the next name: it is as if
    it were no part of a name, too."""
    layer, (level, constant) = b.layer, b.inside(0)
    none = b.embed[0, WIDE:RANDOM] * unit(NAME)
    for k in range(NAME):
        row = 8 + k
        layer.gate.weight[row, S1_NAMED] = -20 / (FLAGS * level)
        layer.up.weight[row] = none[k] * constant - one(S2_NAME + k, 1 / level)
        layer.down.weight[S2_NAME + k, row] = 1 / 20


def place_in_block(b, base, size, amplitude=0.5, fall=((10, 75.0), (12, 50.0)), recent=20.0, turning=(2, 4, 6)):
    """Layer 1: which block is this, and how far behind its header?"""
    layer, o, v = b.start(1)
    k, q, root = layer.k, layer.q, b.root
    # Head 1.  A marker is a word after a separator, or `original` and `updated` after a newline.
    dual = torch.linalg.pinv(b.embed[[b.ids[word] for word in IN]]).T
    is_control = one(S1_CONTROL, 1 / FLAG)
    for key in (is_control, rows(0, dual.sum(0, keepdim=True))[0], one(S1_NEWLINE, 1 / FLAG)):
        b.bonus(0, {1: 250.0}, key)
    for f, nats in zip((9, 11, 13), (60.0, 200.0, 200.0)):
        k.bias[f], q.bias[HEAD + f] = root, nats
    v.weight[:3, :TOKEN] = dual / b.level
    v.weight[3] = is_control / b.level
    o[BLOCK:BLOCK + 4, HEAD:HEAD + 4] = torch.eye(4) / 2
    # Heads 0, 2 and 3: attention shared among the three first tokens of the header, a third of a turn apart each.
    rest = [next(b.seats[group]) for group in range(2)]
    for group in range(2):
        for i, place in enumerate(HEADERS):
            gain, turn = 1 / (size[i] - base[i]), lambda f: i * float(b.angles[f])

            def add(row, by):
                k.weight[group * HEAD + row, place] += gain * by
                k.bias[group * HEAD + row] -= base[i] * gain * by

            v.weight[group * HEAD + 8 + i, place], v.bias[group * HEAD + 8 + i] = gain, -base[i] * gain
            add(rest[group], 1)
            for f, _ in fall:  # as far away as the first of the three
                add(f, root * math.cos(turn(f))), add(f + HALF, -root * math.sin(turn(f)))
    for w, (head, f) in enumerate(zip((0, 2, 3), turning)):
        q.bias[head * HEAD + rest[head // 2]] = recent * root
        q.bias[head * HEAD + f] = root
        for ff, nats in fall:
            q.bias[head * HEAD + ff] = nats
        for i, place in enumerate(HEADERS):
            gain, turn = amplitude / (size[i] - base[i]), 2 * math.pi * i / 3 - i * float(b.angles[f])
            k.weight[head // 2 * HEAD + f, place] = gain * math.cos(turn)
            k.weight[head // 2 * HEAD + f + HALF, place] = gain * math.sin(turn)
            for out in range(3):
                o[WAVE + 3 * w + out, head * HEAD + 8 + i] = 0.72 / amplitude * ((out == i) - 1 / 3)


def straighten(b, amplitude=0.5):
    """Layer 1's MLP.  A wave is what the softmax makes of a cosine, whose square comes along, turning the other way: places
    would be loud or quiet by 12 %, and neighbours up to a third of a token off.  It is taken away again, for the logarithm
    of a share is the cosine itself, and its second term the square of the wave, less the mean over its thirds."""
    layer, (level, _) = b.layer, b.inside(1)
    layer.gate.weight.zero_(), layer.up.weight.zero_()
    for part in range(9):
        for sign in (1, -1):  # silu(z) z + silu(-z) (-z) is z squared
            row = 2 * part + (sign < 0)
            layer.gate.weight[row] = layer.up.weight[row] = one(WAVE + part, sign / level)
            first = WAVE + part // 3 * 3
            layer.down.weight[first:first + 3, row] = 1.5 * amplitude / (0.72 * 3)
            layer.down.weight[WAVE + part, row] -= 1.5 * amplitude / 0.72


def copy(b, view, wave=400.0, louder=(1.0, 1.0, 6.0), order=300.0, slots=(200.0, 70.0, 60.0), strict=(110.0, 100.0, 90.0),
         strict_order=60.0, strict_wave=160.0, slack=32.0, placed=20.0, ahead=(150.0, 120.0), settled=(120.0, 300.0), near=22.0,
         end=110.0):
    """Layer 2: what comes next, what comes after that, and did this token stand here?  Returns the middle of the waves."""
    layer, o, v = b.start(2)
    here = torch.cat([b.input[0, s + 4:s + 149, WAVE:WAVE + 9] for s in b.separators[:-1].tolist()])
    middle = here[:, :3].mean(0).repeat(3)
    power = float((here - middle).square().sum(1).mean())  # what two equal places score
    # Head 0 takes the best there is; head 1 foresees only what is sure.
    # The slower a wave, the louder it may be: near by it costs nothing, and far away it tells what the quicker ones do not.
    for k, times in enumerate(louder):
        part = slice(3 * k, 3 * k + 3)
        b.term(0, {0: wave * times, 1: strict_wave}, WAVES[part], WAVES[part], middle[part])
        b.term(1, {2: wave * times, 3: settled[1] if k else 0.0}, WAVES[part], WAVES[part], middle[part])
    b.bonus(0, {0: -end}, one(CONTROL, 1 / FLAG))
    follows(b, 0, {0: order, 1: strict_order}), changes(b, 0, {0: order, 1: strict_order})
    b.bonus(0, {0: -3 * wave, 1: -3 * wave}, HEADER)
    b.sink(0, {1: sum(strict) + strict_order - slack + placed})
    b.term(0, {0: slots[0], 1: strict[0]}, rows(0, view), rows(S1, wide))
    b.term(0, {0: slots[1], 1: strict[1]}, rows(S1, SHORTER), rows(S2, short))
    b.term(0, {0: slots[2], 1: strict[2]}, rows(S2, short), rows(S3, short))
    v.weight[:TOKEN, :TOKEN] = torch.eye(TOKEN)
    v.weight[TOKEN + 1:TOKEN + 1 + SHORT, S1:S1 + SHORT] = short
    v.bias[TOKEN] = 1
    at = TOKEN + 1 + SHORT
    v.weight[at:at + 9, WAVE:WAVE + 9] = torch.eye(9)
    o[PLACE:PLACE + 9, at:at + 9] = torch.eye(9) / b.level
    at += 9
    v.weight[at:at + SHORT, S2:S2 + SHORT] = short
    o[SOURCE_2:SOURCE_2 + SHORT, at:at + SHORT] = short / b.level
    o[SOURCE:SOURCE + SHORT, TOKEN + 1:TOKEN + 1 + SHORT] = short / b.level
    o[:TOKEN, :TOKEN] = torch.eye(TOKEN) * STRENGTH / b.level
    o[FORESEEN:FORESEEN + SMALL, HEAD:HEAD + TOKEN] = NARROW / b.level
    o[RARE_NEXT, HEAD + RARE] = o[WORD_NEXT, HEAD + WORD] = 1 / (FLAGS * b.level)
    o[EXACT, HEAD + TOKEN] = 0.5
    # Head 2: one further than what comes next.
    follows(b, 1, {2: order})
    b.bonus(1, {3: settled[0]}, IN["original"])
    changes(b, 1, {2: order})
    b.bonus(1, {2: -4 * wave, 3: -4 * wave}, HEADER)
    b.term(1, {2: ahead[0]}, rows(0, short * unit(SHORT)), rows(S2, short))
    b.term(1, {2: ahead[1]}, rows(S1, SHORTER), rows(S3, short))
    # Head 3: does this token stand near here in the original?
    b.term(1, {3: settled[0]}, rows(COPY, NARROW[:, :SMALL]), rows(COPY, NARROW[:, :SMALL]))
    b.sink(1, {3: 2 * settled[0] + settled[1] * power * 2 / 3 - near})
    v.weight[HEAD:HEAD + TOKEN, :TOKEN] = torch.eye(TOKEN)
    v.bias[HEAD + TOKEN] = 1
    o[AFTER:AFTER + NAME, 2 * HEAD + WIDE:2 * HEAD + RANDOM] = name_ * unit(NAME) / b.level
    o[OLD, 3 * HEAD + TOKEN] = 0.5
    b.finish()
    return middle
