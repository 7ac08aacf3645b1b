//! Which words two texts have in common, as Python's `difflib` finds them.

use std::collections::HashMap;
use std::ops::Range;

/// From so many words on, a word that makes up more than one in a hundred starts no match.
const LONG: usize = 200;

/// The words of `old` that are not in `new`, and the words of `new` that are not in `old`: those
/// outside of the longest run in common, and of the longest ones to the left and right of that.
pub(super) fn differing<'a>(old: &[&'a str], new: &[&'a str]) -> (Vec<&'a str>, Vec<&'a str>) {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, word) in new.iter().enumerate() {
        places.entry(word).or_default().push(at);
    }
    if new.len() >= LONG {
        places.retain(|_, at| at.len() <= new.len() / 100 + 1);
    }

    let (mut kept_old, mut kept_new) = (vec![false; old.len()], vec![false; new.len()]);
    let mut open = vec![(0..old.len(), 0..new.len())];
    while let Some((left, right)) = open.pop() {
        let run = longest(old, new, &places, left.clone(), right.clone());
        if run.length == 0 {
            continue;
        }
        let (old_end, new_end) = (run.old + run.length, run.new + run.length);
        mark(&mut kept_old, run.old..old_end);
        mark(&mut kept_new, run.new..new_end);
        open.push((left.start..run.old, right.start..run.new));
        open.push((old_end..left.end, new_end..right.end));
    }
    (outside(old, &kept_old), outside(new, &kept_new))
}

/// A run of words that both sides have.
#[derive(Clone, Copy, Default)]
struct Run {
    old: usize,
    new: usize,
    length: usize,
}

/// The longest run within two ranges, the first of several; grown over frequent words beside it.
fn longest(
    old: &[&str],
    new: &[&str],
    places: &HashMap<&str, Vec<usize>>,
    left: Range<usize>,
    right: Range<usize>,
) -> Run {
    let mut best = Run {
        old: left.start,
        new: right.start,
        length: 0,
    };
    // How long the run is that ends at a word of `new` and the word of `old` before this one.
    let mut ending: HashMap<usize, usize> = HashMap::new();
    for (i, word) in old.iter().enumerate().take(left.end).skip(left.start) {
        let at = places.get(word).map(Vec::as_slice).unwrap_or_default();
        let mut next = HashMap::new();
        for &j in at.iter().filter(|j| right.contains(j)) {
            let before = j.checked_sub(1).and_then(|j| ending.get(&j));
            let length = before.copied().unwrap_or(0) + 1;
            next.insert(j, length);
            if length > best.length {
                best = Run {
                    old: i + 1 - length,
                    new: j + 1 - length,
                    length,
                };
            }
        }
        ending = next;
    }
    let same = |i: usize, j: usize| old.get(i) == new.get(j);
    while best.old > left.start && best.new > right.start && same(best.old - 1, best.new - 1) {
        best.old -= 1;
        best.new -= 1;
        best.length += 1;
    }
    while best.old + best.length < left.end
        && best.new + best.length < right.end
        && same(best.old + best.length, best.new + best.length)
    {
        best.length += 1;
    }
    best
}

fn mark(kept: &mut [bool], range: Range<usize>) {
    kept.get_mut(range).unwrap_or_default().fill(true);
}

fn outside<'a>(words: &[&'a str], kept: &[bool]) -> Vec<&'a str> {
    let words = words.iter().zip(kept);
    words
        .filter(|(_, kept)| !**kept)
        .map(|(word, _)| *word)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::differing;

    #[test]
    fn words_outside_of_what_is_the_same() {
        let words = |text: &'static str| text.split(' ').collect::<Vec<_>>();
        let (old, new) = differing(&words("let sum = 0 ;"), &words("let total = sum + 0 ;"));
        assert_eq!((old, new), (words("="), words("total = +")));
    }

    #[test]
    fn in_a_long_text_a_frequent_word_starts_no_match() {
        let long: Vec<&str> = ["b"; 100].into_iter().chain(["a"; 100]).collect();
        assert_eq!(differing(&["a"], &long).0, ["a"]);
        assert_eq!(differing(&["a"], &long[..199]).0, [""; 0]);
    }
}
