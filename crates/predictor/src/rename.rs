//! A name that the newest change replaced, and where the old one is still in use.

use std::ops::Range;

use edit::{Newest, is_word, whole, words_around};

/// One identifier became another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rename {
    pub(crate) old: String,
    pub(crate) new: String,
}

impl Rename {
    /// The rename that the newest change of `text` is, if it is one: the whole words that the
    /// change lies in, before and after.
    pub(crate) fn of(newest: &Newest, text: &str) -> Option<Self> {
        text.get(newest.range.clone())?;
        let word = words_around(text, newest.range.clone());
        let (head, tail) = (word.start..newest.range.start, newest.range.end..word.end);
        let new = edit::slice(text, word);
        let old = [
            edit::slice(text, head),
            &newest.old,
            edit::slice(text, tail),
        ]
        .concat();
        (is_name(&old) && is_name(new) && old != new).then(|| Self {
            old,
            new: new.to_owned(),
        })
    }

    /// Where the old name still stands as a whole word.
    pub(crate) fn leftovers<'a>(
        &'a self,
        text: &'a str,
    ) -> impl Iterator<Item = Range<usize>> + 'a {
        whole(text, &self.old)
    }

    /// `text` with the new name wherever the old one stands.
    pub(crate) fn apply(&self, text: &str) -> String {
        edit::replaced(text, self.leftovers(text).map(|place| (place, &*self.new)))
    }
}

/// An identifier of two or more characters: a single letter is everywhere.
fn is_name(text: &str) -> bool {
    text.chars().nth(1).is_some()
        && text.chars().all(is_word)
        && !text.starts_with(|first: char| first.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::Rename;
    use edit::Newest;

    fn rename(before: &str, text: &str) -> Option<(String, String)> {
        let rename = Rename::of(&Newest::between(before, text)?, text)?;
        Some((rename.old, rename.new))
    }

    fn names(old: &str, new: &str) -> Option<(String, String)> {
        Some((old.to_owned(), new.to_owned()))
    }

    #[test]
    fn whole_words_count_however_little_was_typed() {
        assert_eq!(rename("fn total(x)", "fn sum(x)"), names("total", "sum"));
        assert_eq!(
            rename("fn total(x)", "fn totals(x)"),
            names("total", "totals")
        );
        assert_eq!(
            rename("fn getTotal(x)", "fn getSum(x)"),
            names("getTotal", "getSum")
        );
    }

    #[test]
    fn other_changes_are_no_renames() {
        assert_eq!(rename("f(a)", "f(a, b)"), None);
        assert_eq!(rename("a + b", "a - b"), None);
        assert_eq!(rename("x = 10", "x = 20"), None);
        assert_eq!(rename("", "let"), None);
    }

    #[test]
    fn only_whole_words_are_left_over() {
        let rename = Rename {
            old: "sum".to_owned(),
            new: "total".to_owned(),
        };
        assert_eq!(
            rename.apply("sum(a) + subsum + sum_2 + b.sum; sum"),
            "total(a) + subsum + sum_2 + b.total; total"
        );
    }
}
