"""What answers are worth, and a step towards the better one.  Needs `requirements.txt`: `python3 train/test_reinforce.py`.

With the built binary in FORETAB answers are judged by it, too.
"""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import torch  # noqa: E402

import test_training  # noqa: E402
from reinforce import advantages, loss_of, padded  # noqa: E402
from rewards import reward, rewards  # noqa: E402
from scoring import logits_of  # noqa: E402

CASE = {
    "id": "case", "path": "a.js", "before": "let sum = 1;\nuse(sum);\n", "text": "let total = 1;\nuse(sum);\n",
    "cursor": 9, "history": [], "context": [], "expected": "let total = 1;\nuse(total);\n",
}


class Rewards(unittest.TestCase):
    def test_their_order(self):
        outcome = lambda **is_: {"shown": True, "exact": False, "parses": True, "size": [8, 8], **is_}
        worth = [reward(outcome(exact=True)), reward(outcome(shown=False, size=[0, 8])), reward(outcome()),
                 reward(outcome(size=[80, 8])), reward(outcome(parses=False))]
        self.assertEqual(worth, sorted(worth, reverse=True))
        self.assertEqual(reward(None), worth[-1])

    @unittest.skipUnless("FORETAB" in os.environ, "no binary")
    def test_by_the_runtime(self):
        answers = ["let total = 1;\nuse(total);\n", "let total = 1;\nuse(sum);\n", "let total = 1;\nuse(other, sum);\n", None]
        right, same, wrong, endless = rewards(os.environ["FORETAB"], CASE, answers)
        self.assertTrue(right > same > wrong > endless, (right, same, wrong, endless))

    def test_equal_answers_teach_nothing(self):
        self.assertEqual(list(advantages([0.5, 0.5])), [0, 0])
        self.assertGreater(advantages([1, 0, 0])[0], 0)


class Steps(test_training.TenCases):
    def test_the_better_answer_gets_likelier(self):
        training = self.training("rl.pt", copies=True)
        item = next(test_training.items())
        prompt, good = self.coder.prompt(item["prompt"]), self.coder.text(item["completion"])
        bad = self.coder.text(item["completion"].replace("sum0", "total0"))
        arrays = training.tensors(padded([(prompt, good, 1.0), (prompt, bad, -1.0)]))
        ids, targets, weight = arrays

        def ahead():
            likely = logits_of(training.model, ids, weight != 0).log_softmax(-1).gather(-1, targets[weight != 0][:, None])[:, 0]
            return float((likely * weight[weight != 0]).sum())

        with torch.no_grad():
            before = ahead()
        for _ in range(3):
            training.descend(lambda: loss_of(training.model, *arrays), ids.numel(), 1.0)
        with torch.no_grad():
            self.assertGreater(ahead(), before)


if __name__ == "__main__":
    unittest.main()
