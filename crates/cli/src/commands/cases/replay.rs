//! From what a commit did to the edits that may have led there.

use std::ops::Range;

use edit::{Hunk, PastChange, diff, line_hunks, slice, utf16};
use prompt::window;

use super::rebuild::rebuild;
use crate::case::{Case, Change};

/// Lines of the longest hunk that is worth predicting.
const HUNK_LINES: usize = 10;
/// Hunks of a file above which a commit is a reformatting, or the file is generated.
const HUNKS: usize = 60;
/// Changes in a case's history.
const HISTORY: usize = 6;

/// One file before and after a commit, with LF line ends.
pub(crate) struct FileChange {
    pub(crate) path: String,
    pub(crate) language: &'static str,
    pub(crate) old: String,
    pub(crate) new: String,
}

/// Turns the files of a commit into cases, at most one of a task for each file, of the tasks that `makes` wants.
/// The files count as edited one after the other, so that what was changed in the first is
/// history for the next.
pub(crate) fn cases(
    commit: &str,
    files: &[FileChange],
    seed: u64,
    makes: impl Fn(&str) -> bool,
) -> Vec<Case> {
    // Each task but the first three draws by itself: it is the same whichever others are made.
    let mut random = fastrand::Rng::with_seed(seed);
    let [mut repetition, mut fill, mut rename, mut rebuilt] =
        [1, 2, 3, 4].map(|task| fastrand::Rng::with_seed(seed.wrapping_add(task)));
    let mut cases = Vec::new();
    let mut earlier = Vec::new();
    for file in files {
        let replay = Replay::new(commit, file, &earlier);
        if !(1..=HUNKS).contains(&replay.hunks.len()) {
            continue;
        }
        cases.extend(replay.next_edit(&mut random));
        cases.extend(replay.half_typed(&mut random));
        cases.extend(replay.noise(&mut random));
        if makes("repeat") {
            cases.extend(replay.repetition(&mut repetition));
        }
        if makes("fill") {
            cases.extend(replay.fill(&mut fill));
        }
        if makes("rename") {
            cases.extend(replay.rename(&mut rename));
        }
        if makes("rebuild")
            && let Some(file) = rebuild(file, &mut rebuilt)
        {
            let replay = Replay::new(commit, &file, &[]);
            let case = replay.next_edit(&mut rebuilt);
            cases.extend(case.map(|case| case.of_task("rebuild")));
        }
        let all: Vec<_> = (0..replay.hunks.len()).collect();
        let changes = replay.changes(&all);
        earlier.extend(changes);
    }
    cases
}

pub(super) struct Replay<'a> {
    commit: &'a str,
    pub(super) file: &'a FileChange,
    /// What the commit changed, in the order of the text.
    pub(super) hunks: Vec<Hunk>,
    /// The history from other files, oldest first.
    earlier: &'a [Change],
}

/// A document and what it was before the newest change.
pub(super) struct Now {
    pub(super) before: String,
    pub(super) text: String,
    /// Byte offset.
    pub(super) cursor: usize,
}

impl<'a> Replay<'a> {
    /// `earlier` is the history from the commit's other files, oldest first.
    pub(super) fn new(commit: &'a str, file: &'a FileChange, earlier: &'a [Change]) -> Self {
        Self {
            commit,
            file,
            hunks: line_hunks(&file.old, &file.new),
            earlier,
        }
    }

    /// Some hunks are done, one of them just now; the nearest of the others is wanted.
    fn next_edit(&self, random: &mut fastrand::Rng) -> Option<Case> {
        let newest = random.usize(0..self.hunks.len());
        // The user goes down the file, or up, or has just begun.
        let mut done: Vec<_> = match random.u8(0..4) {
            0 | 1 => (0..newest).collect(),
            2 => (newest + 1..self.hunks.len()).rev().collect(),
            _ => vec![],
        };
        let (before, _) = self.text(&done);
        done.push(newest);
        let (text, places) = self.text(&done);
        let from_newest = |hunk: &usize| places[*hunk].start.abs_diff(places[newest].start);
        let wanted = (0..self.hunks.len())
            .filter(|hunk| !done.contains(hunk) && self.predictable(*hunk))
            .min_by_key(from_newest)?;
        let (expected, _) = self.text(&[done.as_slice(), &[wanted]].concat());

        let cursor = end_of_change(&before, &text);
        let kind = kind(&places[wanted], &window(&text, cursor), cursor);
        let history = self.changes(&done);
        let now = Now {
            before,
            text,
            cursor,
        };
        Some(self.case(("next", kind), now, history, Some(expected)))
    }

    /// A hunk is typed in part; the rest of it is wanted.
    fn half_typed(&self, random: &mut fastrand::Rng) -> Option<Case> {
        let hunk = random.usize(0..self.hunks.len());
        let mut done: Vec<_> = (0..hunk).collect();
        let (before, _) = self.text(&done);
        let mut history = self.changes(&done);
        done.push(hunk);
        let (expected, _) = self.text(&done);
        let typed = diff(&before, &expected).into_iter().next()?;
        let insert = slice(&expected, typed.new.clone());
        if !self.predictable(hunk) || insert.trim().chars().count() < 4 {
            return None;
        }
        // Between the first visible character and the last.
        let visible = insert.len() - insert.trim_start().len()..insert.trim_end().len();
        let cuts: Vec<_> = insert
            .char_indices()
            .map(|(at, _)| at)
            .filter(|at| visible.contains(at))
            .skip(1)
            .collect();
        let typed_so_far = slice(insert, 0..*random.choice(&cuts)?);
        let head = [slice(&before, 0..typed.old.start), typed_so_far].concat();
        // A line that is being written has its end already.
        let end = if insert.ends_with('\n') { "\n" } else { "" };
        let text = [&head, end, slice(&before, typed.old.end..before.len())].concat();
        if text == before {
            return None; // what is replaced may begin like what replaces it: `a`, then `args`
        }
        history.extend(change(&self.file.path, &before, &text));
        let now = Now {
            before,
            text,
            cursor: head.len(),
        };
        Some(self.case(("typed", "fim"), now, history, Some(expected)))
    }

