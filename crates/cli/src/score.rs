//! How good what is suggested for a case is.

use crate::case::Case;
use crate::delta_chrf::delta_chrf;
use crate::syntax;

/// What a case's document becomes by what is suggested.
pub(crate) struct Suggested {
    /// Whether anything is.
    pub(crate) shown: bool,
    /// After the first suggestion alone.
    pub(crate) first: String,
    /// After all of them.
    pub(crate) all: String,
}

/// How one case went.
pub(crate) struct Score {
    /// Whether the document after all suggestions is the expected one, white space ignored.
    pub(crate) exact: bool,
    /// Whether the first suggestion is a part of what is expected.
    pub(crate) first: bool,
    pub(crate) delta_chrf: f64,
    /// Whether something is shown.
    pub(crate) shown: bool,
    /// Whether something should be.
    pub(crate) wanted: bool,
    /// Whether the document still parses after all suggestions. None where nothing is shown, or where
    /// nothing can be said.
    pub(crate) parses: Option<bool>,
}

impl Score {
    pub(crate) fn new(case: &Case, suggested: &Suggested) -> Self {
        let expected = case.expected.as_deref().unwrap_or(&case.text);
        let Suggested { shown, first, all } = suggested;
        let language = case
            .language
            .as_deref()
            .or_else(|| suggest::language(&case.path));
        let parses = language
            .filter(|_| *shown)
            .and_then(|language| syntax::still_parses(language, &case.text, all));
        Self {
            exact: is_same(expected, all),
            first: is_part_of(&case.text, first, expected),
            delta_chrf: delta_chrf(&case.text, expected, all),
            shown: *shown,
            wanted: !is_same(expected, &case.text),
            parses,
        }
    }
}

/// Whether two texts are the same, white space ignored.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    let visible = |text| str::chars(text).filter(|c| !c.is_whitespace());
    visible(a).eq(visible(b))
}

/// Whether all lines that change from `text` to `actual`, and there are some, change alike from `text` to `expected`.
fn is_part_of(text: &str, actual: &str, expected: &str) -> bool {
    let hunks = |to| -> Vec<_> {
        let hunks = edit::line_hunks(text, to).into_iter();
        hunks
            .map(|hunk| (hunk.old, edit::slice(to, hunk.new).to_owned()))
            .collect()
    };
    let (got, wanted) = (hunks(actual), hunks(expected));
    !got.is_empty() && got.iter().all(|hunk| wanted.contains(hunk))
}

#[cfg(test)]
mod tests {
    use super::is_part_of;

    #[test]
    fn a_part_of_an_edit_changes_its_lines_alike() {
        let (text, expected) = ("a\nb\nc\nd", "A\nb\nc\nD");
        assert!(is_part_of(text, "a\nb\nc\nD", expected));
        assert!(is_part_of(text, expected, expected));
        assert!(!is_part_of(text, text, expected), "nothing is no part");
        assert!(!is_part_of(text, "A\nB\nc\nd", expected));
        assert!(!is_part_of(text, "a\nb\nC\nd", expected));
    }
}
