//! One open document.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use edit::{Eol, Replacement, Text};
use serde::{Deserialize, Serialize};

use crate::line_ends;

/// A change as an editor reports it: UTF-16 offsets in the text before the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextChange {
    /// First replaced unit.
    pub from: usize,
    /// One past the last replaced unit.
    pub to: usize,
    /// What stands there afterwards.
    pub insert: String,
}

/// A document, as its editor has it and with LF line ends. A copy shares its text.
#[derive(Debug, Clone)]
pub struct Document {
    /// With the editor's line ends, which may be mixed.
    raw: Text,
    /// With LF line ends.
    text: Text,
    /// `text` in one piece, once somebody has asked for it.
    whole: OnceLock<Arc<str>>,
    /// Byte in `text`.
    cursor: usize,
    /// Change events seen.
    version: u64,
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version && self.cursor == other.cursor && self.raw == other.raw
    }
}

impl Eq for Document {}

impl Document {
    /// A document that has just been opened; the cursor is at its start.
    pub fn new(raw: impl AsRef<str>) -> Self {
        let raw = raw.as_ref();
        Self {
            raw: raw.into(),
            text: Eol::normalize(raw).as_ref().into(),
            whole: OnceLock::new(),
            cursor: 0,
            version: 0,
        }
    }

    /// The text with LF line ends. Put together when it is first asked for after a change, not before.
    pub fn text(&self) -> &str {
        self.whole.get_or_init(|| self.text.to_string().into())
    }

