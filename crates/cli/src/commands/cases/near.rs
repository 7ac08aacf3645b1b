//! Leaving out what is nearly the same once more.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use edit::{slice, tokens, utf16};

use crate::case::Case;

/// Tokens of a shingle.
const SHINGLE: usize = 3;
/// Bits in which the marks of two near-duplicates differ at most: one fewer than there are [`BANDS`], so that two
/// such marks have a band in common.
const FAR: u32 = 3;
const BANDS: u32 = 4;

/// The marks of the cases so far, by task and by each of their bands.
#[derive(Default)]
pub(super) struct Seen(HashMap<(Option<String>, u32, u64), HashSet<u64>>);

impl Seen {
    /// Whether a case is nearly one that was seen before with the same task; it counts as seen from now on.
    ///
    /// What is compared is the window before the newest change and after the wanted one, white space aside,
    /// by the simhash of its shingles of three tokens (Charikar 2002).
    pub(super) fn is_near(&mut self, case: &Case) -> bool {
        let mark = mark(case);
        let width = u64::BITS / BANDS;
        let bands = (0..BANDS).map(|band| {
            let bits = (mark >> (band * width)) & ((1 << width) - 1);
            (case.task.clone(), band, bits)
        });
        let mut near = false;
        for band in bands {
            let marks = self.0.entry(band).or_default();
            near |= marks.iter().any(|other| (mark ^ other).count_ones() <= FAR);
            marks.insert(mark);
        }
        near
    }
}

fn mark(case: &Case) -> u64 {
    let cursor = utf16::to_bytes(&case.text, case.cursor);
    let window = |text: &str| {
        let at = edit::floor_char_boundary(text, cursor.min(text.len()));
        slice(text, prompt::window(text, at)).to_owned()
    };
    let before = window(&case.before);
    let after = window(case.expected.as_ref().unwrap_or(&case.text));
    let mut votes = [0_i32; u64::BITS as usize];
    for text in [before, after] {
        let visible = |token: &&str| !token.trim().is_empty();
        let tokens: Vec<_> = tokens(&text).into_iter().filter(visible).collect();
        for shingle in tokens.windows(SHINGLE) {
            let mut hash = DefaultHasher::new();
            shingle.hash(&mut hash);
            let hash = hash.finish();
            for (bit, vote) in votes.iter_mut().enumerate() {
                *vote += if hash >> bit & 1 == 1 { 1 } else { -1 };
            }
        }
    }
    let bits = votes.iter().enumerate().filter(|(_, vote)| **vote > 0);
    bits.fold(0, |mark, (bit, _)| mark | 1 << bit)
}

#[cfg(test)]
mod tests {
    use super::Seen;
    use crate::case::Case;

    fn case(lines: &[&str], task: &str) -> Case {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        serde_json::from_value(serde_json::json!({
            "id": "", "path": "a.ts", "before": "", "text": text, "cursor": 0, "expected": null, "task": task,
        }))
        .unwrap()
    }

    #[test]
    fn a_token_more_is_no_other_case() {
        let long: Vec<_> = (0..20)
            .map(|n| format!("let name{n} = make{}({n}, {});", n * 7, n * n))
            .collect();
        let mut lines: Vec<_> = long.iter().map(String::as_str).collect();
        let mut seen = Seen::default();
        assert!(!seen.is_near(&case(&lines, "next")));
        assert!(seen.is_near(&case(&lines, "next")));
        assert!(!seen.is_near(&case(&lines, "noise")), "another task");
        lines[19] = "let name19 = make133(19, 361)  ;";
        assert!(seen.is_near(&case(&lines, "next")), "white space");
        let other: Vec<_> = (0..20).map(|n| format!("use(item{n}.of[{n}]);")).collect();
        let other: Vec<_> = other.iter().map(String::as_str).collect();
        assert!(!seen.is_near(&case(&other, "next")));
    }
}
