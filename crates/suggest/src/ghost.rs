//! Ghost text: what can be drawn as an insertion at the cursor.

use std::ops::Range;

use edit::{Hunk, slice};

/// `hunk`, from `old` to `new`, as an insertion at byte `cursor` of `old`, if that comes to the
/// same: the text before the cursor stays, and so does the text after it.
///
/// So a word that is completed (`ret` → `return`) is an insertion where the user types, and a new
/// line can be drawn from the end of the line above. `reach` is what lies around the hunk up to
/// the next changes, in `old`; the cursor must be within.
pub(crate) fn insertion_at(
    hunk: &Hunk,
    old: &str,
    new: &str,
    cursor: usize,
    reach: Range<usize>,
) -> Option<Hunk> {
    if cursor < reach.start || reach.end < cursor {
        return None;
    }
    let before = hunk.old.start.saturating_sub(cursor);
    let after = cursor.saturating_sub(hunk.old.end);
    let wide = Hunk {
        old: hunk.old.start - before..hunk.old.end + after,
        new: hunk.new.start.checked_sub(before)?..hunk.new.end + after,
    };
    let head = cursor - wide.old.start;
    let tail = wide.old.end - cursor;
    let (was, is) = (old.get(wide.old.clone())?, new.get(wide.new.clone())?);
    let inserted = is
        .len()
        .checked_sub(was.len())
        .filter(|&inserted| inserted > 0)?;
    let same = is.starts_with(slice(was, 0..head)) && is.ends_with(slice(was, head..was.len()));
    let start = wide.new.start + head;
    let new_range = start..start + inserted;
    let whole = old.is_char_boundary(cursor) && new.get(new_range.clone()).is_some();
    (same && whole && head + tail == was.len()).then_some(Hunk {
        old: cursor..cursor,
        new: new_range,
    })
}
