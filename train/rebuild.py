"""The circuit once more, as `circuit.py` says it now, with the vocabulary and the token vectors of a model that is there.

Takes seconds, and neither source text nor training.  What moves the token vectors apart comes out otherwise on another
machine, so they are kept: two models that were made this way differ in nothing but the circuit.
"""

import argparse
import os

import gguf
import numpy as np
import torch

import circuit
from builder import probe_of
from data import prompts
from embedding import TOKEN
from export import export, vocabulary
from model import Qwen2, Shape
from tokenizer import Coder, save

CASES = os.path.join(os.path.dirname(__file__), "..", "tests", "cases", "by-hand.jsonl")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("model", help="the GGUF file to take vocabulary and token vectors from")
    arguments.add_argument("--foretab", required=True, help="the built binary")
    arguments.add_argument("--work", required=True, help="a folder for tokenizer.json and mini.pt")
    arguments.add_argument("--out", required=True, help="the GGUF file to write")
    given = arguments.parse_args()
    torch.set_num_threads(1)
    file = gguf.GGUFReader(given.model)
    tokenizer, checkpoint = (os.path.join(given.work, name) for name in ("tokenizer.json", "mini.pt"))
    save(vocabulary(file), tokenizer)
    coder = Coder(tokenizer)
    vectors = next(tensor.data for tensor in file.tensors if tensor.name == "token_embd.weight")
    embed = torch.from_numpy(np.array(vectors[:, :TOKEN])).float()
    model = Qwen2(Shape(len(coder.tokens)))
    asked = (torch.tensor(coder.prompt(item["prompt"])) for item in prompts(given.foretab, CASES))
    circuit.build(model, coder.tokens, None, probe_of(asked, coder.separator), embed=embed)
    torch.save({"model": model.state_dict(), "mean": {}, "shape": model.shape.as_dict()}, checkpoint)
    export(checkpoint, coder, given.out)


if __name__ == "__main__":
    main()
