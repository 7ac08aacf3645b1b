//! Changes made one after the other, as what they come to.

use std::ops::Range;

use crate::{Replacement, slice};

/// What several changes of a text come to: replacements in the order of the text and apart from each
/// other, with offsets in the text before all of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Delta {
    parts: Vec<Replacement>,
}

impl Delta {
    /// Takes up a further change, whose offsets are in the text after the ones so far.
    pub(crate) fn then(&mut self, later: &Replacement) {
        // How much the parts passed so far write and take away: the offset between the two texts.
        let (mut written, mut taken) = (0, 0);
        let mut pass = |part: &Replacement| {
            written += part.text.len();
            taken += part.end.saturating_sub(part.start);
            (written, taken)
        };
        let before =
            |at: usize, (written, taken): (usize, usize)| (at + taken).saturating_sub(written);
        let after =
            |at: usize, (written, taken): (usize, usize)| (at + written).saturating_sub(taken);

        let mut offset = (0, 0);
        let mut first = 0;
        for part in &self.parts {
            if after(part.start, offset) + part.text.len() >= later.start {
                break;
            }
            offset = pass(part);
            first += 1;
        }
        let mut joined = Replacement {
            start: before(later.start, offset),
            end: 0,
            text: later.text.clone(),
        };
        let mut end = later.end;
        let mut last = first;
        for part in self.parts.get(first..).unwrap_or_default() {
            let start = after(part.start, offset);
            if start > later.end {
                break;
            }
            let text = &part.text;
            if start < later.start {
                joined.start = part.start;
                joined
                    .text
                    .insert_str(0, slice(text, 0..later.start - start));
            }
            if start + text.len() > later.end {
                end = start + text.len();
                joined
                    .text
                    .push_str(slice(text, later.end - start..text.len()));
            }
            offset = pass(part);
            last += 1;
        }
        joined.end = before(end, offset).max(joined.start);
        self.parts.splice(first..last, [joined]);
    }

    /// The length of a text of `len` bytes after the changes.
    pub(crate) fn len(&self, len: usize) -> usize {
        let taken: usize = self
            .parts
            .iter()
            .map(|part| part.end.saturating_sub(part.start))
            .sum();
        let written: usize = self.parts.iter().map(|part| part.text.len()).sum();
        (len + written).saturating_sub(taken)
    }

    /// Where the first change begins and the last one ends; `None` if there is none.
    pub(crate) fn range(&self) -> Option<Range<usize>> {
        Some(self.parts.first()?.start..self.parts.last()?.end)
    }

    /// The bytes `range` of `text`, which have all changes in them, after these.
    pub(crate) fn apply(&self, text: &str, range: Range<usize>) -> String {
        let mut result = String::new();
        let mut at = range.start;
        for part in &self.parts {
            result.push_str(slice(text, at..part.start));
            result.push_str(&part.text);
            at = part.end;
        }
        result.push_str(slice(text, at..range.end));
        result
    }
}

impl From<Replacement> for Delta {
    fn from(change: Replacement) -> Self {
        Self {
            parts: vec![change],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Delta;
    use crate::Replacement;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn changes_come_to_what_they_do_in_turn(
            start in "[a-c]{0,12}",
            changes in prop::collection::vec((0usize..12, 0usize..4, "[d-f]{0,3}"), 1..12),
        ) {
            let (mut delta, mut text) = (Delta::default(), start.clone());
            for (at, length, new) in changes {
                let from = at.min(text.len());
                let change = Replacement { start: from, end: (from + length).min(text.len()), text: new };
                delta.then(&change);
                text = change.apply(&text).unwrap();
                prop_assert_eq!(&delta.apply(&start, 0..start.len()), &text);
                prop_assert_eq!(delta.len(start.len()), text.len());
            }
        }
    }
}
