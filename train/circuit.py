"""Initial weights that copy, and that carry a new name on: what an answer mostly does need not be learnt.

Layer 0 looks back: its heads fetch the last three tokens into slots, and the token itself.
Layer 1 reads which block of the prompt this is, and how far behind its header: waves, which a third of a turn
apart come out of the attention to the header's first three tokens.
Layer 2 copies: it looks for the token before, near the same place of the block before.
It also foresees strictly (all three tokens and the block must match, or nothing is foreseen), looks one token
further, and tells what stood there before.
Layer 3 fetches what was foreseen four tokens ago, and what came instead.
Layer 4 replaces: where the same is about to be written, and goes on alike, it writes what came instead;
a second head goes on with a name of several tokens.

Scores are some hundreds of nats, so the lengths of all vectors must be alike: see `embeddings`.
Eight bits for the embedding, or bfloat16 in layers 0 to 2, are too coarse for the waves.
"""

import math
import re

import torch

HEAD, HALF = 128, 64
NEAR, STEADY = 10, 10  # the frequencies that tell neighbours apart, and the first that hardly turns in a prompt

# A token's own vector, and the parts of it that the views below show.  Every part has the same length for
# every token: then every norm in the first layers is the same everywhere, and scores mean the same everywhere.
TOKEN, RANDOM = 112, 95
PARTS = (13, 10, 17, 24, 31)  # 13 | 40 | 64 | and the last: what a name goes on with, one and the same for all that ends it
SHORT, SMALL, WIDE, NAME = 13, 40, 64, 31
WORD, RARE, FILL2, FILL1, NEWLINE, CONTROL, FILL = 101, 102, 103, 104, 105, 110, 111
FLAGS = 0.06

# The residual stream.
S1, S2, S3 = 112, 179, 194  # the tokens one (64 dimensions), two and three (13) before, and flags
BLOCK, MAIN = 209, 212  # original, current, updated; a block of the window, not of a change
WAVE = 213  # where in its block
COPY, COPY_WORD = 222, 263  # the token again, for the layers that have a prediction in its place
FORESEEN = 264  # what should come next, where what stood before is found exactly
AFTER = 304  # what should come after that
REPLACED, REPLACED_AFTER, REPLACING = 335, 375, 406  # the same for the place four tokens ago, and what came there instead
BEFORE = 446  # what was foreseen for this token
EXACT, FRESH, OLD, SETTLED, WORDLY, RARE_NEXT, RARE_REPLACED, FIRST = 486, 487, 488, 489, 490, 491, 492, 511
SOURCE = 493  # what stood before where it is copied from


def orthonormal(rows, columns, generator):
    return torch.linalg.qr(torch.randn(columns, rows, generator=generator))[0].T


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
        for _ in range(steps):
            unit = torch.cat([p / p.norm(dim=1, keepdim=True) * math.sqrt(p.shape[1] / size) for p in parts], 1)
            order = torch.randperm(len(unit), generator=torch.Generator().manual_seed(_))
            loss = sum((unit[some] @ unit.T).sub(near).clamp(min=0).pow(3).sum() - len(some) * (1 - near) ** 3
                       for some in order.split(1024)[:4])
            optim.zero_grad()
            loss.backward()
            optim.step()
    return [part.detach() for part in parts]


def embeddings(tokens, rare, generator):
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
    at = 0
    for size, part in zip(PARTS, parts):
        out[:, at:at + size] = part / part.norm(dim=1, keepdim=True) * math.sqrt(size / RANDOM)
        at += size
    out[:, WORD] = FLAGS * (2 * asks(r"^[A-Za-z]") - 1)
    out[:, RARE] = FLAGS * rare
    out[:, NEWLINE] = 2 * FLAGS * asks("Ċ")
    out[:, CONTROL] = 2 * FLAGS * asks(r"<\|")
    rest = lambda length, *places: (length - sum(out[:, p].square() for p in places)).clamp(min=0).sqrt()
    out[:, FILL2] = rest(0.016, CONTROL)
    out[:, FILL1] = rest(0.035, CONTROL, NEWLINE)
    out[:, FILL] = rest(0.10, WORD, RARE, FILL2, FILL1, NEWLINE, CONTROL)
    return out


