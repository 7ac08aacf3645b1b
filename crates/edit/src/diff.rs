//! What changed between two texts.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

use crate::tokens::tokens;

/// A piece of the old text and the piece of the new text that stands in its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hunk {
    /// Bytes in the old text; empty for an insertion.
    pub old: Range<usize>,
    /// Bytes in the new text; empty for a deletion.
    pub new: Range<usize>,
}

impl Hunk {
    /// The offset in the old text of an offset in the new one.
    /// Right at the end of the hunk counts as after it; inside it, as far into the old side as
    /// into the new one, at most its end.
    pub fn map_back(&self, at: usize) -> usize {
        if at >= self.new.end {
            at - self.new.end + self.old.end
        } else if at <= self.new.start {
            at.min(self.old.start)
        } else {
            (self.old.start + at - self.new.start).min(self.old.end)
        }
    }

    /// The offset in the new text of an offset in the old one, by the same rule.
    pub fn map_forward(&self, at: usize) -> usize {
        self.inverse().map_back(at)
    }

    /// The hunk that undoes this one.
    pub fn inverse(&self) -> Hunk {
        Hunk {
            old: self.new.clone(),
            new: self.old.clone(),
        }
    }

    /// The same change `old` and `new` bytes further on in either text.
    pub fn shifted(&self, old: usize, new: usize) -> Hunk {
        Hunk {
            old: self.old.start + old..self.old.end + old,
            new: self.new.start + new..self.new.end + new,
        }
    }
}

/// The changes that turn `old` into `new`, in order, each as small as a reader would mark it.
///
/// Changed lines are found first ([`line_hunks`]), and what changed within them ([`within`]).
pub fn diff(old: &str, new: &str) -> Vec<Hunk> {
    line_hunks(old, new)
        .iter()
        .flat_map(|lines| within(old, new, lines))
        .collect()
}

/// What changed within `lines`, one hunk of whole lines from `old` to `new`.
///
/// A single changed line is compared word by word, and words that changed become hunks of their
/// own. Several changed lines are so, too, where the same was replaced by the same in each, as in a rename; else they
/// stay one hunk, without the words that are the same at its start and end. A hunk never splits a word, a grapheme or
/// a CRLF.
pub fn within(old: &str, new: &str, lines: &Hunk) -> Vec<Hunk> {
    let (a, b) = (
        crate::slice(old, lines.old.clone()),
        crate::slice(new, lines.new.clone()),
    );
    let hunks = if a.is_empty() || b.is_empty() {
        vec![Hunk {
            old: 0..a.len(),
            new: 0..b.len(),
        }]
    } else if one_line(a) && one_line(b) {
        word_hunks(a, b)
    } else {
        alike(a, b).unwrap_or_else(|| vec![trimmed(a, b)])
    };
    hunks
        .iter()
        .map(|hunk| hunk.shifted(lines.old.start, lines.new.start))
        .collect()
}

/// The changed lines between two texts, in order: whole lines with their LF.
/// Histogram diff, with ambiguous hunks slid to where indentation suggests
/// (the heuristic of `git diff --indent-heuristic`).
pub fn line_hunks(old: &str, new: &str) -> Vec<Hunk> {
    let input = InternedInput::new(old, new);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    hunks(
        &diff,
        &starts(old.split_inclusive('\n')),
        &starts(new.split_inclusive('\n')),
    )
}

/// The changed tokens between two lines: the fewest that turn one into the other (Myers 1986), of [`tokens`].
pub fn token_hunks(old: &str, new: &str) -> Vec<Hunk> {
    let (old_tokens, new_tokens) = (tokens(old), tokens(new));
    let mut input = InternedInput::default();
    input.update_before(old_tokens.iter().copied());
    input.update_after(new_tokens.iter().copied());
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    diff.postprocess_no_heuristic(&input);
    hunks(
        &diff,
        &starts(old_tokens.into_iter()),
        &starts(new_tokens.into_iter()),
    )
}

/// The changed words between two lines.
fn word_hunks(old: &str, new: &str) -> Vec<Hunk> {
    let mut joined: Vec<Hunk> = Vec::new();
    for hunk in token_hunks(old, new) {
        match joined.last_mut() {
            Some(last) if belong_together(last, &hunk, old, new) => {
                last.old.end = hunk.old.end;
                last.new.end = hunk.new.end;
            }
            _ => joined.push(hunk),
        }
    }
    joined
}

/// The changed words between as many lines, if the same became the same in each of them.
fn alike(old: &str, new: &str) -> Option<Vec<Hunk>> {
    let lines = |text: &str| text.split_inclusive('\n').count();
    if lines(old) != lines(new) {
        return None;
    }
    let (mut all, mut start, mut new_start): (Vec<Hunk>, _, _) = (Vec::new(), 0, 0);
    for (a, b) in old.split_inclusive('\n').zip(new.split_inclusive('\n')) {
        let hunks = word_hunks(a, b).into_iter();
        all.extend(hunks.map(|hunk| hunk.shifted(start, new_start)));
        start += a.len();
        new_start += b.len();
    }
    let first = sides(all.first()?, old, new);
    let same = all.iter().all(|hunk| sides(hunk, old, new) == first);
    (same && !first.0.is_empty()).then_some(all)
}

/// Two changes with no unchanged word between them read as one, except that the same replacement
/// twice is a rename, and each place is one of its own.
fn belong_together(a: &Hunk, b: &Hunk, old: &str, new: &str) -> bool {
    let between = crate::slice(old, a.old.end..b.old.start);
    !between.contains(char::is_alphanumeric) && sides(a, old, new) != sides(b, old, new)
}

/// What a hunk takes away, and what it writes.
fn sides<'a>(hunk: &Hunk, old: &'a str, new: &'a str) -> (&'a str, &'a str) {
    (
        crate::slice(old, hunk.old.clone()),
        crate::slice(new, hunk.new.clone()),
    )
}

