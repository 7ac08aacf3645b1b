"""Training, its resumption and the export, on ten cases.  Needs `requirements.txt`: `python3 train/test_training.py`.

Without the built binary in FORETAB the export is not compared with the runtime's logits.
"""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import gguf  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from gguf.quants import dequantize  # noqa: E402

import data  # noqa: E402
import induction  # noqa: E402
from export import export, tensor_name  # noqa: E402
from scoring import score  # noqa: E402
from tokenizer import Coder, save, train as learn_tokens  # noqa: E402
from train import Training  # noqa: E402

WINDOW = """\
def total{n}(items):
    result = 0
    for item in items:
        result += item.price * {n}
    return result
"""


def items():
    """Ten prompts whose answers rename a function as each says."""
    for n in range(10):
        before = WINDOW.format(n=n) + f"print(total{n}([]))\n"
        current = before.replace(f"def total{n}", f"def sum{n}")
        answer = before.replace(f"total{n}", f"sum{n}")
        blocks = [("original/a.py", before), ("current/a.py", current), ("updated/a.py", "")]
        prompt = "".join(f"<|file_sep|>{path}\n{text}" for path, text in blocks)
        yield {"id": f"case-{n}", "task": "rename", "prompt": prompt, "completion": answer}


class TenCases(unittest.TestCase):
    """Ten cases, packed, and models that are small enough to learn them in a minute."""

    def setUp(self):
        torch.set_num_threads(1)
        torch.manual_seed(0)
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        path = self.at("tokenizer.json")
        save(learn_tokens([item["prompt"] for item in items()]), path)
        self.coder = Coder(path)
        data.pack(items(), self.coder, self.at("ten.npz"))
        self.data = data.Packed(self.at("ten.npz"))

    def at(self, name):
        return os.path.join(self.folder.name, name)

    def training(self, name, copies=False, half=False):
        model = induction.initial(len(self.coder.tokens), copies, layers=2, ffn=64)
        return Training(model, induction.paces(model, copies), 1e-3, self.at(name), "copies" if copies else "cold", half)

    def steps(self, training, count):
        coming = training.batches(self.data, 700, 2000)
        return [training.learn(*next(coming), 1.0) for _ in range(count)]

    def exact(self, training):
        return score(training.model, self.data, np.arange(len(self.data)))["rename"]


class OnTenCases(TenCases):
    def test_an_untrained_model_that_copies_is_right_where_nothing_changes(self):
        scores = self.exact(self.training("copies.pt", copies=True))
        self.assertGreater(scores["token"], 0.9)
        self.assertLess(self.exact(self.training("cold.pt"))["token"], 0.1)

    def test_ten_cases_are_learnt_to_the_last_token(self):
        for half in (False, True):
            training = self.training(f"ten-{half}.pt", copies=True, half=half)
            self.assertLess(self.exact(training)["exact"], 1)
            self.steps(training, 150)
            self.assertEqual(self.exact(training)["exact"], 1, f"bfloat16: {half}")

    def test_an_interruption_changes_nothing(self):
        whole = self.steps(self.training("whole.pt"), 12)
        first = self.training("parts.pt")
        losses = self.steps(first, 5)
        first.save()
        losses += self.steps(self.training("parts.pt"), 7)
        self.assertEqual(losses, whole)

    def test_an_export_read_back_gives_the_same_logits(self):
        training = self.training("out.pt", copies=True)
        self.steps(training, 3)
        training.save()
        export(self.at("out.pt"), self.coder, self.at("out.gguf"))
        read = {tensor.name: torch.from_numpy(dequantize(tensor.data, tensor.tensor_type).copy())
                for tensor in gguf.GGUFReader(self.at("out.gguf")).tensors}
        again = induction.initial(len(self.coder.tokens), False, layers=2, ffn=64)
        again.load_state_dict({name: read[tensor_name(name)].float().reshape(weight.shape)
                               for name, weight in again.named_parameters()})
        training.model.load_state_dict(training.mean, strict=False)
        ids = torch.from_numpy(self.data.ids[:self.data.length[0]].astype(np.int64))[None]
        with torch.no_grad():
            here, there = (model.head(model.body(ids))[0] for model in (training.model, again))
        # Eight bits a weight: the likeliest tokens agree, and no logit is far off.
        self.assertGreater(float((here.argmax(-1) == there.argmax(-1)).float().mean()), 0.98)
        self.assertLess(float((here - there).abs().mean() / here.std()), 0.02)


if __name__ == "__main__":
    unittest.main()
