"""Initial weights that copy, and that carry a new name on: what an answer mostly does need not be learnt.

Layer 0 looks back: its heads fetch the last three tokens into slots, and the token itself.
Layer 1 reads which block of the prompt this is, and how far behind its header: waves, which a third of a turn
apart come out of the attention to the header's first three tokens.
Layer 2 copies: it looks for the token before, near the same place of the block before.
It also foresees strictly (all three tokens and the block must match, or nothing is foreseen), looks one token
further, and tells what stood there before.
Layer 3 fetches what was foreseen four tokens ago, and what came instead.
Layer 4 replaces: where the same is about to be written, and goes on alike, it writes what came instead;
a second head goes on with a name of several tokens, and a third tells where such a name ends.
Layer 5 finds the way back: after a new name of another length it goes on after the old one.
Layer 6, which only a model that is to be trained has, looks pairs up: the new name where the last two tokens, or what
was foreseen, stood in the history.

Layers 0 to 3 are exact and stay as they are; bfloat16 is too coarse for their waves.
Layers 4 to 6 are where training goes on (`paces.py`).
"""

import math

import torch

from builder import NEAR, Builder
from embedding import (AFTER, BEFORE, BLOCK, CONTROL, COPY, COPY_WORD, END, EXACT, FILL1, FILL2, FIRST, FLAGS, FORESEEN, FRESH, HALF,
                       HEAD, MAIN, NAME, NEWLINE, OLD, RANDOM, RARE, RARE_NEXT, RARE_REPLACED, REPLACED, REPLACED_AFTER, REPLACING, S1,
                       S1_CONTROL, S1_NEWLINE, S2, S2_CONTROL, S3, S3_CONTROL, SETTLED, SHORT, SMALL, SOURCE, TOKEN, WAVE, WIDE, WORD,
                       WORD_NEXT, WORD_REPLACED, WORDLY, embeddings, one, rows, unit)

PAIRS = 6  # the layer that is only a beginning, for training to make something of
FROZEN = 4  # layers that are best left alone while the rest learns
FLAG = 2 * FLAGS
STRENGTH = 4.0  # of a copied token beside the token itself

short, small_, wide, name_ = torch.eye(SHORT), torch.eye(SMALL), torch.eye(WIDE), torch.eye(NAME)
SHORTER = short * unit(SHORT) / unit(WIDE)  # the first dimensions of the slot S1 as the slots S2 and S3 have them
NARROW = rows(0, small_ * unit(SMALL))[:, :TOKEN]  # a token's vector to the 40 dimensions that FORESEEN and its like have
COPIED = rows(COPY, small_ * unit(SMALL))
LAST = rows(S1, small_ * unit(SMALL) / unit(WIDE))
WAVES = rows(WAVE, torch.eye(9))
IN = {name: one(BLOCK + i, 2.0) for i, name in enumerate(("original", "current", "updated"))}
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


def look_back(b):
    """Layer 0: the last three tokens, and the token again."""
    layer, o, v = b.start(0)
    view = torch.zeros(WIDE + 5, TOKEN)
    view[:WIDE, :WIDE] = wide * unit(WIDE)
    for row, place in enumerate((CONTROL, NEWLINE, FILL1, FILL2, WORD), WIDE):
        view[row, place] = 1
    for group in range(2):
        v.weight[group * HEAD:group * HEAD + WIDE + 5, :TOKEN] = view
    far = [*range(SHORT), WIDE, WIDE + 3]
    for head, (delta, slot, shown) in enumerate(((1, S1, range(WIDE + 3)), (2, S2, far), (3, S3, far),
                                                 (0, COPY, [*range(SMALL), WIDE, WIDE + 4]))):
        b.look_back(head, delta)
        scale = torch.ones(len(shown))
        if head in (1, 2):
            scale[:SHORT] = unit(SHORT) / unit(WIDE)
        if head == 3:
            scale[:SMALL] = 1 / unit(WIDE)
        for row, (place, size) in enumerate(zip(shown, scale)):
            o[slot + row, head * HEAD + place] = size / b.level
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


