//! Where in a document a change may go on, far from where it was made: the rules of the second pass of
//! Sweep's published server, which look at nothing but lines and words.

mod matching;

use std::collections::HashSet;
use std::ops::Range;

use crate::python::{bytes, is_space, is_word, lines, strip};
use matching::differing;

/// A deleted line with fewer different words says nothing.
const DISTINCT: usize = 3;
/// Uses of an added word that has some elsewhere; more often it is no name.
const USES: std::ops::RangeInclusive<usize> = 2..=5;

/// The byte where a line begins that holds one of the `deleted` lines, the first that has three different
/// words and is found. Each of them comes with a row, from 0, that does not count for it, if any.
pub fn deleted_line<'a>(
    text: &str,
    deleted: impl IntoIterator<Item = (Option<usize>, &'a str)>,
) -> Option<usize> {
    let lines = lines(text);
    deleted.into_iter().find_map(|(passed_over, line)| {
        let line = strip(line);
        let distinct: HashSet<_> = words(line).map(|(_, word)| word).collect();
        if distinct.len() < DISTINCT {
            return None;
        }
        let mut rows = lines.iter().enumerate();
        let holds = |(row, other): &(usize, &&str)| {
            Some(*row) != passed_over && strip(other).contains(line)
        };
        let (row, _) = rows.find(holds)?;
        lines.get(..row).map(bytes)
    })
}

/// All places in `text` of the word that a change from `old` to `new` took away, if that is one word of those
/// that the text still has. Words of one character do not count.
pub fn deleted_word(text: &str, old: &str, new: &str) -> Vec<Range<usize>> {
    match &changed_words(text, old, new).0[..] {
        [word] => uses(text, word),
        _ => Vec::new(),
    }
}

/// All places in `text` of the first word that a change from `old` to `new` added and that has two to five uses,
/// one of which is `far` away. Words of one character do not count.
pub fn added_word(
    text: &str,
    old: &str,
    new: &str,
    far: impl Fn(usize) -> bool,
) -> Vec<Range<usize>> {
    used_far(text, &changed_words(text, old, new).1, far)
}

/// All places of the first of some words that has two to five uses, one of which is `far` away.
pub(crate) fn used_far(
    text: &str,
    words: &[String],
    far: impl Fn(usize) -> bool,
) -> Vec<Range<usize>> {
    let mut places = words.iter().map(|word| uses(text, word)).filter(|places| {
        USES.contains(&places.len()) && places.iter().any(|place| far(place.start))
    });
    places.next().unwrap_or_default()
}

/// The words that a change from `old` to `new` took away, and those that it added: each once, in order, of
/// more than one character, and of those that `text` has.
pub(crate) fn changed_words(text: &str, old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let known: HashSet<&str> = words(text).map(|(_, word)| word).collect();
    let (deleted, added) = differing(&tokens(old), &tokens(new));
    (distinct(deleted, &known), distinct(added, &known))
}

/// All places of a word.
pub(crate) fn uses(text: &str, word: &str) -> Vec<Range<usize>> {
    let places = words(text).filter(|(_, other)| *other == word);
    places.map(|(at, _)| at..at + word.len()).collect()
}

/// The words of more than one character that are `known`, each once, in order.
fn distinct(words: Vec<&str>, known: &HashSet<&str>) -> Vec<String> {
    let mut seen = HashSet::new();
    let long = words
        .into_iter()
        .filter(|word| word.chars().nth(1).is_some());
    let known = long.filter(|word| known.contains(word) && seen.insert(*word));
    known.map(str::to_owned).collect()
}

/// The words of a text, and where they stand.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    runs(text).filter(|(_, run)| run.starts_with(is_word))
}

/// The words, the white space between them, and each other character by itself.
fn tokens(text: &str) -> Vec<&str> {
    runs(text).map(|(_, run)| run).collect()
}

fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = |same: fn(char) -> bool| rest.len() - rest.trim_start_matches(same).len();
        let length = if is_word(first) {
            length(is_word)
        } else if is_space(first) {
            length(is_space)
        } else {
            first.len_utf8()
        };
        let at = text.len() - rest.len();
        let (run, after) = rest.split_at(length);
        rest = after;
        Some((at, run))
    })
}

#[cfg(test)]
mod tests {
    use super::{added_word, deleted_line, deleted_word};

    const TEXT: &str = "let sum = a.price;\nuse(sum);\n\nlet rest = b.price;\nuse(rest);\n";

    /// The texts from the places on, to the end of their lines.
    fn at(places: impl IntoIterator<Item = usize>) -> Vec<&'static str> {
        let line = |at| TEXT[at..].lines().next().unwrap();
        places.into_iter().map(line).collect()
    }

    #[test]
    fn a_deleted_line_is_one_of_three_words() {
        let found = |line, but| at(deleted_line(TEXT, [(but, line)]));
        assert_eq!(found("  let rest = b", None), ["let rest = b.price;"]);
        assert_eq!(found("let rest = b", Some(3)), [""; 0]);
        assert_eq!(found("let rest", None), [""; 0]);
    }

    #[test]
    fn a_deleted_word_is_one_that_is_still_there() {
        let found = |old, new| at(deleted_word(TEXT, old, new).into_iter().map(|at| at.start));
        assert_eq!(
            found("x = rest", "x = remainder"),
            ["rest = b.price;", "rest);"]
        );
        assert_eq!(found("f(gone, sum)", "f()"), ["sum = a.price;", "sum);"]);
        assert_eq!(found("use(rest, sum)", ""), [""; 0], "which of the three?");
        assert_eq!(found("f(a, b)", "f()"), [""; 0], "a letter is everywhere");
    }

    #[test]
    fn an_added_word_is_one_with_some_uses_far_away() {
        let found = |new| {
            let places = added_word(TEXT, "", new, |at| at > 20);
            at(places.into_iter().map(|at| at.start))
        };
        assert_eq!(found("sum"), ["sum = a.price;", "sum);"]);
        assert_eq!(found("price, sum"), ["price;", "price;"], "the first");
        assert_eq!(found("nothing, b"), [""; 0]);
    }
}
