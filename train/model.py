"""Qwen2 in PyTorch: an ordinary one, with biases on q, k, v and a tied head.

The shape is what the circuit takes: wide enough for all that it keeps apart, and hardly any feed-forward.
"""

from dataclasses import asdict, dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Shape:
    vocabulary: int
    hidden: int = 512
    layers: int = 9
    heads: int = 4
    kv_heads: int = 2
    head: int = 128
    ffn: int = 32
    rope_base: float = 1e17
    eps: float = 1e-6
    context: int = 4096

    as_dict = asdict


def rotate(x, cos, sin):
    """Rotary positions, halves paired: dimension f turns with f + head/2."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)


def attend(q, k, v):
    """Causal attention of the last tokens, or of all; the query heads of a KV head are rows of one product.

    Written out: at these lengths the fused kernel's backward pass is several times slower on a CPU; on a GPU that kernel is
    taken.
    """
    if (q.is_cuda or not (torch.is_grad_enabled() and q.requires_grad)) and q.shape[2] == k.shape[2]:
        return F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
    n, heads, length, size = q.shape
    group, past = heads // k.shape[1], k.shape[2] - length
    q = q.to(v.dtype).reshape(n, -1, group * length, size)
    later = torch.full((length, past + length), float("-inf"), dtype=v.dtype, device=v.device).triu(past + 1).repeat(group, 1)
    scores = torch.add(later, q @ k.to(v.dtype).transpose(2, 3), alpha=size**-0.5)
    return (scores.softmax(-1) @ v).reshape(n, heads, length, size)


class Norm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(size)), eps

    def forward(self, x):
        return F.rms_norm(x, (x.shape[-1],), self.weight, self.eps)


class Layer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        kv = shape.kv_heads * shape.head
        self.attn_norm = Norm(shape.hidden, shape.eps)
        self.q = nn.Linear(shape.hidden, shape.heads * shape.head)
        self.k = nn.Linear(shape.hidden, kv)
        self.v = nn.Linear(shape.hidden, kv)
        self.o = nn.Linear(shape.heads * shape.head, shape.hidden, bias=False)
        self.ffn_norm = Norm(shape.hidden, shape.eps)
        self.gate = nn.Linear(shape.hidden, shape.ffn, bias=False)
        self.up = nn.Linear(shape.hidden, shape.ffn, bias=False)
        self.down = nn.Linear(shape.ffn, shape.hidden, bias=False)

    def forward(self, x, cos, sin, cache=None, first=0):
        """`[batch, length, hidden]`; of it, what comes out for the tokens from `first` on."""
        split = lambda y: y.view(*y.shape[:2], -1, self.shape.head).transpose(1, 2)
        h = self.attn_norm(x)
        k, v = rotate(split(self.k(h)), cos, sin), split(self.v(h))
        x, h, cos, sin = x[:, first:], h[:, first:], cos[first:], sin[first:]
        q = rotate(split(self.q(h)), cos, sin)
        if cache is not None:
            if cache:
                k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
            cache[:] = [k, v]
        x = x + self.o(attend(q, k, v).transpose(1, 2).flatten(2))
        h = self.ffn_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Qwen2(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embed = nn.Embedding(shape.vocabulary, shape.hidden)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = Norm(shape.hidden, shape.eps)
        angles = shape.rope_base ** (-torch.arange(shape.head // 2) / (shape.head / 2))
        table = torch.arange(shape.context)[:, None] * angles[None]
        self.register_buffer("cos", table.cos(), persistent=False)
        self.register_buffer("sin", table.sin(), persistent=False)

    def body(self, ids, caches=None, start=0):
        """Hidden states `[batch, length, hidden]`, ready for the head."""
        end = start + ids.shape[1]
        cos, sin = self.cos[start:end], self.sin[start:end]
        x = self.embed(ids)
        for i, layer in enumerate(self.layers):
            x = layer(x, cos, sin, caches[i] if caches is not None else None)
        return self.norm(x)

    def head(self, hidden):
        return F.linear(hidden, self.embed.weight)

    @torch.no_grad()
    def answer(self, prompt, stop, limit):
        """Greedy tokens after the prompt, up to a stop token."""
        caches, out, start = [[] for _ in self.layers], [], 0
        ids = torch.tensor([prompt], device=self.embed.weight.device)
        while len(out) < limit:
            token = int(self.head(self.body(ids, caches, start)[0, -1]).argmax())
            start += ids.shape[1]
            if token in stop:
                return out
            out.append(token)
            ids = ids.new_tensor([[token]])
        return None