def copy(b, view, wave=400.0, order=300.0, slots=(200.0, 30.0, 25.0), strict=(110.0, 100.0, 90.0), strict_order=60.0,
         strict_wave=40.0, slack=32.0, ahead=(150.0, 120.0), settled=(120.0, 300.0), near=22.0):
    """Layer 2: what comes next, what comes after that, and did this token stand here?  Returns the middle of the waves."""
    layer, o, v = b.start(2)
    here = torch.cat([b.input[0, s + 4:s + 149, WAVE:WAVE + 9] for s in b.separators[:-1].tolist()])
    middle = here[:, :3].mean(0).repeat(3)
    power = float((here - middle).square().sum(1).mean())  # what two equal places score
    # Head 0 takes the best there is; head 1 foresees only what is sure.
    b.term(0, {0: wave * 2, 1: strict_wave}, WAVES[:3], WAVES[:3], middle[:3])
    b.term(0, {0: wave, 1: strict_wave}, WAVES[3:], WAVES[3:], middle[3:])
    follows(b, 0, {0: order, 1: strict_order}), changes(b, 0, {0: order, 1: strict_order})
    b.bonus(0, {0: -3 * wave, 1: -3 * wave}, HEADER)
    b.sink(0, {1: sum(strict) + strict_order - slack})
    b.term(0, {0: slots[0], 1: strict[0]}, rows(0, view), rows(S1, wide))
    b.term(0, {0: slots[1], 1: strict[1]}, rows(S1, SHORTER), rows(S2, short))
    b.term(0, {0: slots[2], 1: strict[2]}, rows(S2, short), rows(S3, short))
    v.weight[:TOKEN, :TOKEN] = torch.eye(TOKEN)
    v.weight[TOKEN + 1:TOKEN + 1 + SHORT, S1:S1 + SHORT] = short
    v.bias[TOKEN] = 1
    o[SOURCE:SOURCE + SHORT, TOKEN + 1:TOKEN + 1 + SHORT] = short / b.level
    o[:TOKEN, :TOKEN] = torch.eye(TOKEN) * STRENGTH / b.level
    o[FORESEEN:FORESEEN + SMALL, HEAD:HEAD + TOKEN] = NARROW / b.level
    o[RARE_NEXT, HEAD + RARE] = o[WORD_NEXT, HEAD + WORD] = 1 / (FLAGS * b.level)
    o[EXACT, HEAD + TOKEN] = 0.5
    # Head 2: one further than what comes next.
    b.term(1, {2: wave * 1.5}, WAVES[:3], WAVES[:3], middle[:3])
    b.term(1, {2: wave * 1.5, 3: settled[1]}, WAVES[3:], WAVES[3:], middle[3:])
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


def compare(b, put_in=120.0):
    """Layer 3: what should have come four tokens ago, and what came."""
    layer, o, v = b.start(3)
    b.look_back(0, 3), b.look_back(1, 1), b.look_back(2, 4)
    v.weight[:SMALL] = COPIED
    v.weight[40, OLD], v.weight[40, S1_CONTROL] = 1, 0.5 / FLAG
    v.weight[41, COPY_WORD] = 1 / FLAGS
    v.weight[42:42 + SMALL, FORESEEN:FORESEEN + SMALL] = small_
    v.weight[HEAD:HEAD + SMALL, FORESEEN:FORESEEN + SMALL] = small_
    v.weight[HEAD + 40:HEAD + 71, AFTER:AFTER + NAME] = name_
    v.weight[HEAD + 71, RARE_NEXT] = v.weight[HEAD + 74, WORD_NEXT] = 1
    v.bias[HEAD + 72], v.weight[HEAD + 73, EXACT] = 1, 1
    o[REPLACING:REPLACING + SMALL, :SMALL] = small_ / b.level
    o[SETTLED, 40] = o[WORDLY, 41] = o[FRESH, HEAD + 40] = 1 / b.level
    o[BEFORE:BEFORE + SMALL, HEAD + 42:HEAD + 42 + SMALL] = small_ / b.level
    o[REPLACED:REPLACED + SMALL, 2 * HEAD:2 * HEAD + SMALL] = small_ / b.level
    o[REPLACED_AFTER:REPLACED_AFTER + NAME, 2 * HEAD + 40:2 * HEAD + 71] = name_ / b.level
    o[RARE_REPLACED, 2 * HEAD + 71] = o[WORD_REPLACED, 2 * HEAD + 74] = 1 / b.level
    o[SETTLED, 2 * HEAD + 72], o[SETTLED, 2 * HEAD + 73] = 0.5, -1 / b.level  # nothing was foreseen: nothing is replaced
    # Head 3: has what was foreseen four tokens ago come since?  Then something was put in, and nothing replaced.
    peak = b.look_back(3, 4, sharp=4.0)
    b.term(1, {3: put_in}, LAST, rows(FORESEEN, small_))
    b.term(1, {3: put_in}, rows(S2, short * unit(SHORT) / unit(SMALL)), rows(FORESEEN, short * unit(SHORT) / unit(SMALL)))
    b.sink(1, {3: peak + 0.75 * put_in})
    o[SETTLED, 3 * HEAD + 72] = 0.5
    b.finish()
    layer.k.weight[HEAD:HEAD + NEAR, FIRST] = -layer.k.bias[HEAD:HEAD + NEAR] / b.first[FIRST]