class Builder:
    """Writes weights into a model, layer by layer; scores are in nats for vectors that match fully."""

    def __init__(self, model, probe):
        self.model, self.probe, self.n = model, probe, len(probe)
        self.angles = model.shape.rope_base ** (-torch.arange(HALF) / HALF)
        self.root = math.sqrt(HEAD)

    def start(self, index):
        self.index, self.layer = index, self.model.layers[index]
        self.input = self.state(index)
        self.normed = self.layer.attn_norm(self.input)[0]
        self.level = float(self.normed[100, 0] / self.input[0, 100, 0])  # what the norm makes of a length of one
        self.seats = [iter([p for f in range(HALF - 2, STEADY - 1, -1) for p in (f, f + HALF)]) for _ in range(2)]  # the steadiest first
        self.sinks = []

    def state(self, index):
        x = self.model.embed(self.probe)[None]
        for layer in self.model.layers[:index]:
            x = layer(x, self.model.cos[:self.n], self.model.sin[:self.n])
        return x

    def look_back(self, head, delta, gain=14.0, sharp=1.0):
        """Attend to the token `delta` before, whatever it is."""
        for f in range(NEAR):
            turn = -delta * float(self.angles[f])
            self.layer.q.bias[head * HEAD + f] = sharp * gain * math.cos(turn)
            self.layer.q.bias[head * HEAD + f + HALF] = sharp * gain * math.sin(turn)
            self.layer.k.bias[head // 2 * HEAD + f] = gain
        return sharp * gain**2 * NEAR / self.root

    def term(self, group, heads, query, key, center=None):
        """Scores `{head: nats}` for each unit of query · key; rows of `[rows, hidden]`."""
        for row in range(len(key)):
            place = next(self.seats[group])
            self.layer.k.weight[group * HEAD + place] = key[row] / self.level
            if center is not None:
                self.layer.k.bias[group * HEAD + place] = -center[row]
            for head, nats in heads.items():
                self.layer.q.weight[head * HEAD + place] = query[row] * nats * self.root / self.level
                if center is not None:
                    self.layer.q.bias[head * HEAD + place] = -center[row] * nats * self.root

    def bonus(self, group, heads, key, constant=0.0):
        """Scores `{head: nats}` for keys by a number that they carry."""
        place = next(self.seats[group])
        self.layer.k.weight[group * HEAD + place] = key / self.level
        self.layer.k.bias[group * HEAD + place] = constant
        for head, nats in heads.items():
            self.layer.q.bias[head * HEAD + place] = nats * self.root
        return place

    def sink(self, group, heads):
        """The first token takes the attention of a head that finds nothing above so many nats."""
        place = HALF - 1
        self.layer.k.weight[group * HEAD + place, FIRST] = 1 / self.normed[0, FIRST]
        for head, nats in heads.items():
            self.layer.q.bias[head * HEAD + place] = nats * self.root
        self.sinks.append(group * HEAD + place)
        return place

    def finish(self):
        """The first token is a sink and nothing else."""
        first = self.normed[0]
        for rows, linear in ((2 * HEAD, self.layer.k), (2 * HEAD, self.layer.v)):
            for p in range(rows):
                if linear is self.layer.k and (p in self.sinks or p % HALF < STEADY):
                    continue
                linear.weight[p, FIRST] -= (linear.weight[p] @ first + linear.bias[p]) / first[FIRST]


def probe_of(data, separator, longest=900):
    """A prompt to measure levels on: blocks long enough to average over, and not the first thing in the prompt."""
    for i in range(len(data)):
        ids = torch.from_numpy(data.ids[data.start[i]:data.start[i] + data.answer[i]].astype("int64"))
        blocks = (ids == separator).nonzero()[:, 0]
        if len(blocks) >= 4 and len(ids) < longest and int(blocks[1:].diff().min()) > 160:
            return ids
    raise SystemExit("no prompt to measure on")


def frozen(name):
    """Is this parameter a part of the circuit, and best left alone while the rest learns?"""
    return name.startswith(("embed.", "layers.0.", "layers.1.", "layers.2.", "layers.3."))


def rows(size, at, matrix):
    out = torch.zeros(matrix.shape[0], size)
    out[:, at:at + matrix.shape[1]] = matrix
    return out


@torch.no_grad()
def build(model, tokens, rare, probe, seed=0, s1=200.0, s2=30.0, s3=25.0, order=300.0, wave=400.0, fine=2.0, amplitude=0.5, recent=(75.0, 50.0, 20.0), turning=(2, 4, 6), ends=0.0,
          strict=(110.0, 100.0, 90.0), strict_order=60.0, strict_wave=40.0, slack=-32.0, strength=4.0,
          ahead=(150.0, 120.0), settled=(120.0, 300.0, 10.0), put_in=120.0,
          match=130.0, match_after=100.0, threshold=0.72, inside=40.0, kill=300.0, word=80.0, common=45.0, goes_on=0.7, follow=14.0, stop=9):
    shape, g = model.shape, torch.Generator().manual_seed(seed)
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
    for linear in (model.layers[0].gate, model.layers[0].up):
        linear.weight.zero_()
    ids = {token: i for i, token in enumerate(tokens)}
    embed = embeddings(tokens, rare, g)
    model.embed.weight.zero_()
    model.embed.weight[:, :TOKEN] = embed
    b, hidden = Builder(model, probe), shape.hidden
    unit = lambda size: math.sqrt(RANDOM / size)  # makes a view of so many dimensions as long as the whole
    separator, flag = embed[ids["<|file_sep|>"]], 2 * FLAGS
    one = lambda place, value=1.0: torch.eye(hidden)[place] * value

    # layer 0: the last three tokens, and the token again
    b.start(0)
    view = torch.zeros(WIDE + 5, TOKEN)
    view[:WIDE, :WIDE] = torch.eye(WIDE) * unit(WIDE)
    for row, place in enumerate((CONTROL, NEWLINE, FILL1, FILL2, WORD), WIDE):
        view[row, place] = 1
    for group in range(2):
        b.layer.v.weight[group * HEAD:group * HEAD + WIDE + 5, :TOKEN] = view
    o = b.layer.o.weight
    for head, (slot, shown) in enumerate(((S1, [*range(WIDE + 3)]), (S2, [*range(SHORT), WIDE, WIDE + 3]), (S3, [*range(SHORT), WIDE, WIDE + 3]),
                                          (COPY, [*range(SMALL), WIDE, WIDE + 4]))):
        b.look_back(head, (1, 2, 3, 0)[head])
        scale = torch.ones(len(shown))
        if head in (1, 2):
            scale[:SHORT] = unit(SHORT) / unit(WIDE)
        if head == 3:
            scale[:SMALL] = 1 / unit(WIDE)
        for row, (place, size) in enumerate(zip(shown, scale)):
            o[slot + row, head * HEAD + place] = size / b.level
    s1_control, s1_newline, s2_control, s3_control = S1 + WIDE, S1 + WIDE + 1, S2 + SHORT, S3 + SHORT
    # At the very start there is nothing to look back at, and the slots repeat the separator: take that away again.
    pairs = ((CONTROL, s1_control), (s1_control, s2_control), (s2_control, s3_control))
    length = float(b.state(1)[0, 100].norm())
    inner = math.sqrt(hidden) / length
    takes = [flag] * 3
    for i, (one_, two) in enumerate(pairs):
        b.layer.gate.weight[i, one_] = 20 / (inner * flag)
        b.layer.up.weight[i, two] = 1 / (inner * flag)
    headers = (s1_control, s2_control, s3_control)

    def write():
        b.layer.down.weight[:] = 0
        for i, place in enumerate(headers):
            b.layer.down.weight[place, i] = -takes[i] / 20
        b.layer.down.weight[FIRST, 0] = 0.5 / 20
        low = float(separator[FILL2])
        for i, place in ((1, s2_control + 1), (2, s3_control + 1)):
            b.layer.down.weight[place, i] = (math.sqrt(low**2 + flag**2) - low) / 20

    write()
    h = model.layers[1].attn_norm(b.state(1))[0]
    seps = (probe == ids["<|file_sep|>"]).nonzero()[1:, 0]
    base = [float(h[:, c].median()) for c in headers]
    size = [float(h[seps + 1 + i, c].mean()) for i, c in enumerate(headers)]
    total = lambda at: sum(float((h[at, c] - base[j]).mean()) / (size[j] - base[j]) for j, c in enumerate(headers))
    off = [total(seps + 1 + i) - 1 for i in range(3)]
    size = [low + (high - low) * (1 + extra) for low, high, extra in zip(base, size, off)]
    for which, at in ((2, 2), (1, 1), (2, 2), (1, 1)):
        got, middle = [], takes[which]
        for takes[which] in (middle * 0.99, middle * 1.01):
            write()
            h = model.layers[1].attn_norm(b.state(1))[0]
            got.append(total(torch.tensor([at])))
        takes[which] = middle * (0.99 + 0.02 * (1 - got[0]) / (got[1] - got[0]))
        write()
    if stop < 1:
        return model

    # layer 1, head 1: which block is this?  A marker is a word after a separator, or `original` and `updated` after a newline.
    b.start(1)
    layer, root = b.layer, b.root
    words = embed[[ids[w] for w in ("original", "current", "updated")]]
    dual = torch.linalg.pinv(words).T
    is_control = one(s1_control, 1 / flag)
    marker = {1: 250.0}
    b.bonus(0, marker, is_control)
    b.bonus(0, marker, rows(hidden, 0, dual.sum(0, keepdim=True))[0])
    b.bonus(0, marker, one(s1_newline, 1 / flag))
    for f, fall in zip((9, 11, 13), (60.0, 200.0, 200.0)):
        layer.k.bias[f], layer.q.bias[HEAD + f] = root, fall
    layer.v.weight[:3, :TOKEN] = dual / b.level
    layer.v.weight[3] = is_control / b.level
    layer.o.weight[BLOCK:BLOCK + 4, HEAD:HEAD + 4] = torch.eye(4) / 2
    # Heads 0, 2 and 3: how far behind the first three tokens of the header, a third of a turn apart each: waves.
    far = ((10, recent[0]), (12, recent[1]))
    rest = [next(b.seats[group]) for group in range(2)]
    for group in range(2):
        for i, place in enumerate(headers):
            gain = 1 / (size[i] - base[i])
            k, v = layer.k, layer.v

            def add(row, by):
                k.weight[group * HEAD + row, place] += gain * by
                k.bias[group * HEAD + row] -= base[i] * gain * by

            v.weight[group * HEAD + 8 + i, place], v.bias[group * HEAD + 8 + i] = gain, -base[i] * gain
            add(rest[group], 1)
            for f, _ in far:  # as far away as the first of the three
                add(f, root * math.cos(i * float(b.angles[f]))), add(f + HALF, -root * math.sin(i * float(b.angles[f])))
    for w, (head, f) in enumerate(zip((0, 2, 3), turning)):
        layer.q.bias[head * HEAD + rest[head // 2]] = recent[2] * root
        layer.q.bias[head * HEAD + f] = root
        for ff, fall in far:
            layer.q.bias[head * HEAD + ff] = fall
        for i, place in enumerate(headers):
            gain, turn = amplitude / (size[i] - base[i]), 2 * math.pi * i / 3 - i * float(b.angles[f])
            layer.k.weight[head // 2 * HEAD + f, place] = gain * math.cos(turn)
            layer.k.weight[head // 2 * HEAD + f + HALF, place] = gain * math.sin(turn)
            for out in range(3):
                layer.o.weight[WAVE + 3 * w + out, head * HEAD + 8 + i] = 0.72 / amplitude * ((out == i) - 1 / 3)
    if stop < 2:
        return model

    # layer 2
    b.start(2)
    layer = b.layer
    here = [b.input[0, s + 4:s + 4 + 145, WAVE:WAVE + 9] for s in seps[:-1].tolist()]
    middle = torch.cat(here)[:, :3].mean(0).repeat(3)
    power = float((torch.cat(here) - middle).square().sum(1).mean())  # what two equal places score
    waves = rows(hidden, WAVE, torch.eye(9))
    in_block = {w: one(BLOCK + i, 2.0) for i, w in enumerate(("original", "current", "updated"))}
    in_main = one(MAIN, 2.0)
    change = lambda w: (in_block[w] - in_main)[None]
    b.term(0, {0: wave * fine, 1: strict_wave}, waves[:3], waves[:3], middle[:3])
    b.term(0, {0: wave, 1: strict_wave}, waves[3:], waves[3:], middle[3:])
    for there, now in (("current", "updated"), ("original", "current")):
        b.term(0, {0: order, 1: strict_order}, in_block[now][None], in_block[there][None])
    b.term(0, {0: order, 1: strict_order}, change("updated"), change("original"))
    header = one(s1_control, 1 / flag) + one(s2_control, 1 / flag)  # a header's first tokens have waves of their own
    b.bonus(0, {0: -3 * wave, 1: -3 * wave}, header)
    b.term(0, {0: ends}, one(WORD, 1 / FLAGS)[None], one(WORD, -1 / FLAGS)[None])  # a word ends
    b.sink(0, {1: sum(strict) + strict_order + slack})
    wide, short = torch.eye(WIDE), torch.eye(SHORT)
    shorter = short * unit(SHORT) / unit(WIDE)
    b.term(0, {0: s1, 1: strict[0]}, rows(hidden, 0, view[:WIDE]), rows(hidden, S1, wide))
    b.term(0, {0: s2, 1: strict[1]}, rows(hidden, S1, shorter), rows(hidden, S2, short))
    b.term(0, {0: s3, 1: strict[2]}, rows(hidden, S2, short), rows(hidden, S3, short))
    layer.v.weight[:TOKEN, :TOKEN] = torch.eye(TOKEN)
    layer.v.weight[TOKEN + 1:TOKEN + 1 + SHORT, S1:S1 + SHORT] = short
    layer.v.bias[TOKEN] = 1
    o = layer.o.weight
    o[SOURCE:SOURCE + SHORT, TOKEN + 1:TOKEN + 1 + SHORT] = short / b.level
    o[:TOKEN, :TOKEN] = torch.eye(TOKEN) * strength / b.level
    small = torch.zeros(SMALL, TOKEN)
    small[:, :SMALL] = torch.eye(SMALL) * unit(SMALL)
    o[FORESEEN:FORESEEN + SMALL, HEAD:HEAD + TOKEN] = small / b.level
    o[RARE_NEXT, HEAD + RARE] = 1 / (FLAGS * b.level)
    o[EXACT, HEAD + TOKEN] = 0.5
    # head 2: one further than what comes next
    b.term(1, {2: wave * 1.5}, waves[:3], waves[:3], middle[:3])
    b.term(1, {2: wave * 1.5, 3: settled[1]}, waves[3:], waves[3:], middle[3:])
    b.term(1, {2: order}, in_block["updated"][None], in_block["current"][None])
    b.term(1, {2: order}, in_block["current"][None], in_block["original"][None])
    b.bonus(1, {3: settled[0]}, in_block["original"])
    b.term(1, {2: order}, change("updated"), change("original"))
    b.bonus(1, {2: -4 * wave, 3: -4 * wave}, header)
    b.term(1, {2: ahead[0]}, rows(hidden, 0, short * unit(SHORT)), rows(hidden, S2, short))
    b.term(1, {2: ahead[1]}, rows(hidden, S1, shorter), rows(hidden, S3, short))
    # head 3: does this token stand near here in the original?
    b.term(1, {3: settled[0]}, rows(hidden, COPY, small[:, :40]), rows(hidden, COPY, small[:, :40]))
    sink = b.sink(1, {3: 2 * settled[0] + settled[1] * power * 2 / 3 - settled[2]})
    layer.v.weight[HEAD:HEAD + TOKEN, :TOKEN] = torch.eye(TOKEN)
    layer.v.bias[HEAD + TOKEN] = 1
    name = torch.zeros(NAME, TOKEN)
    name[:, WIDE:RANDOM] = torch.eye(NAME) * unit(NAME)
    o[AFTER:AFTER + 31, 2 * HEAD:2 * HEAD + TOKEN] = name / b.level
    o[OLD, 3 * HEAD + TOKEN] = 0.5
    b.finish()
    if stop < 3:
        return model

    # layer 3: what came four tokens ago, and what should have
    b.start(3)
    layer, o, v = b.layer, b.layer.o.weight, b.layer.v
    b.look_back(0, 3), b.look_back(1, 1), b.look_back(2, 4)
    copied = torch.eye(SMALL) * unit(SMALL)
    v.weight[:SMALL, COPY:COPY + SMALL] = copied
    v.weight[40, OLD], v.weight[40, s1_control] = 1, 0.5 / flag
    v.weight[41, COPY_WORD] = 1 / FLAGS
    v.weight[42:42 + SMALL, FORESEEN:FORESEEN + SMALL] = torch.eye(SMALL)
    v.weight[HEAD:HEAD + SMALL, FORESEEN:FORESEEN + SMALL] = torch.eye(SMALL)
    v.weight[HEAD + 40:HEAD + 71, AFTER:AFTER + 31] = torch.eye(NAME)
    v.weight[HEAD + 71, RARE_NEXT] = 1
    v.bias[HEAD + 72], v.weight[HEAD + 73, EXACT] = 1, 1
    o[REPLACING:REPLACING + SMALL, :SMALL] = torch.eye(SMALL) / b.level
    o[SETTLED, 40] = o[WORDLY, 41] = o[FRESH, HEAD + 40] = 1 / b.level
    o[BEFORE:BEFORE + SMALL, HEAD + 42:HEAD + 42 + SMALL] = torch.eye(SMALL) / b.level
    o[REPLACED:REPLACED + SMALL, 2 * HEAD:2 * HEAD + SMALL] = torch.eye(SMALL) / b.level
    o[REPLACED_AFTER:REPLACED_AFTER + 31, 2 * HEAD + 40:2 * HEAD + 71] = torch.eye(NAME) / b.level
    o[RARE_REPLACED, 2 * HEAD + 71] = 1 / b.level
    o[SETTLED, 2 * HEAD + 72], o[SETTLED, 2 * HEAD + 73] = 0.5, -1 / b.level  # nothing was foreseen: nothing is replaced
    # head 3: has what was foreseen four tokens ago come since?  Then something was put in, and nothing replaced.
    peak = b.look_back(3, 4, sharp=4.0)
    since = rows(hidden, COPY, copied) + rows(hidden, S1, torch.eye(SMALL) * unit(SMALL) / unit(WIDE))
    b.term(1, {3: put_in}, since, rows(hidden, FORESEEN, torch.eye(SMALL)))
    b.sink(1, {3: peak + 0.75 * put_in})
    o[SETTLED, 3 * HEAD + 72] = 0.5
    b.finish()
    # An empty first line: the block's header ends in two newlines, which are one token; the answer writes the second.
    layer.gate.weight.zero_(), layer.up.weight.zero_()
    inner = layer.ffn_norm(b.state(4))[0]
    level = float(inner[100, COPY] / b.state(4)[0, 100, COPY])
    constant = one(FILL2, 1 / ((1 + strength) * float(embed[ids["total"], FILL2]) * level))
    for i, (both, written) in enumerate((("ĊĊ", "Ċ"), ("ĊĊĊ", "ĊĊ"))):
        if both in ids:
            source, here = embed[ids[both], :SHORT] * unit(WIDE), embed[ids[written], :SMALL] * unit(SMALL)
            gate = rows(hidden, SOURCE, source[None])[0] / source.square().sum() + rows(hidden, COPY, here[None])[0] * unit(SMALL)
            layer.gate.weight[i] = 20 * (gate / level - 1.6 * constant - one(CONTROL, 2 / (strength * flag * level))
                                         - one(s1_newline, 1 / (flag * level)))
            layer.up.weight[i] = constant
            layer.down.weight[:TOKEN, i] = embed[ids["Ċ"]] * 12 / 8
    if stop < 4:
        return model

    # layer 4, head 0: where the same was foreseen, what came instead?
    b.start(4)
    layer, o, v = b.layer, b.layer.o.weight, b.layer.v
    foreseen = (rows(hidden, 0, small) - rows(hidden, COPY, copied)) / strength
    written = in_block["current"] + in_block["updated"]
    b.bonus(0, {0: inside}, written)
    b.bonus(0, {0: kill}, one(SETTLED, -2.0))
    b.bonus(0, {0: word}, one(WORDLY, 0.5), -0.5)
    b.bonus(0, {0: common}, one(RARE_REPLACED, 1.0), -1.0)
    b.term(0, {0: match}, foreseen, rows(hidden, REPLACED, torch.eye(SMALL)))
    b.term(0, {0: match_after}, rows(hidden, AFTER, torch.eye(NAME)), rows(hidden, REPLACED_AFTER, torch.eye(NAME)))
    b.sink(0, {0: inside + threshold * (match + match_after)})
    v.weight[:SMALL, REPLACING:REPLACING + SMALL] = torch.eye(SMALL)
    # head 2: a new name goes on as where it was typed
    fresh = rows(hidden, COPY, torch.eye(SMALL) * unit(SMALL)) - rows(hidden, BEFORE, torch.eye(SMALL))
    b.bonus(1, {2: 200.0}, in_block["current"])
    b.bonus(1, {2: kill}, one(FRESH, -2.0)), b.bonus(1, {2: kill}, one(OLD, -2.0))
    b.term(1, {2: match}, fresh, rows(hidden, S1, torch.eye(SMALL) * unit(SMALL) / unit(WIDE)))
    place = b.sink(1, {2: 200 + goes_on * match})
    layer.q.weight[2 * HEAD + place, OLD] = 2 * 300 * root / b.level
    v.weight[HEAD:HEAD + SMALL, COPY:COPY + SMALL] = copied
    b.finish()
    back = torch.linalg.pinv(small) * follow / b.level
    o[:TOKEN, :SMALL] = o[:TOKEN, 2 * HEAD:2 * HEAD + SMALL] = back
    return model
