"""Logits of GGUF models, computed by Hugging Face transformers with the weights dequantized.

    cargo run -p foretab-model --features testing --example random_models -- DIRECTORY
    python tests/oracle/logits.py DIRECTORY/*.gguf > crates/cpu/tests/fixtures/random.json
    python tests/oracle/logits.py --prompts tests/oracle/prompts.json models/foretab-mini.gguf \
        > crates/cpu/tests/fixtures/mini.json

Needs torch, transformers and gguf from PyPI. For each model: the hash of its bytes, the tokens of the
prompt, and at each position the likeliest next token, the lead of its logit over the second, and
some of the logits.
"""

import argparse
import hashlib
import json
import pathlib
import sys

import gguf
import numpy as np
import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from tokens import prompt_tokens

NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
    "attn_norm.weight": "input_layernorm.weight",
    "ffn_norm.weight": "post_attention_layernorm.weight",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def name_in_transformers(name: str) -> str:
    if not name.startswith("blk."):
        return NAMES[name]
    _, layer, part = name.split(".", 2)
    if part in NAMES:
        return f"model.layers.{layer}.{NAMES[part]}"
    part, kind = part.rsplit(".", 1)
    return f"model.layers.{layer}.{NAMES[part]}.{kind}"


def load(path: pathlib.Path) -> tuple[Qwen2ForCausalLM, gguf.GGUFReader]:
    reader = gguf.GGUFReader(path)
    weights = {}
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        shape = [int(size) for size in reversed(tensor.shape)]
        weights[name_in_transformers(tensor.name)] = torch.from_numpy(np.ascontiguousarray(values).reshape(shape))

    def field(key: str):
        return reader.get_field(f"qwen2.{key}").contents()

    tied = "lm_head.weight" not in weights
    config = Qwen2Config(
        vocab_size=weights["model.embed_tokens.weight"].shape[0],
        hidden_size=field("embedding_length"),
        intermediate_size=field("feed_forward_length"),
        num_hidden_layers=field("block_count"),
        num_attention_heads=field("attention.head_count"),
        num_key_value_heads=field("attention.head_count_kv"),
        max_position_embeddings=field("context_length"),
        rope_theta=field("rope.freq_base"),
        rms_norm_eps=field("attention.layer_norm_rms_epsilon"),
        tie_word_embeddings=tied,
    )
    config.rope_parameters = {"rope_type": "default", "rope_theta": field("rope.freq_base")}
    model = Qwen2ForCausalLM(config).double().eval()  # so that what differs is our rounding
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not unexpected and set(missing) <= ({"lm_head.weight"} if tied else set()), (missing, unexpected)
    if tied:
        model.tie_weights()
    return model, reader


def spread_tokens(vocabulary: int, count: int) -> list[int]:
    """Tokens from all over a vocabulary, the same on every machine."""
    return [(i * i * 7919 + i * 104729 + 17) % vocabulary for i in range(count)]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("models", nargs="+", type=pathlib.Path)
    arguments.add_argument("--prompts", type=pathlib.Path, help="JSON; otherwise 48 tokens from all over the vocabulary")
    options = arguments.parse_args()

    fixtures = []
    for path in options.models:
        model, reader = load(path)
        if options.prompts:
            prompts = [prompt_tokens(reader, prompt) for prompt in json.loads(options.prompts.read_text())]
        else:
            prompts = [spread_tokens(model.config.vocab_size, 48)]
        stride = max(29, model.config.vocab_size // 12)
        for tokens in prompts:
            with torch.no_grad():
                logits = model(torch.tensor([tokens])).logits[0]
            best = logits.topk(2, dim=-1)
            fixtures.append(
                {
                    "model": path.stem,
                    "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                    "tokens": tokens,
                    "argmax": best.indices[:, 0].tolist(),
                    "lead": [round(lead, 5) for lead in (best.values[:, 0] - best.values[:, 1]).tolist()],
                    "stride": stride,
                    "logits": [[round(v, 5) for v in row] for row in logits[:, ::stride].tolist()],
                }
            )
            print(path.name, len(tokens), "tokens, logits", f"{logits.mean():.3f} ± {logits.std():.3f}", file=sys.stderr)
    print("[\n" + ",\n".join(json.dumps(fixture, separators=(",", ":")) for fixture in fixtures) + "\n]")


if __name__ == "__main__":
    main()
