//! The baseline that a model has to beat: the user's last replacement, made wherever else in the window it fits.

use edit::{Newest, Replacement, slice, utf16, whole, words_around};

use crate::case::Case;
use crate::score::Suggested;

/// What a case's document becomes by the rule, of which each place is a suggestion.
pub(crate) fn suggested(case: &Case) -> Suggested {
    let changes = suggestions(case);
    let after = |changes: &[Replacement]| {
        let changes = changes.iter();
        edit::replaced(
            &case.text,
            changes.map(|one| (one.start..one.end, &*one.text)),
        )
    };
    Suggested {
        shown: !changes.is_empty(),
        first: after(&changes[..changes.len().min(1)]),
        all: after(&changes),
    }
}

/// What the user's last replacement makes of the rest of the window around the cursor: whole words that read
/// like what was replaced, in order. Nothing where nothing visible was replaced.
/// Offsets are bytes of the case's text, whatever its line ends.
fn suggestions(case: &Case) -> Vec<Replacement> {
    let Some((old, new)) = replacement(case) else {
        return Vec::new();
    };
    let text = &case.text;
    let cursor = utf16::to_bytes(text, case.cursor);
    let window = prompt::window(text, cursor);
    let done = Newest::between(&case.before, text).map(|newest| newest.range);
    let in_window = |at: &std::ops::Range<usize>| window.start <= at.start && at.end <= window.end;
    let beside_it = |at: &std::ops::Range<usize>| {
        let done = done.as_ref();
        done.is_none_or(|done| at.end <= done.start || done.end <= at.start)
    };
    let places = whole(text, &old).filter(in_window).filter(beside_it);
    let replaced = places.map(|at| Replacement {
        start: at.start,
        end: at.end,
        text: new.clone(),
    });
    replaced.collect()
}

/// What the newest change replaced and by what, both grown to whole words; the last change of the history where
/// the document is as it was. `None` where nothing visible was replaced, or it was one character.
fn replacement(case: &Case) -> Option<(String, String)> {
    let last = case.history.last();
    let (before, after) = if case.before == case.text {
        last.map(|change| (&change.old, &change.new))?
    } else {
        (&case.before, &case.text)
    };
    let change = Newest::between(before, after)?.hunk();
    let (old, new) = (
        slice(before, words_around(before, change.old)).trim(),
        slice(after, words_around(after, change.new)).trim(),
    );
    let is_long = old.chars().nth(1).is_some();
    (is_long && old != new).then(|| (old.to_owned(), new.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::suggested;
    use crate::case::{Case, Change};

    /// The text after the rule's replacements. `‸` marks the cursor.
    fn ruled(before: &str, marked: &str) -> String {
        ruled_after(before, marked, vec![])
    }

    fn ruled_after(before: &str, marked: &str, history: Vec<Change>) -> String {
        let text = marked.replace('‸', "");
        let case = Case {
            id: "case".to_owned(),
            path: "a.ts".to_owned(),
            language: None,
            before: before.to_owned(),
            cursor: edit::utf16::from_bytes(&text, marked.find('‸').unwrap()),
            text,
            history,
            context: vec![],
            expected: None,
            kind: None,
            task: None,
            answer: None,
            answer_lines: None,
        };
        suggested(&case).all
    }

    #[test]
    fn a_new_name_goes_to_the_other_uses() {
        assert_eq!(
            ruled(
                "let sum = 1;\nuse(sum);\nsums(resum);\n",
                "let total‸ = 1;\nuse(sum);\nsums(resum);\n"
            ),
            "let total = 1;\nuse(total);\nsums(resum);\n"
        );
    }

    #[test]
    fn a_part_of_a_name_stands_for_the_whole() {
        assert_eq!(
            ruled(
                "getSum();\nisSum();\ngetSum();\n",
                "getTotal‸();\nisSum();\ngetSum();\n"
            ),
            "getTotal();\nisSum();\ngetTotal();\n"
        );
    }

    #[test]
    fn what_was_put_in_is_put_in_nowhere_else() {
        let (before, marked) = ("f(a);\nf(a);\n", "f(a, b‸);\nf(a);\n");
        assert_eq!(ruled(before, marked), marked.replace('‸', ""));
    }

    #[test]
    fn the_window_is_where_it_ends() {
        let far = "\n".repeat(30);
        let (before, marked) = (
            format!("sum\nsum{far}sum\n"),
            format!("total‸\nsum{far}sum\n"),
        );
        let expected = format!("total\ntotal{far}sum\n");
        assert_eq!(ruled(&before, &marked), expected);
    }

    #[test]
    fn what_was_done_in_another_document_counts() {
        let change = Change {
            path: "b.ts".to_owned(),
            old: "export const sum = 1;".to_owned(),
            new: "export const total = 1;".to_owned(),
            line: 0,
        };
        assert_eq!(
            ruled_after("use(sum);\n", "‸use(sum);\n", vec![change]),
            "use(total);\n"
        );
    }
}
