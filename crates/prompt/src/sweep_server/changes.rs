//! Recent changes: unified hunks in, blocks of a prompt out.

use crate::python::{is_blank, lines, strip, unended};

/// Hunks that a prompt lists.
const LISTED: usize = 6;

/// The hunks of a list of recent changes, oldest first.
#[derive(Debug)]
pub(super) struct Changes {
    /// With LF line ends only.
    text: String,
}

/// One change: a line with the path, a line with the range, and the lines of the diff.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change<'a> {
    text: &'a str,
}

/// A hunk with its ranges.
#[derive(Debug)]
pub(super) struct Ranges<'a> {
    /// The first line before, as the hunk counts it.
    pub(super) old_start: i64,
    /// The lines before, with their line ends, without the first line of the hunk.
    pub(super) old: Vec<&'a str>,
    /// The first line after, as the hunk counts it.
    pub(super) new_start: i64,
    /// The lines after, likewise.
    pub(super) new: Vec<&'a str>,
}

/// A change as a prompt lists it.
#[derive(Debug)]
pub(super) struct Listed<'a> {
    pub(super) path: &'a str,
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) old: String,
    pub(super) new: String,
}

impl Changes {
    pub(super) fn new(diff: &str) -> Self {
        let lines: Vec<_> = lines(diff).into_iter().map(unended).collect();
        Changes {
            text: lines.join("\n"),
        }
    }

    /// All hunks.
    pub(super) fn all(&self) -> Vec<Change<'_>> {
        let mut changes = Vec::new();
        let (mut start, mut at) = (0, 0);
        for line in self.text.split_inclusive('\n') {
            if line.starts_with("File: ") && at > start {
                changes.push(start..at - 1);
                start = at;
            }
            at += line.len();
        }
        if start < at {
            changes.push(start..at);
        }
        let change = |range| Change {
            text: edit::slice(&self.text, range),
        };
        changes.into_iter().map(change).collect()
    }

    /// The hunks that have more than a path.
    pub(super) fn filled(&self) -> impl DoubleEndedIterator<Item = Change<'_>> {
        let all = self.all().into_iter();
        all.filter(|change| strip(change.text).contains('\n'))
    }

    /// The hunks that change more than white space.
    fn visible(&self) -> Vec<Change<'_>> {
        let differ = |change: &Change<'_>| {
            let (old, new) = sides(change.diff(), 0);
            strip(&old) != strip(&new)
        };
        self.filled().filter(differ).collect()
    }

    /// The block as it was before the changes, as far back as they can be found in it.
    pub(super) fn undone(&self, block: &str) -> String {
        let mut block = block.to_owned();
        for change in self.visible().into_iter().rev() {
            // With the line of context, which at the start of the hunk is the line with the path.
            let wide = sides(change.text.split_inclusive('\n'), 1);
            let found = [wide, sides(change.diff(), 0)]
                .into_iter()
                .find(|(_, new)| !is_blank(new) && block.contains(new.as_str()));
            let Some((old, new)) = found else { break };
            block = block.replacen(&new, &old, 1);
        }
        block
    }

    /// The hunks that a prompt lists, oldest first. One without ranges is left out.
    pub(super) fn listed(&self) -> Vec<Listed<'_>> {
        let visible = self.visible();
        let newest = visible.iter().rev().take(LISTED).rev();
        newest.filter_map(|change| change.listed()).collect()
    }
}

impl<'a> Change<'a> {
    /// The hunk as it stands there.
    pub(super) fn text(self) -> &'a str {
        self.text
    }

    /// The lines after the one with the path.
    fn diff(self) -> impl Iterator<Item = &'a str> {
        self.text.split_inclusive('\n').skip(1)
    }

    /// The changed lines before and after, without the path, wherever in the hunk it stands.
    pub(super) fn changed(self) -> (String, String) {
        let lines = self.text.split_inclusive('\n');
        sides(lines.filter(|line| !line.starts_with("File: ")), 0)
    }

    /// The ranges; `None` if the hunk does not say them.
    pub(super) fn ranges(self) -> Option<Ranges<'a>> {
        let mut lines = self.diff();
        let mut header = lines.next()?.split_whitespace().skip(1);
        let mut start = |sign| {
            let range = header.next()?.trim_start_matches(sign);
            range.split(',').next()?.parse().ok()
        };
        let (old_start, new_start): (i64, i64) = (start('-')?, start('+')?);
        let mut ranges = Ranges {
            old_start,
            old: Vec::new(),
            new_start,
            new: Vec::new(),
        };
        for line in lines.skip(1) {
            let (old, new) = on(line);
            ranges.old.extend(old);
            ranges.new.extend(new);
        }
        if ranges.old.is_empty() {
            ranges.old_start = old_start.saturating_add(1);
        }
        Some(ranges)
    }

    fn listed(self) -> Option<Listed<'a>> {
        let path = self.text.split('\n').next()?;
        let (old, new) = sides(self.diff(), 1);
        let ranges = self.ranges()?;
        let length = i64::try_from(ranges.new.len()).ok()?;
        (!is_blank(&old) || !is_blank(&new)).then(|| Listed {
            path: path.strip_prefix("File: ").unwrap_or(path),
            start: ranges.new_start,
            end: ranges.new_start.saturating_add(length - 1),
            old: old.trim_matches('\n').to_owned(),
            new: new.trim_matches('\n').to_owned(),
        })
    }
}

/// The text before and after of the lines of a diff, from the first changed one to the last, with
/// `context` more on either side.
fn sides<'a>(lines: impl Iterator<Item = &'a str>, context: usize) -> (String, String) {
    let lines: Vec<_> = lines.filter(|line| !line.starts_with("@@")).collect();
    let changed = |line: &&str| line.starts_with(['-', '+']);
    let (Some(first), Some(last)) = (
        lines.iter().position(changed),
        lines.iter().rposition(changed),
    ) else {
        return Default::default();
    };
    let end = (last + context + 1).min(lines.len());
    let shown = lines.get(first.saturating_sub(context)..end);
    let both = shown.unwrap_or_default().iter().map(|line| on(line));
    let (old, new): (Vec<_>, Vec<_>) = both.unzip();
    (
        old.into_iter().flatten().collect(),
        new.into_iter().flatten().collect(),
    )
}

/// A line of a diff, without its mark, on the sides that it stands on.
fn on(line: &str) -> (Option<&str>, Option<&str>) {
    let mut characters = line.chars();
    let mark = characters.next();
    let text = Some(characters.as_str());
    (
        text.filter(|_| mark != Some('+')),
        text.filter(|_| mark != Some('-')),
    )
}
