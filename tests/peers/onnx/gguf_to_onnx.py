"""A GGUF model as the ONNX graph that onnxruntime runs best: `gguf_to_onnx.py MODEL.gguf FOLDER`.

The same weights, block for block: `MatMulNBits` reads Q8_0 and Q4_0 blocks in another order of the nibbles, with scales in
f32; so do the fused operators of com.microsoft that its own model builder writes for Qwen2. Only the embedding is f32,
because not every build of onnxruntime-web looks up quantized rows. The folder is laid out as transformers.js wants it.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from gguf import GGMLQuantizationType, GGUFReader
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
BLOCK = 32
BITS = {GGMLQuantizationType.Q8_0: 8, GGMLQuantizationType.Q4_0: 4}


class Model:
    """Sizes and weights of a Qwen2 model."""

    def __init__(self, path):
        reader = GGUFReader(path)
        self.tensors = {tensor.name: tensor for tensor in reader.tensors}
        size = lambda name: reader.fields[f"qwen2.{name}"].contents()
        self.layers = size("block_count")
        self.hidden = size("embedding_length")
        self.heads = size("attention.head_count")
        self.kv_heads = size("attention.head_count_kv")
        self.feed_forward = size("feed_forward_length")
        self.context = size("context_length")
        self.rope_base = size("rope.freq_base")
        self.epsilon = size("attention.layer_norm_rms_epsilon")
        self.head_dim = self.hidden // self.heads
        self.vocabulary = len(reader.fields["tokenizer.ggml.tokens"].data)
        self.end = reader.fields["tokenizer.ggml.eos_token_id"].contents()

    def vector(self, name):
        return np.array(self.tensors[name].data, dtype=np.float32)

    def blocks(self, name):
        """Scales f16 [rows, blocks] and codes as the file has them, uint8 [rows, blocks, 32 or 16]."""
        tensor = self.tensors[name]
        rows = tensor.shape[1]
        data = np.array(tensor.data, dtype=np.uint8).reshape(rows, tensor.shape[0] // BLOCK, -1)
        return data[..., :2].copy().view(np.float16)[..., 0], data[..., 2:]

    def bits(self, name):
        return BITS[self.tensors[name].tensor_type]

    def unsigned(self, name):
        """Scales f32 [rows, blocks], and codes uint8 [rows, blocks, 32] of which half of their range is to be taken off."""
        scales, codes = self.blocks(name)
        if self.bits(name) == 8:
            codes = codes ^ 0x80
        else:
            codes = np.concatenate([codes & 15, codes >> 4], axis=-1)
        return scales.astype(np.float32), codes

    def floats(self, name):
        scales, codes = self.unsigned(name)
        half = 1 << (self.bits(name) - 1)
        return (scales[..., None] * (codes.astype(np.float32) - half)).reshape(len(codes), -1)


class Graph:
    def __init__(self):
        self.nodes, self.constants = [], {}

    def constant(self, name, value):
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(self, operator, inputs, output, domain="", **attributes):
        """`output` is a name, or a list of names; the first comes back."""
        outputs = output if isinstance(output, list) else [output]
        self.nodes.append(
            helper.make_node(operator, inputs, outputs, f"{outputs[0]}/{operator}", domain=domain, **attributes)
        )
        return outputs[0]

    def matmul(self, model, x, weight, output):
        scales, codes = model.unsigned(weight)
        bits = model.bits(weight)
        if bits == 4:
            codes = codes[..., 0::2] | codes[..., 1::2] << 4
        inputs = [x, self.constant(f"{weight}.codes", codes), self.constant(f"{weight}.scales", scales)]
        rows, blocks = scales.shape
        return self.node(
            "MatMulNBits", inputs, output, MICROSOFT,
            K=blocks * BLOCK, N=rows, bits=bits, block_size=BLOCK,
            accuracy_level=4,  # activations may be rounded to 8 bits
        )

    def projection(self, model, x, name):
        """With a bias."""
        y = self.matmul(model, x, f"{name}.weight", f"{name}.product")
        return self.node("Add", [y, self.constant(f"{name}.bias", model.vector(f"{name}.bias"))], name)

    def norm(self, model, x, skip, name):
        """RMSNorm of x + skip; returns it and the sum."""
        gain = self.constant(f"{name}.weight", model.vector(f"{name}.weight"))
        if skip is None:
            attributes = {"axis": -1, "epsilon": model.epsilon, "stash_type": 1}
            return self.node("SimplifiedLayerNormalization", [x, gain], name, **attributes), x
        outputs = [name, "", "", f"{name}.sum"]
        self.node("SkipSimplifiedLayerNormalization", [x, skip, gain], outputs, MICROSOFT, epsilon=model.epsilon)
        return name, outputs[-1]


def build(model):
    graph = Graph()
    one = graph.constant("one", np.array([1], np.int64))
    x = graph.node("Gather", [graph.constant("embedding", model.floats("token_embd.weight")), "input_ids"], "embedded")
    # How far attention sees: the last position, and the number of positions.
    length = graph.node("ReduceSum", ["attention_mask", one], "length", keepdims=0)
    last = graph.node("Cast", [graph.node("Sub", [length, one], "last")], "last32", to=TensorProto.INT32)
    size = graph.node("Shape", ["attention_mask"], "mask_size")
    total = graph.node("Gather", [size, graph.constant("second", np.array(1, np.int64))], "total")
    total = graph.node("Cast", [total], "total32", to=TensorProto.INT32)
    frequencies = model.rope_base ** -(np.arange(0, model.head_dim, 2) / model.head_dim)
    angles = np.outer(np.arange(model.context), frequencies)
    rope = [graph.constant("cosines", np.cos(angles).astype(np.float32))]
    rope += [graph.constant("sines", np.sin(angles).astype(np.float32))]

    skip = None
    for layer in range(model.layers):
        part = lambda name: f"blk.{layer}.{name}"
        y, residual = graph.norm(model, x, skip, part("attn_norm"))
        query, key, value = (graph.projection(model, y, part(f"attn_{name}")) for name in "qkv")
        past = [f"past_key_values.{layer}.{kind}" for kind in ("key", "value")]
        present = [f"present.{layer}.{kind}" for kind in ("key", "value")]
        mixed = graph.node(
            "GroupQueryAttention", [query, key, value, *past, last, total, *rope], [part("mixed"), *present], MICROSOFT,
            num_heads=model.heads, kv_num_heads=model.kv_heads, do_rotary=1, rotary_interleaved=0,
            scale=model.head_dim**-0.5,
        )
        x = graph.matmul(model, mixed, part("attn_output.weight"), part("attn_output"))
        y, residual = graph.norm(model, x, residual, part("ffn_norm"))
        gate, up = (graph.matmul(model, y, part(f"ffn_{name}.weight"), part(name)) for name in ("gate", "up"))
        silu = graph.node("Mul", [gate, graph.node("Sigmoid", [gate], part("sigmoid"))], part("silu"))
        inner = graph.node("Mul", [silu, up], part("inner"))
        x, skip = graph.matmul(model, inner, part("ffn_down.weight"), part("ffn_down")), residual
    y, _ = graph.norm(model, x, skip, "output_norm")
    # Logits of the last position only, as the other engines give them.
    ends = [graph.constant("from_last", np.array([-1], np.int64)), graph.constant("to_end", np.array([2**31 - 1], np.int64))]
    y = graph.node("Slice", [y, *ends, one], "last_position")
    graph.matmul(model, y, "output.weight", "logits")
    return onnx.helper.make_model(
        helper.make_graph(graph.nodes, "qwen2", *signature(model), list(graph.constants.values())),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=9,
    )


def signature(model):
    """Inputs and outputs; transformers.js goes by their names and those of their dimensions."""
    tensor = helper.make_tensor_value_info
    inputs = [
        tensor("input_ids", TensorProto.INT64, ["batch_size", "sequence_length"]),
        tensor("attention_mask", TensorProto.INT64, ["batch_size", "total_sequence_length"]),
    ]
    outputs = [tensor("logits", TensorProto.FLOAT, ["batch_size", 1, model.vocabulary])]
    for layer in range(model.layers):
        for kind in ("key", "value"):
            shape = lambda length: ["batch_size", model.kv_heads, f"{length}_sequence_length", model.head_dim]
            inputs.append(tensor(f"past_key_values.{layer}.{kind}", TensorProto.FLOAT, shape("past")))
            outputs.append(tensor(f"present.{layer}.{kind}", TensorProto.FLOAT, shape("total")))
    return inputs, outputs


def config(model):
    return {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "hidden_size": model.hidden,
        "intermediate_size": model.feed_forward,
        "num_hidden_layers": model.layers,
        "num_attention_heads": model.heads,
        "num_key_value_heads": model.kv_heads,
        "vocab_size": model.vocabulary,
        "max_position_embeddings": model.context,
        "eos_token_id": model.end,
    }


def main():
    model, folder = Model(sys.argv[1]), Path(sys.argv[2])
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    onnx.save(build(model), folder / "onnx/model.onnx")
    (folder / "config.json").write_text(json.dumps(config(model)))
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": model.end}))


if __name__ == "__main__":
    main()
