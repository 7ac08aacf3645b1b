//! Edits of nothing but imports.

/// Whether all lines that go and all that come, at least one, are imports or blank.
pub(super) fn only(old: &str, new: &str) -> bool {
    let mut lines = old
        .lines()
        .chain(new.lines())
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .peekable();
    lines.peek().is_some() && lines.all(is_import)
}

/// Whether a line imports something, in any of the usual languages. Of a Go import over several
/// lines only the first is one.
fn is_import(line: &str) -> bool {
    let keywords = [
        "import ",
        "import{",
        "import\"",
        "import(",
        "from ",
        "use ",
        "pub use ",
        "using ",
        "#include",
        "@import ",
        "require ",
        "require_relative ",
    ];
    let required = || {
        let declared = ["const ", "let ", "var "];
        declared.iter().any(|keyword| line.starts_with(keyword)) && line.contains("= require(")
    };
    keywords.iter().any(|keyword| line.starts_with(keyword)) || required()
}

#[cfg(test)]
mod tests {
    use super::only;

    #[test]
    fn imports_of_several_languages() {
        let lines = [
            "import { a } from \"a\";",
            "import os",
            "from os import path",
            "use std::fmt;",
            "#include <stdio.h>",
            "const fs = require(\"fs\");",
            "import java.util.List;",
        ];
        assert!(lines.iter().all(|line| only("", line)));
        assert!(only("use a::b;\n", "use a::b;\nuse a::c;\n"));
    }

    #[test]
    fn something_else_too() {
        assert!(!only("", "import os\nos.exit()\n"));
        assert!(!only("importance = 1\n", "importance = 2\n"));
        assert!(!only("", "const a = 1;\n"));
        assert!(!only("", "\n"));
    }
}