def write_empty_line(b):
    """Layer 3's MLP.  An empty first line: the block's header ends in two newlines, which are one token; the answer
    writes the second."""
    layer, state = b.layer, b.state(4)
    layer.gate.weight.zero_(), layer.up.weight.zero_()
    level = float(layer.ffn_norm(state)[0, 100, COPY] / state[0, 100, COPY])
    constant = one(FILL2, 1 / ((1 + STRENGTH) * float(b.embed[b.ids["total"], FILL2]) * level))
    for i, (both, written) in enumerate((("ĊĊ", "Ċ"), ("ĊĊĊ", "ĊĊ"))):
        if both in b.ids:
            source, here = b.embed[b.ids[both], :SHORT] * unit(WIDE), b.embed[b.ids[written], :SMALL] * unit(SMALL)
            gate = rows(SOURCE, source[None])[0] / source.square().sum() + rows(COPY, here[None])[0] * unit(SMALL)
            layer.gate.weight[i] = 50 * (gate / level - 1.9 * constant - one(CONTROL, 2 / (STRENGTH * FLAG * level))
                                         - one(S1_NEWLINE, 1 / (FLAG * level)))
            layer.up.weight[i] = constant
            layer.down.weight[:TOKEN, i] = b.embed[b.ids["Ċ"]] * 2.4


def replace(b, match=150.0, match_after=80.0, threshold=0.74, never=300.0, must=200.0, word=160.0, common=90.0, inner=100.0,
            alike=0.7, follow=14.0):
    """Layer 4: a new name comes where the old one would, goes on, and ends."""
    layer, o, v = b.start(4)
    # Head 0: where the same was foreseen, what came instead?
    b.bonus(0, {0: must}, IN["current"] + IN["updated"], 1.0)
    b.bonus(0, {0: never}, one(SETTLED, -2.0))
    b.bonus(0, {0: word}, one(WORDLY, 0.5), 0.5), b.bonus(0, {0: word}, one(WORD_REPLACED, 0.5), 0.5)
    b.bonus(0, {0: common}, one(RARE_REPLACED), 1.0)
    b.term(0, {0: match}, (rows(0, NARROW) - COPIED) / STRENGTH, rows(REPLACED, small_))
    b.term(0, {0: match_after}, rows(AFTER, name_), rows(REPLACED_AFTER, name_))
    b.sink(0, {0: threshold * (match + match_after)})
    v.weight[:SMALL, REPLACING:REPLACING + SMALL] = small_
    # Heads 2 and 3: a new name goes on, or ends, as where it was typed.
    b.bonus(1, {2: must, 3: must}, IN["current"], 1.0)
    b.bonus(1, {2: never, 3: never}, one(FRESH, -2.0))
    b.term(1, {2: match, 3: match}, COPIED - rows(BEFORE, small_), LAST)
    b.bonus(1, {2: inner}, one(COPY_WORD, 0.5 / FLAGS), 0.5), b.bonus(1, {3: inner}, one(COPY_WORD, -0.5 / FLAGS), 0.5)
    b.sink(1, {2: alike * match, 3: alike * match + must})
    b.rest_when(2, {OLD: 2}, never), b.rest_when(3, {OLD: 2}, never), b.rest_when(3, {COPY_WORD: -1 / FLAGS}, must)
    v.bias[HEAD + SMALL] = 1
    v.weight[HEAD:HEAD + SMALL] = COPIED
    b.finish()
    o[:TOKEN, :SMALL] = o[:TOKEN, 2 * HEAD:2 * HEAD + SMALL] = torch.linalg.pinv(NARROW) / b.level * follow
    o[END, 3 * HEAD + SMALL] = 1


