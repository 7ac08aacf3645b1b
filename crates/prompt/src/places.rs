//! Where in a document a change may go on, far from where it was made: the rules of the second pass of
//! Sweep's published server, which look at nothing but lines and words.

mod matching;

use std::collections::HashSet;
use std::ops::RangeInclusive;

use crate::python::{bytes, is_space, is_word, lines, strip};
use matching::differing;

/// A deleted line with fewer different words says nothing.
const DISTINCT: usize = 3;
/// Uses of an added word that has some elsewhere; more often it is no name.
const USES: RangeInclusive<usize> = 2..=5;

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

/// The bytes at which the word begins that the changes are about, all its places in `text`.
///
/// `changes` are old and new texts, the newest first. The word is the only one of a change that was deleted
/// and that the text still has, of the first change with such a word; or else the first word that the
/// last change added that has two to five places, one of them `far` away.
/// Words of one character do not count.
pub fn changed_word<S: AsRef<str>>(
    text: &str,
    changes: impl IntoIterator<Item = (S, S)>,
    far: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let uses = |word: &str| -> Vec<usize> {
        let places = words(text).filter(|(_, other)| *other == word);
        places.map(|(at, _)| at).collect()
    };
    let known: HashSet<&str> = words(text).map(|(_, word)| word).collect();
    let mut last = Vec::new();
    for (old, new) in changes {
        let (old, new) = (tokens(old.as_ref()), tokens(new.as_ref()));
        let (deleted, added) = differing(&old, &new);
        if let [word] = distinct(deleted, &known)[..] {
            return uses(word);
        }
        let added = distinct(added, &known);
        last = added.into_iter().map(str::to_owned).collect();
    }
    let added = last.iter().map(|word: &String| uses(word));
    let mut often =
        added.filter(|places| USES.contains(&places.len()) && places.iter().any(|&at| far(at)));
    often.next().unwrap_or_default()
}

/// The words of more than one character that are `known`, each once, in order.
fn distinct<'a>(words: Vec<&'a str>, known: &HashSet<&str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    let long = words
        .into_iter()
        .filter(|word| word.chars().nth(1).is_some());
    long.filter(|word| known.contains(word) && seen.insert(*word))
        .collect()
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
    use super::{changed_word, deleted_line};

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
    fn a_changed_word_is_the_one_that_went_or_a_new_one_with_few_places() {
        let found = |old, new| at(changed_word(TEXT, [(old, new)], |at| at > 20));
        assert_eq!(
            found("x = rest", "x = remainder"),
            ["rest = b.price;", "rest);"]
        );
        assert_eq!(found("f()", "f(sum)"), ["sum = a.price;", "sum);"]);
        assert_eq!(found("f()", "f(gone)"), [""; 0], "no other place");
        assert_eq!(found("use(rest, sum)", ""), [""; 0], "which of the three?");
        assert_eq!(found("f()", "f(a, b)"), [""; 0], "a letter is everywhere");
    }
}
