//! One open document.

use edit::{Eol, Replacement};
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

/// A document, as its editor has it and with LF line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// With the editor's line ends, which may be mixed.
    raw: String,
    /// With LF line ends.
    text: String,
    /// Byte in `text`.
    cursor: usize,
    /// Change events seen.
    version: u64,
}

impl Document {
    /// A document that has just been opened; the cursor is at its start.
    pub fn new(raw: impl Into<String>) -> Self {
        let raw = raw.into();
        let text = Eol::normalize(&raw).into_owned();
        Self {
            raw,
            text,
            cursor: 0,
            version: 0,
        }
    }

    /// The text with LF line ends.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text with the editor's line ends.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The cursor, a byte in [`text`](Document::text).
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// How many change events the document has seen.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The byte in [`text`](Document::text) at an editor's UTF-16 offset.
    pub fn byte(&self, utf16: usize) -> usize {
        line_ends::to_lf(&self.raw, edit::utf16::to_bytes(&self.raw, utf16))
    }

    /// The editor's UTF-16 offset of a byte in [`text`](Document::text).
    pub fn utf16(&self, byte: usize) -> usize {
        edit::utf16::from_bytes(&self.raw, line_ends::from_lf(&self.raw, byte))
    }

    /// `text` with the line ends that this document has more of.
    pub fn restore(&self, text: &str) -> String {
        Eol::of(&self.raw).restore(text).into_owned()
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
        mut record: impl FnMut(&str, &Replacement),
    ) {
        let mut changes: Vec<_> = changes.iter().collect();
        changes.sort_by_key(|change| std::cmp::Reverse(change.from));
        for change in changes {
            let from = edit::utf16::to_bytes(&self.raw, change.from);
            let to = edit::utf16::to_bytes(&self.raw, change.to).max(from);
            let raw = [
                edit::slice(&self.raw, 0..from),
                &change.insert,
                edit::slice(&self.raw, to..self.raw.len()),
            ]
            .concat();
            let text = Eol::normalize(&raw).into_owned();
            let replacement = Replacement {
                start: line_ends::to_lf(&self.raw, from),
                end: line_ends::to_lf(&self.raw, to),
                text: Eol::normalize(&change.insert).into_owned(),
            };
            // A change inside a CRLF makes or breaks a line end beside the replaced range.
            let replacement = if replacement.apply(&self.text).as_deref() == Some(&text) {
                Some(replacement)
            } else {
                edit::spanning(&self.text, &text).map(|hunk| Replacement {
                    start: hunk.old.start,
                    end: hunk.old.end,
                    text: edit::slice(&text, hunk.new).to_owned(),
                })
            };
            if let Some(replacement) = replacement {
                record(&self.text, &replacement);
            }
            self.raw = raw;
            self.text = text;
        }
        self.version += 1;
    }
}

#[cfg(test)]
mod tests {
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
            assert_eq!(before, recorded);
            recorded = replacement
                .apply(before)
                .expect("a range of the text before");
        });
        assert_eq!(recorded, document.text());
        document.raw().to_owned()
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
}