def find_the_way_back(b, middle, wave=1000.0, fine=300.0, order=150.0, slots=(100.0, 80.0, 60.0), word=200.0, rest=900.0,
                      follow=30.0):
    """Layer 5: after a new name the old one's successor; the tokens before the name are up to two places off."""
    layer, o, v = b.start(5)
    b.term(0, {0: wave}, WAVES[3:], WAVES[3:], middle[3:])
    b.term(0, {0: fine}, WAVES[:3], WAVES[:3], middle[:3])
    follows(b, 0, {0: order}, lack=1.0)
    b.bonus(0, {0: -4 * wave}, HEADER)
    b.bonus(0, {0: -word}, one(COPY_WORD, 0.5 / FLAGS), -0.5)
    slot = {1: rows(S1, SHORTER), 2: rows(S2, short), 3: rows(S3, short)}
    for here, there, nats in ((1, 2, slots[0]), (2, 3, slots[1]), (2, 2, slots[0]), (3, 3, slots[1]), (3, 2, slots[2]), (1, 3, slots[2])):
        b.term(0, {0: nats}, slot[here], slot[there])
    b.sink(0, {0: rest})
    b.rest_when(0, {END: -1}, rest)
    v.weight[:SMALL] = COPIED
    b.finish()
    o[:TOKEN, :SMALL] = torch.linalg.pinv(NARROW) / b.level * follow


def look_pairs_up(b, pair=(14.0, 7.0), alike=(10.0, 7.0), changed=4.0, rest=12.0, follow=0.3, second=0.6):
    """Layer 6: what came in the history's new text after the tokens that are here, twice as surely for one head of a
    group as for the other. Weak, so that it changes nothing before it is trained."""
    layer, o, v = b.start(PAIRS)
    updated = -(one(MAIN, 2.0) - IN["updated"])
    for group in range(2):
        heads = lambda nats: {2 * group: nats, 2 * group + 1: nats * second}
        if group == 0:
            b.term(0, heads(pair[0]), COPIED, LAST)
            b.term(0, heads(pair[1]), rows(S1, SHORTER), rows(S2, short))
        else:
            b.term(1, heads(alike[0]), rows(FORESEEN, small_), rows(FORESEEN, small_))
            b.term(1, heads(alike[1]), COPIED, COPIED)
        b.bonus(group, heads(changed), updated)
        b.sink(group, heads(rest))
        v.weight[group * HEAD:group * HEAD + SMALL] = COPIED
    b.finish()
    for head in range(4):
        o[:TOKEN, head * HEAD:head * HEAD + SMALL] = torch.linalg.pinv(NARROW) / b.level * follow


@torch.no_grad()
def build(model, tokens, rare, probe, seed=0):
    """`tokens` are the vocabulary's, `rare` is `embedding.rarity`, `probe` a prompt to measure on (`builder.probe_of`)."""
    generator = torch.Generator().manual_seed(seed)
    for name, weight in model.named_parameters():
        if weight.dim() == 2:
            weight.normal_(0, 0.01, generator=generator)
        elif name.endswith("bias"):
            weight.zero_()
    for layer in model.layers:
        for linear in (layer.q, layer.k, layer.v, layer.o, layer.down):
            linear.weight.zero_()
    for linear in (model.layers[0].gate, model.layers[0].up):
        linear.weight.zero_()
    embed = embeddings(tokens, rare, generator)
    model.embed.weight.zero_()
    model.embed.weight[:, :TOKEN] = embed
    b = Builder(model, probe, embed, {token: i for i, token in enumerate(tokens)})
    view = look_back(b)
    base, size = correct_the_start(b)
    place_in_block(b, base, size)
    middle = copy(b, view)
    compare(b)
    write_empty_line(b)
    replace(b)
    find_the_way_back(b, middle)
    if len(model.layers) > PAIRS:
        look_pairs_up(b)
