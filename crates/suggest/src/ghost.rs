//! Ghost text: what can be drawn as an insertion at the cursor.

use std::ops::Range;

use edit::{Hunk, common_suffix, slice, tokens};

use crate::group::Group;

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

/// The change of the cursor's line as something that is typed at the cursor over the rest of the
/// line, if it is no more than that: words come between those that stand there, and none go.
///
/// So `f(x, |y, z)` becomes `f(x, |y=10, z=20)` at one stroke. (Copilot's suffix rule; the words stay
/// whole, so that a rename does not scatter letters. Only the word at the cursor may go on.)
/// Nothing but the group's lines change in `old`; further away than the end of the word at the
/// cursor the first change would not be seen as one at the cursor.
pub(crate) fn over_the_rest(group: &Group, old: &str, new: &str, cursor: usize) -> Option<Hunk> {
    let (was, is) = (
        old.get(group.lines.old.clone())?,
        new.get(group.lines.new.clone())?,
    );
    let head = cursor.checked_sub(group.lines.old.start)?;
    let (before, was) = was.split_at_checked(head)?;
    let is = is.strip_prefix(before)?;
    let tail = common_suffix(was, is);
    let (was, is) = (
        slice(was, 0..was.len() - tail),
        slice(is, 0..is.len() - tail),
    );
    let one_line = !was.contains('\n') && !is.contains('\n') && !before.contains('\n');
    (one_line && !was.is_empty() && near(was, is) && keeps(was, is)).then(|| Hunk {
        old: cursor..cursor + was.len(),
        new: group.lines.new.start + head..group.lines.new.start + head + is.len(),
    })
}

/// Whether the first difference is no further away than the end of the first word.
fn near(was: &str, is: &str) -> bool {
    let same = edit::common_prefix(was, is);
    tokens(was).first().is_some_and(|word| same <= word.len())
}

/// Whether the tokens of `was` stand in `is` in the same order; the first may be the beginning of
/// the first one there.
fn keeps(was: &str, is: &str) -> bool {
    let (was, mut is) = (tokens(was), tokens(is).into_iter().peekable());
    let mut was = was.into_iter().peekable();
    if let (Some(word), Some(longer)) = (was.peek(), is.peek())
        && longer.starts_with(word)
    {
        was.next();
        is.next();
    }
    was.all(|token| is.any(|other| other == token))
}
