"""Initial weights that copy, and that carry a new name on: what an answer mostly does need not be learnt.

Layer 0 looks back: its heads fetch the last three tokens into slots, and the token itself.
Layer 1 reads which block of the prompt this is, and how far behind its header: waves, which a third of a turn
apart come out of the attention to the header's first three tokens.
Layer 2 copies: it looks for the token before, near the same place of the block before.
It also foresees strictly (all three tokens and the block must match, or nothing is foreseen), looks one token
further, and tells what stood there before, and where.
Layer 3 fetches what was foreseen six tokens ago, what came instead, and what stood before it.
Layer 4 replaces: where the same is about to be written after the same, it writes what came instead; a second head
goes on where a whole name stands that was typed on.
Layer 5 recalls how the name began that is being written, and whether it ends here where the user typed it.
Layer 6 goes on: with a new name of several tokens, and after it with what stands behind the old one.
Layers 7 and 8 go on behind it, for four tokens: from where the old name ended, whatever the length of the new one.
Layer 9, which only a model that is to be trained has, looks pairs up: the new name where the last two tokens stood in
the history.

Layers 0 to 3 are exact and stay as they are; the layers above are where training goes on (`paces.py`).
"""

import torch

from builder import Builder
from copying import copy, correct_the_start, end_names, look_back, place_in_block, straighten
from embedding import TOKEN, embeddings
from going_on import PAIRS, fetch_behind, go_on, go_on_behind, look_pairs_up, recall
from renaming import compare, is_local, replace, write_empty_line

FROZEN = 4  # layers that are best left alone while the rest learns


@torch.no_grad()
def build(model, tokens, rare, probe, seed=0, embed=None):
    """`tokens` are the vocabulary's, `rare` is `embedding.rarity`, `probe` a prompt to measure on (`builder.probe_of`).
    `embed` is `embeddings` of an earlier time: what moves vectors apart comes out otherwise on another machine."""
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
    if embed is None:
        embed = embeddings(tokens, rare, generator)
    model.embed.weight.zero_()
    model.embed.weight[:, :TOKEN] = embed
    b = Builder(model, probe, embed, {token: i for i, token in enumerate(tokens)})
    view = look_back(b)
    base, size = correct_the_start(b)
    end_names(b)
    place_in_block(b, base, size)
    straighten(b)
    middle = copy(b, view)
    compare(b)
    write_empty_line(b)
    is_local(b)
    replace(b)
    recall(b)
    go_on(b, middle)
    fetch_behind(b)
    go_on_behind(b, middle)
    if len(model.layers) > PAIRS:
        look_pairs_up(b)
