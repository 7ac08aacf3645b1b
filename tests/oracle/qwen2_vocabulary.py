"""Qwen2's whole vocabulary and llama.cpp's test vectors for it, as fixtures.

    python tests/oracle/qwen2_vocabulary.py ggml-vocab-qwen2.gguf crates/model/tests/fixtures

The file and, beside it, the vectors (`.inp`, `.out`) are in llama.cpp's folder `models` (MIT; the vocabulary is
Qwen's, Apache-2.0). Needs gguf from PyPI. Of the vocabulary the merges are kept: token `256 + r` is what merge `r`
makes of two tokens before it, so that two ids of three bytes say all of it.
"""

import gzip
import json
import pathlib
import sys

import gguf

BETWEEN = "\n__ggml_vocab_test__\n"


def main() -> None:
    file, folder = map(pathlib.Path, sys.argv[1:])
    reader = gguf.GGUFReader(file)

    def array(name: str) -> list:
        return reader.get_field(f"tokenizer.ggml.{name}").contents()

    tokens, types = array("tokens"), array("token_type")
    ids = {token: i for i, token in enumerate(tokens)}
    merges = bytearray()
    for rank, merge in enumerate(array("merges")):
        left, right = merge.split(" ")
        assert tokens[256 + rank] == left + right
        for part in (left, right):
            merges += ids[part].to_bytes(3, "little")
    first = 256 + len(merges) // 6
    assert all(kind == 1 for kind in types[:first])

    # Each text ends with the separator, each line of ids with a line feed.
    texts = file.with_name(file.name + ".inp").read_bytes().decode().split(BETWEEN)[:-1]
    lines = file.with_name(file.name + ".out").read_bytes().decode().split("\n")[:-1]
    expected = [[int(token) for token in line.split()] for line in lines]
    assert len(texts) == len(expected)
    (folder / "qwen2-merges.bin.gz").write_bytes(gzip.compress(bytes(merges), 9, mtime=0))
    vectors = {
        "bytes": "".join(tokens[:256]),
        "others": [[token, kind] for token, kind in zip(tokens[first:], types[first:]) if not token.startswith("[PAD")],
        "tokens": len(tokens),
        "pieces": [[text, of_text] for text, of_text in zip(texts, expected)],
    }
    text = json.dumps(vectors, ensure_ascii=False, separators=(",", ":"))
    (folder / "qwen2.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
