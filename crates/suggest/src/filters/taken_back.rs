//! Edits that take back what the user did, as a whole or in part.

use edit::{PastChange, slice};

/// Whether the lines `old` of `text` becoming `new` lead back behind a change that the user made
/// there: nothing comes that the change did not take away, and nothing goes that it did not bring.
pub(crate) fn takes_back(
    change: &PastChange,
    text: &str,
    old: &std::ops::Range<usize>,
    new: &str,
) -> bool {
    // What it wrote has all of the lines in it, but for the last one's LF.
    let lf = usize::from(!old.is_empty());
    let first = old.end.saturating_sub(change.new.len() + lf);
    let mut places = (first..=old.start).filter_map(|at| text.get(at..));
    if change.new.is_empty() || !places.any(|rest| rest.starts_with(&change.new)) {
        return false;
    }
    let (went, came) = (
        beyond(&change.old, &change.new),
        beyond(&change.new, &change.old),
    );
    let (going, coming) = (lines(slice(text, old.clone())), lines(new));
    let within = |some: &[&str], all: &[&str]| left(some, all).is_empty();
    !(going.is_empty() && coming.is_empty()) && within(&coming, &went) && within(&going, &came)
}

/// The lines of `text` that are not in `other`.
fn beyond<'a>(text: &'a str, other: &str) -> Vec<&'a str> {
    left(&lines(text), &lines(other))
}

/// `some` without `others`, each as often as it occurs.
fn left<'a>(some: &[&'a str], others: &[&str]) -> Vec<&'a str> {
    let mut others = others.to_vec();
    let is_left = |line: &&&str| match others.iter().position(|other| other == *line) {
        Some(place) => {
            others.swap_remove(place);
            false
        }
        None => true,
    };
    some.iter().filter(is_left).copied().collect()
}

fn lines(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .collect()
}
