"""The search over prompt formats, with a measure that needs no model.  `python3 train/test_format_search.py`."""

import argparse
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from format_search import Format, rendered, search, signed  # noqa: E402

PROMPT = """\
<|file_sep|>b.ts
export const sum = 1;
let b;
<|file_sep|>a.ts.diff
original:
let x;
old
updated:
let x;
new
<|file_sep|>original/a.ts
one
two
<|file_sep|>current/a.ts
one
TWO
<|file_sep|>updated/a.ts
"""


class FormatSearch(unittest.TestCase):
    def test_the_card_is_rendered_as_it_was(self):
        for prompt in (PROMPT, PROMPT.replace("a.ts", "src/{a,b}.ts")):
            self.assertEqual(rendered(Format(), prompt), prompt)

    def test_variants(self):
        form = Format(order=("original", "changes", "context"), marker="word", change="diff", original="changed", lines=1)
        self.assertEqual(rendered(form, PROMPT), """\
<|file_sep|>original
two
<|file_sep|>a.ts.diff
 let x;
-old
+new
<|file_sep|>b.ts
export const sum = 1;
<|file_sep|>current
one
TWO
<|file_sep|>updated
""")

    def test_a_side_of_a_change_may_be_empty(self):
        self.assertEqual(signed("original:\nold\nupdated:\n"), "-old\n")
        self.assertEqual(signed("original:\n\nupdated:\nnew\n"), "+new\n")
        self.assertEqual(signed("original:\nupdated:\nnew\n"), "+new\n")

    def test_three_generations_find_what_is_better_and_measure_nothing_twice(self):
        measured = []

        def measure(form):
            measured.append(form)
            return {"loss": 2 - (form.marker == "mark") - (form.changes == 3) / 2}

        with tempfile.TemporaryDirectory() as folder:
            given = argparse.Namespace(out=os.path.join(folder, "formats.jsonl"), seed=1, population=8, generations=3)
            best, scores = search(given, measure)[0]
            self.assertEqual(len(measured), len(set(measured)))
            self.assertLessEqual(scores["loss"], 1)
            self.assertEqual(best.marker, "mark")
            count = len(measured)
            search(given, measure)
            self.assertEqual(len(measured), count)


if __name__ == "__main__":
    unittest.main()
