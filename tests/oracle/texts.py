"""Pieces of text for tokenizers: code in five languages, other scripts, and what goes wrong."""

import random

WORDS = (
    "get set user order item price total count index name value list map node parent child path file line "
    "cursor buffer token model layer request response error result state event handler config option width "
    "height left right start end first last next previous id url http server client session cache key"
).split()

TYPESCRIPT = [
    "export function {a}({b}: string, {c} = {n}): Promise<{A}[]> {{\n  return this.{d}.{c}({b}, `${{{a}}}/{c}`);\n}}\n",
    "const {{ {a}, {b} }} = await import(\"./{c}.js\"); // {d}\n",
    "  if ({a}?.{b} !== undefined && {c}['{d}'] >= {n}.{n}e-3) continue;\n",
    "interface {A}<T extends {B}> {{ readonly {c}?: T | null; [{d}: string]: unknown }}\n",
    "\t\t<{A} {b}={{() => {c}(!{d})}} />\n",
]
RUST = [
    "pub(crate) fn {a}<'a>(&'a mut self, {b}: &[u{n}]) -> Result<{A}, {B}Error> {{\n    self.{c}.iter().map(|x| x.{d}()).collect()\n}}\n",
    "#[derive(Debug, Clone)]\npub struct {A} {{\n    {b}: Option<Box<{B}>>, // {c}\n}}\n",
    "match {a} {{ Some({b}) if {b} > 0x{n}f => {{}} _ => unreachable!(\"{c}: {{{d}:?}}\") }}\n",
    "    let {a} = &{b}[{n}..={c}.len() - 1];\n",
]
PYTHON = [
    "def {a}(self, *{b}, {c}: dict[str, int] | None = None, **{d}) -> None:\n    \"\"\"{A} of {B}.\"\"\"\n    self.{b} = [x ** 2 for x in {c} if x]\n",
    "@{a}.{b}\nclass {A}({B}):\n    {c}_{d} = f\"{{self.{a}!r:>{n}}}\"\n",
    "    assert {a} is not None, '{b} can\\'t be \\\\{c}'\n",
    "for {a}, {b} in enumerate({c}, start={n}): yield {d}\n",
]
GO = [
    "func ({a} *{A}) {B}({c} context.Context, {d} ...string) (map[string]int, error) {{\n\tif err := {a}.{c}(); err != nil {{\n\t\treturn nil, fmt.Errorf(\"{d}: %w\", err)\n\t}}\n}}\n",
    "\tgo func() {{ {a} <- struct{{}}{{}} }}()\n",
    "type {A} struct {{\n\t{B} int `json:\"{c},omitempty\"`\n}}\n",
]
JAVA = [
    "  @Override public synchronized List<? extends {A}> {a}(final int... {b}) throws {B}Exception {{\n    return {c}.stream().filter(x -> x.{d}() != null).toList();\n  }}\n",
    "/**\n * {A} {{@link {B}#{c}}}\n */\nprivate static final long {D} = {n}_000L;\n",
    "System.out.printf(\"%s: %d%n\", {a}, {b} >>> {n});\n",
]
SCRIPTS = [
    "Привет, мир! Как дела?",
    "你好,世界。这是一个测试",
    "こんにちは、世界！テストです",
    "안녕하세요 세계",
    "مرحبا بالعالم ١٢٣",
    "שלום עולם",
    "नमस्ते दुनिया १२३",
    "สวัสดีชาวโลก",
    "Γειά σου Κόσμε",
    "Grüße aus Köln, naïve façade, Łódź",
    "e\u0301 n\u0303 a\u0308\u0323",
    "ﬁ ﬂ Ⅷ ½ ² ①",
    "ſ's K 'S I'LL we'Re don'T l'été 'ſ",
]
EMOJI = ["🙂", "👩‍💻", "🏳️‍🌈", "👍🏽", "🇩🇪", "❤️", "1️⃣", "🦙.cpp", "🫠🫠🫠", "\U0001f9d1\u200d\U0001f692"]
CONTROLS = [
    "<|file_sep|>",
    "<|endoftext|>",
    "<|fim_prefix|>",
    "<|fim_suffix|>",
    "<|fim_middle|>",
    "<|im_start|>user\n",
    "<|cursor|>",
    "<|repo_name|>",
]
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\r", "\u00a0", "\u2003", "\u200b", "\u3000", "\f", "\v", "\u0085", "\u2028", "\ufeff"]


def pieces() -> list[str]:
    """2,100 different texts, the same in every run."""
    draw = random.Random(2)

    def word() -> str:
        words = [draw.choice(WORDS) for _ in range(draw.randint(1, 3))]
        style = draw.randrange(4)
        if style == 0:
            return "_".join(words)
        if style == 1:
            return words[0] + "".join(w.capitalize() for w in words[1:])
        return words[0]

    def code(templates: list[str]) -> str:
        names = {name: word() for name in "abcd"}
        upper = {name.upper(): word().title().replace("_", "") for name in "abd"}
        line = draw.choice(templates).format(**names, **upper, n=draw.choice([0, 1, 7, 16, 42, 255, 2024, 99999]))
        return line.replace("\n", "\r\n") if draw.random() < 0.15 else line

    def noise() -> str:
        kinds = [
            lambda: chr(draw.choice([draw.randrange(0x20, 0x7F), draw.randrange(0xA0, 0x2000), draw.randrange(0x2000, 0xD800)])),
            lambda: draw.choice(SPACES),
            lambda: draw.choice(EMOJI),
            lambda: draw.choice(WORDS),
            lambda: str(draw.randrange(10**6)),
            lambda: draw.choice(["'s", "'LL", "->", "=>", "...", "||", "<|", "|>", "\\n", "&amp;"]),
        ]
        return "".join(draw.choice(kinds)() for _ in range(draw.randint(1, 8)))

    def with_control() -> str:
        return draw.choice(["", word(), "src/", " "]) + draw.choice(CONTROLS) + draw.choice(["", "\n", word(), "<|"])

    makers = (
        [lambda t=t: code(t) for t in (TYPESCRIPT, RUST, PYTHON, GO, JAVA) for _ in range(3)]
        + [noise] * 6
        + [with_control] * 2
        + [lambda: draw.choice(SCRIPTS) + draw.choice(SPACES) + draw.choice(SCRIPTS)[: draw.randint(0, 9)]]
        + [lambda: draw.choice(["", "x", "{"]) + draw.choice(SPACES) * draw.choice([1, 2, 3, 4, 8, 12, 31, 33, 64, 120]) + draw.choice(["", "y", "\n", "  }"])]
        + [lambda: draw.choice(EMOJI) * draw.randint(1, 4) + word()]
    )
    texts: dict[str, None] = {"": None}
    while len(texts) < 2100:
        texts[draw.choice(makers)()] = None
    return list(texts)
