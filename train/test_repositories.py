"""The list of repositories keeps its promises.  Needs nothing but Python: `python3 train/test_repositories.py`."""

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from repositories import is_reserved, repositories  # noqa: E402

PERMISSIVE = {"MIT", "Apache-2.0", "MIT OR Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "ISC"}


class Repositories(unittest.TestCase):
    def test_enough_and_each_once(self):
        names = [repository.name.lower() for repository in repositories()]
        self.assertGreaterEqual(len(names), 40)
        self.assertEqual(len(names), len(set(names)))

    def test_none_that_is_left_for_checking(self):
        self.assertEqual([r.name for r in repositories() if is_reserved(r.name)], [])
        self.assertTrue(is_reserved("Django/Django"))  # begins with 7
        self.assertFalse(is_reserved("pallets/flask"))

    def test_licences_revisions_and_parts(self):
        for repository in repositories():
            self.assertIn(repository.licence, PERMISSIVE, repository)
            self.assertRegex(repository.revision, re.compile("^[0-9a-f]{40}$"))
            self.assertIn(repository.part, ("train", "held"))
            self.assertGreater(repository.cases, 0)

    def test_every_common_language_is_held_out_too(self):
        languages = {repository.language for repository in repositories("held")}
        self.assertLessEqual({"typescript", "javascript", "python", "rust", "go"}, languages)


if __name__ == "__main__":
    unittest.main()
