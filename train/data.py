"""Cases to token ids.

The prompt's text is built in one place only, the Rust crate; its binary writes prompt and completion.
Here they become ids: the prompt's, then the completion's, encoded by itself because at inference
generation starts after the prompt's tokens, then the separator as the token to stop at.
Every token of the answer has a weight: what stands on a changed line counts more than what is copied.
"""

import difflib
import json
import subprocess

import numpy as np

from tokenizer import SEPARATOR, Coder

CHANGED = 6  # weight of a token on a line that differs from the window as it is


def prompts(binary, cases):
    """`{id, prompt, completion}` for each case, as the runtime would ask."""
    run = subprocess.Popen([binary, "prompt", "--cases", cases], stdout=subprocess.PIPE, encoding="utf-8")
    yield from map(json.loads, run.stdout)
    if run.wait():
        raise SystemExit(f"{binary} prompt failed on {cases}")


def body(text):
    """A block's body ends with one LF, given or added."""
    return text if text.endswith("\n") else text + "\n"


def weights(coder, ids, window, answer):
    """1 for each token of the answer, more on the lines that are not in the window."""
    new, old = answer.split("\n"), window.split("\n")
    changed = set()
    for tag, _, _, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag in ("replace", "insert"):
            changed.update(range(first, last))
        elif tag == "delete":
            changed.add(first)
    row, out = 0, []
    for token in ids:
        out.append(CHANGED if row in changed else 1)
        row += coder.tokens[token].count("Ċ")
    return out


def encode(coder, item):
    prompt = coder.prompt(item["prompt"])
    answer = body(item["completion"])
    window = item["prompt"].split(SEPARATOR)[-2].split("\n", 1)[1]
    ids = coder.text(answer)
    return prompt, ids + [coder.separator], weights(coder, ids, window, answer) + [1]


def pack(items, coder, path, longest=1500):
    """One flat array of ids; sample i is `ids[start[i]:start[i + 1]]`, its answer begins at `answer[i]`."""
    ids, weight, start, answer, task = [], [], [0], [], []
    for item in items:
        prompt, completion, counts = encode(coder, item)
        if len(prompt) + len(completion) > longest:
            continue
        ids.append(np.array(prompt + completion, np.uint16))
        weight.append(np.array([0] * len(prompt) + counts, np.uint8))
        start.append(start[-1] + len(ids[-1]))
        answer.append(len(prompt))
        task.append(item.get("task") or item["id"].split("-")[0])
    np.savez_compressed(path, ids=np.concatenate(ids), weight=np.concatenate(weight), start=np.array(start),
             answer=np.array(answer), task=np.array(task))


REJOINED = 45  # tokens after the first change of an answer, by which it has come back to its window


class Packed:
    """The samples of one packed file, or of several."""

    def __init__(self, *paths):
        files = [np.load(path) for path in paths]
        joined = lambda name: np.concatenate([file[name] for file in files])
        self.ids, self.weight, self.answer, self.task = (joined(name) for name in ("ids", "weight", "answer", "task"))
        self.length = np.concatenate([np.diff(file["start"]) for file in files])
        self.start = np.concatenate([[0], np.cumsum(self.length)])

    def __len__(self):
        return len(self.answer)

    def cut(self):
        """Without the ends of answers that have rejoined their window: there is nothing more to learn there."""
        kept = [np.arange(len(self.ids))[:0]]
        for first, end in zip(self.start, self.start[1:]):
            changed = np.flatnonzero(self.weight[first:end] > 1)
            kept.append(np.arange(first, min(end, first + changed[0] + REJOINED) if len(changed) else end))
        self.start = np.cumsum([len(span) for span in kept])
        kept = np.concatenate(kept)
        self.ids, self.weight, self.length = self.ids[kept], self.weight[kept], np.diff(self.start)
        return self

    def batch(self, picked):
        """Padded ids, targets and weights `[batch, length]`; the padding comes last and weighs nothing."""
        width = int(self.length[picked].max())
        ids, weight = np.zeros((len(picked), width), np.int64), np.zeros((len(picked), width), np.float32)
        for row, i in enumerate(picked):
            span = slice(self.start[i], self.start[i + 1])
            ids[row, :self.length[i]], weight[row, :self.length[i]] = self.ids[span], self.weight[span]
        return ids[:, :-1], ids[:, 1:], weight[:, 1:]


def batches(lengths, tokens, draw, limit):
    """Samples of about one length together, `tokens` with padding at most; batches in random order."""
    order = np.flatnonzero(lengths <= limit)
    order = order[np.argsort(lengths[order] + draw.uniform(0, 30, len(order)))]
    out, batch, width = [], [], 0
    for i in order:
        width = max(width, lengths[i])
        if batch and width * (len(batch) + 1) > tokens:
            out.append(batch)
            batch, width = [], lengths[i]
        batch.append(i)
    out.append(batch)
    draw.shuffle(out)
    return out