    /// Everything is done: nothing should be suggested. One file in three.
    fn noise(&self, random: &mut fastrand::Rng) -> Option<Case> {
        let newest = random.usize(0..self.hunks.len());
        if random.u8(0..3) > 0 {
            return None;
        }
        let mut done: Vec<_> = (0..self.hunks.len())
            .filter(|hunk| *hunk != newest)
            .collect();
        let (before, _) = self.text(&done);
        done.push(newest);
        let (text, _) = self.text(&done);
        let cursor = end_of_change(&before, &text);
        let history = self.changes(&done);
        let now = Now {
            before,
            text,
            cursor,
        };
        Some(self.case(("noise", "noise"), now, history, None))
    }

    pub(super) fn case(
        &self,
        (task, kind): (&str, &str),
        now: Now,
        history: Vec<Change>,
        expected: Option<String>,
    ) -> Case {
        let Now {
            before,
            text,
            cursor,
        } = now;
        let mut history = [self.earlier, &history].concat();
        history.drain(..history.len().saturating_sub(HISTORY));
        Case {
            id: format!("{}/{}/{task}", self.commit, self.file.path),
            path: self.file.path.clone(),
            language: Some(self.file.language.to_owned()),
            before,
            cursor: utf16::from_bytes(&text, cursor),
            text,
            history,
            context: vec![],
            expected,
            kind: Some(kind.to_owned()),
            task: Some(task.to_owned()),
            answer: None,
            answer_lines: None,
        }
    }

    /// The file with the hunks `done`, and where each hunk stands in it, done or not.
    pub(super) fn text(&self, done: &[usize]) -> (String, Vec<Range<usize>>) {
        let (mut text, mut places, mut at) = (String::new(), Vec::new(), 0);
        for (index, hunk) in self.hunks.iter().enumerate() {
            text.push_str(slice(&self.file.old, at..hunk.old.start));
            let start = text.len();
            text.push_str(self.side(hunk, done.contains(&index)));
            places.push(start..text.len());
            at = hunk.old.end;
        }
        text.push_str(slice(&self.file.old, at..self.file.old.len()));
        (text, places)
    }

    fn side(&self, hunk: &Hunk, done: bool) -> &str {
        if done {
            slice(&self.file.new, hunk.new.clone())
        } else {
            slice(&self.file.old, hunk.old.clone())
        }
    }

    /// The hunks `done` as changes, in that order; the last few of them.
    pub(super) fn changes(&self, done: &[usize]) -> Vec<Change> {
        let first = done.len().saturating_sub(HISTORY);
        let steps = (first..done.len())
            .map(|last| (self.text(&done[..last]).0, self.text(&done[..=last]).0));
        steps
            .filter_map(|(before, after)| change(&self.file.path, &before, &after))
            .collect()
    }

    /// Whether a hunk is short, and more than whitespace.
    pub(super) fn predictable(&self, hunk: usize) -> bool {
        let hunk = &self.hunks[hunk];
        let (old, new) = (self.side(hunk, false), self.side(hunk, true));
        let short = |side: &str| side.lines().count() <= HUNK_LINES;
        short(old) && short(new) && PastChange::between("", old, new).is_some()
    }
}

/// Where a wanted edit of whole lines at `place` is from the cursor.
pub(super) fn kind(place: &Range<usize>, window: &Range<usize>, cursor: usize) -> &'static str {
    let before = place.start < window.start || (place.end == window.start && window.start > 0);
    let after = place.start > window.end || place.end > window.end + 1;
    match (before || after, place.start >= cursor) {
        (true, _) => "jump",
        (false, true) => "below",
        (false, false) => "above",
    }
}

/// Where the cursor is left after a change: behind its last visible character.
pub(super) fn end_of_change(before: &str, text: &str) -> usize {
    let end = diff(before, text).last().map_or(0, |hunk| hunk.new.end);
    if slice(text, 0..end).ends_with('\n') {
        end - 1
    } else {
        end
    }
}

pub(super) fn change(path: &str, before: &str, after: &str) -> Option<Change> {
    let PastChange {
        path,
        line,
        old,
        new,
    } = PastChange::between(path, before, after)?;
    Some(Change {
        path,
        old,
        new,
        line,
    })
}

#[cfg(test)]
mod tests {
    use super::{FileChange, cases};

    #[test]
    fn what_is_half_typed_differs_from_what_was_there() {
        let file = FileChange {
            path: "a.ts".to_owned(),
            language: "typescript",
            old: "use(...a)\n".to_owned(),
            new: "use(...args)\n".to_owned(),
        };
        let mut texts: Vec<_> = (0..40)
            .flat_map(|seed| cases("commit", std::slice::from_ref(&file), seed, |_| false))
            .filter(|case| case.task.as_deref() == Some("typed"))
            .map(|case| case.text)
            .collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts, ["use(...ar)\n", "use(...arg)\n"]);
    }
}