    /// At most `count` lines around the cursor, of the text with LF line ends.
    pub fn around_cursor(&self, count: usize) -> Cow<'_, str> {
        self.text.slice(self.text.lines_around(self.cursor, count))
    }

    /// Length in characters, with LF line ends.
    pub fn characters(&self) -> usize {
        self.text.chars()
    }

    /// How many lines there are; at least one.
    pub fn rows(&self) -> usize {
        self.text.rows()
    }

    /// The text with the editor's line ends, put together.
    pub fn raw(&self) -> String {
        self.raw.to_string()
    }

    /// The cursor, a byte in [`text`](Document::text).
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The line, counted from 0, that holds a byte of [`text`](Document::text).
    pub(crate) fn row(&self, at: usize) -> usize {
        self.text.row(at)
    }

    /// The characters right before and right after the cursor.
    pub(crate) fn beside_cursor(&self) -> (Option<char>, Option<char>) {
        const LONGEST: usize = 4; // bytes of a character
        let before = self.cursor.saturating_sub(LONGEST)..self.cursor;
        let after = self.cursor..self.cursor.saturating_add(LONGEST);
        (
            self.text.slice(before).chars().next_back(),
            self.text.slice(after).chars().next(),
        )
    }

    /// How many change events the document has seen.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The byte in [`text`](Document::text) at an editor's UTF-16 offset.
    pub fn byte(&self, utf16: usize) -> usize {
        line_ends::to_lf(&self.raw, &self.text, self.raw.from_utf16(utf16))
    }

    /// The editor's UTF-16 offset of a byte in [`text`](Document::text).
    pub fn utf16(&self, byte: usize) -> usize {
        self.raw
            .to_utf16(line_ends::from_lf(&self.raw, &self.text, byte))
    }

    /// `text` with the line ends that this document has more of.
    pub fn restore(&self, text: &str) -> String {
        // A CRLF is a byte longer than an LF.
        let pairs = self.raw.len() - self.text.len();
        let eol = Eol::more_of(pairs, self.raw.rows() - 1);
        eol.restore(text).into_owned()
    }

    /// Puts the cursor at a UTF-16 offset.
    pub fn set_cursor(&mut self, utf16: usize) {
        self.cursor = self.byte(utf16);
    }

    /// Applies the changes of one event and hands each to `record` with the LF text before it.
    ///
    /// The changes' offsets are all in the text before the event; they are applied from the last to
    /// the first, so that they stay true. Ranges past the end count as the end.
    pub(crate) fn change(
        &mut self,
        changes: &[TextChange],
        mut record: impl FnMut(&Text, &Replacement),
    ) {
        let mut changes: Vec<_> = changes.iter().collect();
        changes.sort_by_key(|change| std::cmp::Reverse(change.from));
        for change in changes {
            let from = self.raw.from_utf16(change.from);
            let to = self.raw.from_utf16(change.to).max(from);
            let in_lf = self.in_lf(from..to, &change.insert);
            self.raw.replace(&Replacement {
                start: from,
                end: to,
                text: change.insert.clone(),
            });
            if let Some(replacement) = in_lf {
                record(&self.text, &replacement);
                self.text.replace(&replacement);
            }
        }
        self.whole = OnceLock::new();
        self.version += 1;
    }

    /// What becomes of the text with LF line ends when the bytes `range` of the other become `insert`;
    /// `None` if it stays as it is.
    fn in_lf(&self, range: Range<usize>, insert: &str) -> Option<Replacement> {
        let raw = &self.raw;
        let to_lf = |at| line_ends::to_lf(raw, &self.text, at);
        let replacement = Replacement {
            start: to_lf(range.start),
            end: to_lf(range.end),
            text: Eol::normalize(insert).into_owned(),
        };
        // A change beside a CR or an LF may make a CRLF with it, or break one.
        let cr = range.start > 0 && raw.byte(range.start - 1) == Some(b'\r');
        let lf = raw.byte(range.end) == Some(b'\n');
        let wider = range.start - usize::from(cr)..range.end + usize::from(lf);
        let wider_in_lf = to_lf(wider.start)..to_lf(wider.end);
        let after = [
            &raw.slice(wider.start..range.start),
            insert,
            &raw.slice(range.end..wider.end),
        ]
        .concat();
        let after = Eol::normalize(&after);
        let expected = [
            &self.text.slice(wider_in_lf.start..replacement.start),
            replacement.text.as_str(),
            &self.text.slice(replacement.end..wider_in_lf.end),
        ]
        .concat();
        if after == expected {
            return Some(replacement);
        }
        let hunk = edit::spanning(&self.text.slice(wider_in_lf.clone()), &after)?;
        Some(Replacement {
            start: wider_in_lf.start + hunk.old.start,
            end: wider_in_lf.start + hunk.old.end,
            text: edit::slice(&after, hunk.new).to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Document, TextChange};

    fn change(from: usize, to: usize, insert: &str) -> TextChange {
        TextChange {
            from,
            to,
            insert: insert.to_owned(),
        }
    }

    /// Applies changes, and checks that what was recorded leads to the same text.
    fn changed(raw: &str, changes: &[TextChange]) -> String {
        let mut document = Document::new(raw);
        let mut recorded = document.text().to_owned();
        document.change(changes, |before, replacement| {
            assert_eq!(before.to_string(), recorded);
            recorded = replacement
                .apply(&before.to_string())
                .expect("a range of the text before");
        });
        assert_eq!(recorded, document.text());
        document.raw()
    }

    #[test]
    fn offsets_are_utf16_units_of_the_text_with_crlf() {
        assert_eq!(
            changed("😀 a\r\nb 😀 c\r\n", &[change(6, 7, "B")]),
            "😀 a\r\nB 😀 c\r\n"
        );
    }

    #[test]
    fn several_changes_of_an_event_are_all_in_the_text_before() {
        assert_eq!(
            changed(
                "one two one",
                &[change(0, 3, "three"), change(8, 11, "three")]
            ),
            "three two three"
        );
    }

    #[test]
    fn a_change_between_cr_and_lf() {
        assert_eq!(changed("a\r\nb", &[change(2, 3, "")]), "a\rb");
        assert_eq!(changed("a\rb", &[change(2, 2, "\n")]), "a\r\nb");
        assert_eq!(changed("a\r\nb", &[change(2, 2, "x")]), "a\rx\nb");
    }

    #[test]
    fn offsets_past_the_end_are_the_end() {
        assert_eq!(changed("ab", &[change(9, 12, "c")]), "abc");
    }

    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![Just("a"), Just("\r"), Just("\n"), Just("\r\n"), Just("😀")];
        prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn both_texts_and_what_was_recorded_stay_the_same(
            start in text(),
            changes in prop::collection::vec((0usize..12, 0usize..3, text()), 1..6),
        ) {
            let mut document = Document::new(&start);
            let mut recorded = document.text().to_owned();
            let mut raw: Vec<u16> = start.encode_utf16().collect();
            for (from, length, insert) in changes {
                let change = change(from, from + length, &insert);
                // An editor never asks for half a character.
                let from = from.min(raw.len());
                let to = (from + length).min(raw.len());
                if String::from_utf16(&raw[..from]).is_err() || String::from_utf16(&raw[to..]).is_err() {
                    continue;
                }
                raw.splice(from..to, insert.encode_utf16());
                document.change(&[change], |before, replacement| {
                    assert_eq!(before.to_string(), recorded);
                    recorded = replacement.apply(&recorded).unwrap();
                });
                prop_assert_eq!(document.raw(), String::from_utf16(&raw).unwrap());
                prop_assert_eq!(document.text(), document.raw().replace("\r\n", "\n"));
                prop_assert_eq!(document.text(), &recorded);
                for at in 0..=document.text().len() {
                    if document.text().is_char_boundary(at) {
                        prop_assert_eq!(document.byte(document.utf16(at)), at);
                    }
                }
            }
        }
    }
}
