//! Delta chrF: how well the changes agree, not the texts.
//!
//! chrF (Popović 2015: character n-grams up to 6, recall counted twice, white space ignored)
//! compares a text with a reference. Where most of a text stays as it was, every answer scores
//! high, so here the n-grams that the edit gained and lost are compared instead: those of the
//! predicted text against those of the expected one, each relative to the original
//! (after Zed's `edit_prediction_metrics`).

use std::collections::HashMap;

/// Longest n-gram.
const ORDER: usize = 6;
/// How much more recall counts than precision.
const BETA: f64 = 2.0;

/// From 0 to 100; 100 if the predicted change is the expected one, also where none is.
pub(crate) fn delta_chrf(original: &str, expected: &str, actual: &str) -> f64 {
    let characters = |text: &str| {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .collect::<Vec<_>>()
    };
    let mut texts = [
        characters(original),
        characters(expected),
        characters(actual),
    ];
    if texts[1] == texts[2] {
        return 100.0;
    }
    trim(&mut texts);
    let [original, expected, actual] = texts;

    let (mut precision, mut recall, mut orders) = (0.0, 0.0, 0.0);
    for order in 1..=ORDER {
        let expected = change(&original, &expected, order);
        let actual = change(&original, &actual, order);
        if expected.is_empty() && actual.is_empty() {
            continue;
        }
        let both = |(ngram, actual): (&&[char], &i64)| match expected.get(*ngram) {
            Some(expected) if expected.signum() == actual.signum() => {
                expected.abs().min(actual.abs())
            }
            _ => 0,
        };
        let right = actual.iter().map(both).sum::<i64>() as f64;
        let size = |change: &HashMap<&[char], i64>| {
            change.values().map(|count| count.abs()).sum::<i64>() as f64
        };
        precision += right / size(&actual).max(1.0);
        recall += right / size(&expected).max(1.0);
        orders += 1.0;
    }
    if precision == 0.0 || recall == 0.0 {
        return 0.0;
    }
    let (precision, recall) = (precision / orders, recall / orders);
    let weight = BETA * BETA;
    100.0 * (1.0 + weight) * precision * recall / (weight * precision + recall)
}

/// Removes what all three texts begin and end with, but for what n-grams across the change need.
fn trim(texts: &mut [Vec<char>; 3]) {
    let common = |texts: &[Vec<char>; 3], from_end: bool| {
        let shortest = texts.iter().map(Vec::len).min().unwrap_or(0);
        let at = |text: &Vec<char>, index: usize| {
            if from_end {
                text[text.len() - 1 - index]
            } else {
                text[index]
            }
        };
        (0..shortest)
            .take_while(|&index| {
                texts
                    .iter()
                    .all(|text| at(text, index) == at(&texts[0], index))
            })
            .count()
            .saturating_sub(ORDER - 1)
    };
    let tail = common(texts, true);
    texts
        .iter_mut()
        .for_each(|text| text.truncate(text.len() - tail));
    let head = common(texts, false);
    texts.iter_mut().for_each(|text| drop(text.drain(..head)));
}

/// How many more (or fewer) of each n-gram the new text has.
fn change<'a>(old: &'a [char], new: &'a [char], order: usize) -> HashMap<&'a [char], i64> {
    let mut counts = HashMap::new();
    for ngram in new.windows(order) {
        *counts.entry(ngram).or_default() += 1;
    }
    for ngram in old.windows(order) {
        *counts.entry(ngram).or_default() -= 1;
    }
    counts.retain(|_, count: &mut i64| *count != 0);
    counts
}

#[cfg(test)]
mod tests {
    use super::delta_chrf;

    #[test]
    fn the_expected_change_scores_full_and_none_scores_nothing() {
        assert_eq!(
            delta_chrf("let a = 1;", "let b = 1;", "let b  =  1;\n"),
            100.0
        );
        assert_eq!(delta_chrf("let a = 1;", "let a = 1;", "let a = 1;"), 100.0);
        assert_eq!(delta_chrf("let a = 1;", "let b = 1;", "let a = 1;"), 0.0);
        assert_eq!(delta_chrf("let a = 1;", "let a = 1;", "let b = 1;"), 0.0);
    }

    #[test]
    fn what_is_closer_scores_higher() {
        let score = |actual| delta_chrf("f(x)", "f(x, longName)", actual);
        assert!(score("f(x, longNames)") > score("f(x, long)"));
        assert!(score("f(x, long)") > score("f(x, y)"));
    }

    #[test]
    fn text_around_the_change_does_not_matter() {
        let far = "z".repeat(10_000);
        let score = |around: &str| {
            let with = |text: &str| format!("{around}abcdef{text}ghijkl{around}");
            delta_chrf(&with("one"), &with("two"), &with("three"))
        };
        assert_eq!(score(""), score(&far));
    }
}
