"""Answers drawn from a model, several to a prompt at once."""

import torch


@torch.no_grad()
def draw(model, prompt, count, stop, limit, heat=1.0, generator=None):
    """`count` answers to a prompt of ids, as lists of ids without the stop token; `None` for one that does not end within
    `limit` tokens.  `heat` is the temperature; at 0 all are the likeliest."""
    device = model.embed.weight.device
    caches = [[] for _ in model.layers]
    last = model.head(model.body(torch.tensor([prompt], device=device), caches)[:, -1]).float()
    for cache in caches:
        cache[:] = [part.expand(count, -1, -1, -1) for part in cache]
    last = last.expand(count, -1)
    answers, ended = [[] for _ in range(count)], [False] * count
    for position in range(len(prompt), len(prompt) + limit):
        if heat:
            tokens = torch.multinomial((last / heat).softmax(-1), 1, generator=generator)
        else:
            tokens = last.argmax(-1, keepdim=True)
        for row, token in enumerate(tokens[:, 0].tolist()):
            ended[row] |= token in stop
            if not ended[row]:
                answers[row].append(token)
        if all(ended):
            break
        last = model.head(model.body(tokens, caches, position)[:, -1]).float()
    return [answer if done else None for answer, done in zip(answers, ended)]