/// The one hunk between two texts without the tokens that they start and end with in common.
fn trimmed(old: &str, new: &str) -> Hunk {
    let (old_tokens, new_tokens) = (tokens(old), tokens(new));
    let shorter = old_tokens.len().min(new_tokens.len());
    let head = common(old_tokens.iter(), new_tokens.iter(), shorter);
    let tail = common(
        old_tokens.iter().rev(),
        new_tokens.iter().rev(),
        shorter - head,
    );
    let inner = |tokens: Vec<&str>| {
        let starts = starts(tokens.iter().copied());
        at(&starts, head)..at(&starts, tokens.len() - tail)
    };
    Hunk {
        old: inner(old_tokens),
        new: inner(new_tokens),
    }
}

/// How many items, at most `limit`, two sequences start with in common.
fn common<'a>(
    a: impl Iterator<Item = &'a &'a str>,
    b: impl Iterator<Item = &'a &'a str>,
    limit: usize,
) -> usize {
    a.zip(b).take(limit).take_while(|(a, b)| a == b).count()
}

/// A token diff as hunks in bytes.
fn hunks(diff: &Diff, old: &[usize], new: &[usize]) -> Vec<Hunk> {
    let range = |starts: &[usize], tokens: Range<u32>| {
        at(starts, tokens.start as usize)..at(starts, tokens.end as usize)
    };
    diff.hunks()
        .map(|hunk| Hunk {
            old: range(old, hunk.before),
            new: range(new, hunk.after),
        })
        .collect()
}

/// Where each token starts, and after them the length of the text.
fn starts<'a>(tokens: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let ends = tokens.scan(0, |at, token| {
        *at += token.len();
        Some(*at)
    });
    std::iter::once(0).chain(ends).collect()
}

fn at(starts: &[usize], token: usize) -> usize {
    starts.get(token).or(starts.last()).copied().unwrap_or(0)
}

fn one_line(text: &str) -> bool {
    text.split_inclusive('\n').nth(1).is_none()
}

#[cfg(test)]
mod tests {
    use super::diff;

    /// `old` with each hunk drawn as `[-removed-]{+added+}`.
    fn drawn(old: &str, new: &str) -> String {
        let (mut result, mut done) = (String::new(), 0);
        for hunk in diff(old, new) {
            result += &old[done..hunk.old.start];
            if !hunk.old.is_empty() {
                result += &format!("[-{}-]", &old[hunk.old.clone()]);
            }
            if !hunk.new.is_empty() {
                result += &format!("{{+{}+}}", &new[hunk.new.clone()]);
            }
            done = hunk.old.end;
        }
        result + &old[done..]
    }

    #[test]
    fn a_word_is_replaced_as_a_whole() {
        assert_eq!(
            drawn("let total = 1;\n", "let grandTotal = 1;\n"),
            "let [-total-]{+grandTotal+} = 1;\n"
        );
        assert_eq!(drawn("x = 10\n", "x = 15\n"), "x = [-10-]{+15+}\n");
    }

    #[test]
    fn each_use_of_a_renamed_name_is_a_hunk() {
        assert_eq!(
            drawn("sum = sum + x\n", "total = total + x\n"),
            "[-sum-]{+total+} = [-sum-]{+total+} + x\n"
        );
    }

    #[test]
    fn changes_with_no_word_between_them_are_one() {
        assert_eq!(drawn("foo(a)\n", "bar(b)\n"), "[-foo(a-]{+bar(b+})\n");
    }

    #[test]
    fn an_argument_is_inserted() {
        assert_eq!(drawn("f(a)\n", "f(a, b)\n"), "f(a{+, b+})\n");
    }

    #[test]
    fn whole_lines_are_inserted_and_deleted() {
        assert_eq!(drawn("a\nb\n", "a\nx\nb\n"), "a\n{+x\n+}b\n");
        assert_eq!(drawn("a\nx\nb\n", "a\nb\n"), "a\n[-x\n-]b\n");
    }

    #[test]
    fn several_lines_keep_what_is_the_same_at_both_ends() {
        assert_eq!(
            drawn("if a {\n  x\n}\n", "if b {\n  y\n}\n"),
            "if [-a {\n  x-]{+b {\n  y+}\n}\n"
        );
    }

    #[test]
    fn the_same_replacement_in_several_lines_is_a_hunk_in_each() {
        assert_eq!(
            drawn("f(sum)\ng(sum, sum)\n", "f(total)\ng(total, total)\n"),
            "f([-sum-]{+total+})\ng([-sum-]{+total+}, [-sum-]{+total+})\n"
        );
        assert_eq!(
            drawn("await f()\nawait g()\n", "f()\ng()\n"),
            "[-await -]f()\n[-await -]g()\n"
        );
    }

    #[test]
    fn indentation_grows_by_what_was_added() {
        assert_eq!(drawn("  x\n", "    x\n"), "  {+  +}x\n");
    }

    #[test]
    fn no_final_line_end() {
        assert_eq!(drawn("a\nb", "a\nb\nc"), "a\nb{+\nc+}");
        assert_eq!(drawn("a\nb", "a"), "a[-\nb-]");
        assert_eq!(drawn("", "a"), "{+a+}");
        assert_eq!(drawn("a", ""), "[-a-]");
    }

    #[test]
    fn graphemes_and_line_ends_stay_whole() {
        assert_eq!(drawn("a 👨‍👩‍👧\n", "a 👨‍👩‍👦\n"), "a [-👨‍👩‍👧-]{+👨‍👩‍👦+}\n");
        assert_eq!(drawn("a\r\n", "a\n"), "a[-\r\n-]{+\n+}");
    }
}
