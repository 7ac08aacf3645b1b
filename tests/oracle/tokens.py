"""Token ids of pieces of text, by Hugging Face tokenizers with a GGUF file's vocabulary.

    python tests/oracle/tokens.py models/foretab-mini.gguf > crates/model/tests/fixtures/tokens.json

Needs tokenizers and gguf from PyPI. `llama.test.mjs` holds llama.cpp to the same fixture.
Control tokens are not in the vocabulary here: a text that spells one is ordinary text.
"""

import hashlib
import json
import sys

import gguf
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

from texts import pieces

# From the tokenizer.json of Qwen2.
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
NORMAL = 1


def main() -> None:
    reader = gguf.GGUFReader(sys.argv[1])

    def array(key: str) -> list:
        return reader.get_field(f"tokenizer.ggml.{key}").contents()

    tokens, merges, types = array("tokens"), array("merges"), array("token_type")
    vocabulary = {token: i for i, token in enumerate(tokens) if types[i] == NORMAL}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[tuple(merge.split(" ")) for merge in merges]))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()

    digest = hashlib.sha256("\n".join([*tokens, "", *merges]).encode()).hexdigest()
    rows = []
    for text in pieces():
        ids = tokenizer.encode(text).ids
        assert tokenizer.decode(ids) == text
        rows.append(json.dumps([text, ids], separators=(",", ":"), ensure_ascii=True))
    print('{"vocabulary":"' + digest + '","pieces":[\n' + ",\n".join(rows) + "\n]}")


if __name__ == "__main__":
    main()
