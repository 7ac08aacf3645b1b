"""A byte-level BPE of 8k tokens in which a name is always the same tokens.

The split pattern is Qwen2's, so every reader of `tokenizer.ggml.pre = qwen2` agrees with it.
It glues the character before a word to the word (` total`, `.total`, `(total`), and a usual BPE
would give each of these tokens of its own; then copying a new name to its uses means
spelling it anew at each of them.
So the merges are learnt on text that is cut finer: after the glued character, at camel humps
and at underscores.  A merge that was never seen across such a cut never happens across it.
Only keywords get their space back, as the last merges of all, because nobody renames them.
"""

import json

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
WORDS = r"\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{L}+"
KEYWORDS = """const let return function import export from if else for async await this self def fn pub mut
impl struct interface extends static throw""".split()

END, SEPARATOR = "<|endoftext|>", "<|file_sep|>"
CONTROL = [END, SEPARATOR, "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>", "<|repo_name|>"]
TEXT_TOKENS = 8000  # with the control tokens 8007: odd, so that no kernel can count on a round number


def cut(pieces):
    return pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(piece), "isolated") for piece in pieces]
        + [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )


def train(texts):
    """Learn the merges; return `{tokens, merges}`, all that a tokenizer is."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = cut([PATTERN, WORDS])
    bpe.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=TEXT_TOKENS - len(KEYWORDS), show_progress=False, limit_alphabet=256,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    ))
    learnt = json.loads(bpe.to_str())["model"]
    tokens = sorted(learnt["vocab"], key=learnt["vocab"].get)
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in learnt["merges"]]
    known = set(tokens)
    for word in KEYWORDS:
        if word in known:
            tokens.append("Ġ" + word)
            merges.append("Ġ " + word)
    return {"tokens": tokens + CONTROL, "merges": merges}


class Coder:
    """Text to ids and back, exactly as the runtime does it: each segment between control tokens by itself."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        self.tokens, self.merges = data["tokens"], data["merges"]
        self.ids = {token: i for i, token in enumerate(self.tokens)}
        self.end, self.separator = self.ids[END], self.ids[SEPARATOR]
        plain = {token: i for token, i in self.ids.items() if token not in CONTROL}
        self.bpe = Tokenizer(models.BPE(vocab=plain, merges=[tuple(merge.split(" ")) for merge in self.merges]))
        self.bpe.pre_tokenizer = cut([PATTERN])
        self.bpe.decoder = decoders.ByteLevel()

    def text(self, text):
        return self.bpe.encode(text).ids

    def prompt(self, prompt):
        """The prompt's only control token is the separator, and no source text contains it."""
        first, *segments = prompt.split(SEPARATOR)
        ids = self.text(first)
        for encoded in self.bpe.encode_batch(segments):
            ids.append(self.separator)
            ids += encoded.ids
        return ids

    def decode(self, ids):
        return self.bpe.decode(list(ids))


def save(tokenizer, path):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(tokenizer, file, ensure_ascii=False)
