"""Token ids of pieces of text, by Hugging Face tokenizers with a GGUF file's vocabulary.

    python tests/oracle/tokens.py models/foretab-mini.gguf > crates/model/tests/fixtures/tokens.json

Needs tokenizers and gguf from PyPI. `llama/` holds llama.cpp to the same fixture.
Control tokens are not in the vocabulary here: a text that spells one is ordinary text.
"""

import hashlib
import json
import re
import sys

import gguf
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

from texts import pieces

# From the tokenizer.json of Qwen2.
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
NORMAL = 1


def array(reader: gguf.GGUFReader, key: str) -> list:
    return reader.get_field(f"tokenizer.ggml.{key}").contents()


def tokenizer(reader: gguf.GGUFReader) -> Tokenizer:
    tokens, types = array(reader, "tokens"), array(reader, "token_type")
    vocabulary = {token: i for i, token in enumerate(tokens) if types[i] == NORMAL}
    merges = [tuple(merge.split(" ")) for merge in array(reader, "merges")]
    result = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    result.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    result.decoder = decoders.ByteLevel()
    return result


def prompt_tokens(reader: gguf.GGUFReader, prompt: str) -> list[int]:
    """Control tokens by name, and what stands between two of them as one piece of text."""
    types = array(reader, "token_type")
    controls = {token: i for i, token in enumerate(array(reader, "tokens")) if types[i] != NORMAL}
    encode = tokenizer(reader).encode
    pieces = re.split("(" + "|".join(map(re.escape, controls)) + ")", prompt)
    return [id for piece in pieces for id in ([controls[piece]] if piece in controls else encode(piece).ids)]


def main() -> None:
    reader = gguf.GGUFReader(sys.argv[1])
    digest = hashlib.sha256("\n".join([*array(reader, "tokens"), "", *array(reader, "merges")]).encode()).hexdigest()
    hugging_face = tokenizer(reader)
    rows = []
    for text in pieces():
        ids = hugging_face.encode(text).ids
        assert hugging_face.decode(ids) == text
        rows.append(json.dumps([text, ids], separators=(",", ":")))
    print('{"vocabulary":"' + digest + '","pieces":[\n' + ",\n".join(rows) + "\n]}")


if __name__ == "__main__":
    main()
