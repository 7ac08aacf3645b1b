"""A checkpoint as GGUF, with the metadata that llama.cpp expects: matrices Q8_0, norms and biases F32.  What was built by
hand has its embedding in F16, and some matrices in Q4_0."""

import argparse

import gguf
import numpy as np
import torch
from gguf.quants import dequantize, quantize

from tokenizer import CONTROL, END, Coder

NAMES = {
    "attn_norm": "attn_norm", "q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output",
    "ffn_norm": "ffn_norm", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down",
}
NORMAL, CONTROL_TYPE = 1, 3
Q4, Q8 = gguf.GGMLQuantizationType.Q4_0, gguf.GGMLQuantizationType.Q8_0


def vocabulary(file):
    """The tokens and merges of a `gguf.GGUFReader`, as `tokenizer.save` takes them."""
    return {part: file.fields[f"tokenizer.ggml.{part}"].contents() for part in ("tokens", "merges")}


def tensor_name(name):
    """`layers.3.q.bias` is `blk.3.attn_q.bias`."""
    if name == "embed.weight":
        return "token_embd.weight"
    if name == "norm.weight":
        return "output_norm.weight"
    _, layer, part, kind = name.split(".")
    return f"blk.{layer}.{NAMES[part]}.{kind}"


def is_sparse(array):
    """Whether each block of 32 comes out of Q4_0 as near as Q8_0 promises, to 1/254 of its largest number (or a millionth of
    the largest of all).  Where the circuit needs one number in a block, or none, it does."""
    off = np.abs(dequantize(quantize(array, Q4), Q4) - array).reshape(-1, 32).max(1)
    largest = np.abs(array).reshape(-1, 32).max(1)
    return bool((off <= largest / 254 + 1e-6 * largest.max()).all())


def export(checkpoint, coder, path):
    saved = torch.load(checkpoint, weights_only=False, map_location="cpu")
    shape, weights = saved["shape"], {**saved["model"], **saved["mean"]}
    out = gguf.GGUFWriter(path, "qwen2")
    out.add_name("Foretab Mini")
    out.add_description("Next-edit prediction for the browser")
    out.add_license("MIT OR Apache-2.0")
    out.add_context_length(shape["context"])
    out.add_embedding_length(shape["hidden"])
    out.add_block_count(shape["layers"])
    out.add_feed_forward_length(shape["ffn"])
    out.add_head_count(shape["heads"])
    out.add_head_count_kv(shape["kv_heads"])
    out.add_rope_freq_base(shape["rope_base"])
    out.add_layer_norm_rms_eps(shape["eps"])
    out.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    out.add_vocab_size(shape["vocabulary"])
    out.add_string("foretab.dialect", "sweep_card")
    by_hand = saved.get("start", "circuit") == "circuit"
    if by_hand:
        out.add_uint32("foretab.activation_bits", 16)  # the circuit's scores hang on small differences
        out.add_string("foretab.edits", "repetitions")  # it carries a name on; whatever else it says is a mistake
    out.add_tokenizer_model("gpt2")
    out.add_tokenizer_pre("qwen2")
    out.add_token_list(coder.tokens)
    out.add_token_types([CONTROL_TYPE if token in CONTROL else NORMAL for token in coder.tokens])
    out.add_token_merges(coder.merges)
    out.add_eos_token_id(coder.ids[END])
    out.add_pad_token_id(coder.ids[END])
    out.add_add_bos_token(False)
    matrix = lambda layer, part: weights[f"layers.{layer}.{part}.weight"].float().numpy()
    # Query, key and value alike, for they lie side by side on a GPU.  Not in the first layer: the places hang on its last
    # digit.
    sparse = [by_hand and layer > 0 and all(is_sparse(matrix(layer, part)) for part in "qkv") for layer in range(shape["layers"])]
    for name, weight in weights.items():
        array = weight.float().numpy()
        if name == "embed.weight" and by_hand:
            # Equal lengths of the token vectors are what the positions rest on; eight bits would blur them.
            out.add_tensor(tensor_name(name), array.astype(np.float16))
        elif array.ndim == 2:
            kind = Q8
            if name != "embed.weight":
                _, layer, part, _ = name.split(".")
                kind = Q4 if part in "qkv" and sparse[int(layer)] else Q8
            out.add_tensor(tensor_name(name), quantize(array, kind), raw_dtype=kind)
        else:
            out.add_tensor(tensor_name(name), array.astype(np.float32))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("checkpoint")
    arguments.add_argument("--tokenizer", required=True)
    arguments.add_argument("--out", required=True)
    given = arguments.parse_args()
    export(given.checkpoint, Coder(given.tokenizer), given.out)
