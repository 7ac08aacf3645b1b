//! Where to ask when the window around the cursor yields nothing.

use std::borrow::Cow;
use std::ops::Range;

use edit::{Recent, words_around};
use prompt::{Diagnostic, places};
use suggest::Syntax;

use crate::question::rename;
use crate::{Settings, Snapshot};

/// Places of a name that are looked at, the nearest ones.
const NAMES: usize = 16;

/// A place to ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target<'a> {
    /// Byte of the document.
    pub(crate) at: usize,
    /// The error that is marked there.
    error: Option<&'a Diagnostic>,
}

impl<'a> Target<'a> {
    /// A place of which nothing is known.
    pub(crate) fn at(at: usize) -> Self {
        Self { at, error: None }
    }

    /// The place right behind a name.
    fn after(name: Range<usize>) -> Self {
        Self::at(name.end)
    }

    /// Whether it lies in one of the windows.
    pub(crate) fn is_in(&self, windows: &[Range<usize>]) -> bool {
        let within = |window: &Range<usize>| window.start <= self.at && self.at <= window.end;
        windows.iter().any(within)
    }

    /// What the model is asked with there: with the error, if there is one, as the last context.
    pub(crate) fn asked(&self, snapshot: &'a Snapshot) -> Cow<'a, Snapshot> {
        let mut asked = Cow::Borrowed(snapshot);
        if let Some(error) = self.error {
            let excerpt = error.excerpt(snapshot.document.text());
            asked.to_mut().context.push(excerpt);
        }
        asked
    }
}

/// The places outside of `window`, the one around the cursor, where the newest change may go on, the likeliest
/// first; some of them may come twice:
/// 1. the nearest error that the editor marks;
/// 2. what a rename left behind;
/// 3. a line that still stands where one like it was deleted;
/// 4. the only word that was deleted, if it still stands somewhere;
///
/// and those that Sweep's server goes to as well, if the caller wants to `explore`:
///
/// 5. other places of a word that was added;
/// 6. the lines below the window.
///
/// On 60 edits from the seven repositories of `docs/answers.md`, with the embedded model: after renames
/// alone 11 were right, quiet ones included, in 496 forward passes; with lines and both kinds of words 9 in
/// 647, because two edits after which nothing was wanted had added a word that stands elsewhere; with the
/// lines below 8 in 794.
pub(crate) fn further<'a>(
    snapshot: &'a Snapshot,
    window: &Range<usize>,
    explore: bool,
    syntax: &dyn Syntax,
) -> Vec<Target<'a>> {
    let text = snapshot.document.text();
    let cursor = snapshot.document.cursor();
    let far = |at: usize| !Target::at(at).is_in(std::slice::from_ref(window));
    let code = is_code(snapshot, syntax);

    let errors = snapshot.errors.iter().filter(|error| far(error.start));
    let error = errors.min_by_key(|error| error.start.abs_diff(cursor));
    let error = error.map(|error| Target {
        at: error.start,
        error: Some(error),
    });
    let left = left_behind(snapshot, code, syntax);
    let (mut line, mut words, mut added) = (None, Vec::new(), Vec::new());
    if let Some(change) = snapshot.recent.changes.last() {
        let kept: Vec<_> = change.new.split('\n').collect();
        let gone = change.old.split('\n').filter(|line| !kept.contains(line));
        line = places::deleted_line(text, gone.map(|line| (None, line)));
        words = places::deleted_word(text, &change.old, &change.new);
        if explore {
            added = places::added_word(text, &change.old, &change.new, far);
        }
    }
    let words = names(snapshot, words, code, syntax).into_iter();
    let words = words.chain(names(snapshot, added, code, syntax));
    let words = words.map(Target::after);
    let below = edit::slice(text, window.end..text.len());
    let mut below = below.match_indices('\n').map(|(lf, _)| window.end + lf + 1);
    let below = below.nth(prompt::WINDOW_LINES / 2).filter(|_| explore);
    let targets = error.into_iter().chain(left);
    let targets = targets.chain(line.map(Target::at)).chain(words);
    let targets = targets.chain(below.map(Target::at));
    targets.filter(|target| far(target.at)).collect()
}

/// Of these places the likeliest, as many as may be tried, each with its window: none that lies in `window` or in that of
/// one before.
pub(crate) fn further_windows<'a>(
    snapshot: &'a Snapshot,
    window: &Range<usize>,
    settings: &Settings,
    syntax: &dyn Syntax,
) -> Vec<(Target<'a>, Range<usize>)> {
    let mut tried = vec![window.clone()];
    let mut windows = Vec::new();
    for target in further(snapshot, window, settings.explore, syntax) {
        if windows.len() < settings.jumps && !target.is_in(&tried) {
            let text = snapshot.document.text();
            let window = settings.dialect().window(text, target.at);
            tried.push(window.clone());
            windows.push((target, window));
        }
    }
    windows
}

/// The places that still have the name that the newest change replaced, be it made here or in another
/// document, and that mean the same by it, as far as that is known. `code` says whether that was made in code, if that is known.
pub(crate) fn left_behind<'a>(
    snapshot: &Snapshot,
    code: Option<bool>,
    syntax: &dyn Syntax,
) -> Vec<Target<'a>> {
    let text = snapshot.document.text();
    let rename = rename(&snapshot.recent, &snapshot.path, text);
    let left = rename.iter().flat_map(|rename| rename.leftovers(text));
    let left = names(snapshot, left.collect(), code, syntax);
    let alike = suggest::alike(&snapshot.path, text, renamed(snapshot), left, syntax);
    alike.into_iter().map(Target::after).collect()
}

/// The name that the newest change made another one, if it was made in this document.
fn renamed(snapshot: &Snapshot) -> Option<Range<usize>> {
    Some(words_around(snapshot.document.text(), changed(snapshot)?))
}

/// What the newest change wrote, if it was made in this document.
fn changed(snapshot: &Snapshot) -> Option<Range<usize>> {
    let Recent { changes, newest } = &snapshot.recent;
    changes.last().filter(|last| last.path == snapshot.path)?;
    Some(newest.as_ref()?.range.clone())
}

/// Whether the newest change was made in code, and not in a comment or a string; `None` if it was made in
/// another document, or where nothing can be said.
pub(crate) fn is_code(snapshot: &Snapshot, syntax: &dyn Syntax) -> Option<bool> {
    let range = changed(snapshot)?;
    suggest::is_code(&snapshot.path, snapshot.document.text(), range, syntax)
}

/// Places of a name in the order in which a reader comes to them: the nearest below the cursor first, then
/// those above. What is in a comment or a string has no part in a change of code, and the other way
/// round.
fn names(
    snapshot: &Snapshot,
    mut places: Vec<Range<usize>>,
    code: Option<bool>,
    syntax: &dyn Syntax,
) -> Vec<Range<usize>> {
    let cursor = snapshot.document.cursor();
    places.sort_by_key(|place| (place.end < cursor, place.end.abs_diff(cursor)));
    let (path, text) = (&snapshot.path, snapshot.document.text());
    let is_alike = |place: &Range<usize>| {
        let is = code.and_then(|_| suggest::is_code(path, text, place.clone(), syntax));
        is.is_none() || is == code
    };
    places.into_iter().take(NAMES).filter(is_alike).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use std::ops::Range;

    use suggest::{Node, Syntax};

    use super::further;
    use crate::{Settings, Snapshot, TextChange, Workspace};

    /// A document after a change of bytes; unedited, the workspace has no snapshot.
    fn changed(text: &str, range: Range<usize>, with: &str) -> Option<Snapshot> {
        let mut workspace = Workspace::new();
        workspace.open("a.ts", text);
        let change = TextChange {
            from: edit::utf16::from_bytes(text, range.start),
            to: edit::utf16::from_bytes(text, range.end),
            insert: with.to_owned(),
        };
        let cursor = change.from + with.encode_utf16().count();
        workspace.change("a.ts", &[change], cursor, 0.0).ok()?;
        workspace.snapshot("a.ts", &Settings::default()).ok()
    }

    /// Knows comments, at the ends of lines.
    struct Comments;

    impl Syntax for Comments {
        fn errors(&self, _language: &str, _text: &str) -> Option<Vec<Range<usize>>> {
            None
        }

        fn nodes(&self, _language: &str, text: &str, range: Range<usize>) -> Option<Vec<Node>> {
            let before = edit::slice(text, 0..range.start);
            let line = before.rsplit('\n').next().unwrap_or_default();
            let kind = if line.contains("//") {
                "line_comment"
            } else {
                "program"
            };
            Some(vec![Node {
                kind: kind.to_owned(),
                field: String::new(),
                range: 0..text.len(),
            }])
        }
    }

    fn targets(snapshot: &Snapshot, explore: bool) -> Vec<usize> {
        let document = &snapshot.document;
        let window = prompt::window(document.text(), document.cursor());
        let targets = further(snapshot, &window, explore, &Comments).into_iter();
        targets.map(|target| target.at).collect()
    }

    /// The lines of the places where to go on when the first `old` of a text has become `new`. A `…` is
    /// 20 lines of no interest.
    fn lines(text: &str, old: &str, new: &str) -> Vec<String> {
        further_lines(text, old, new, false)
    }

    fn further_lines(text: &str, old: &str, new: &str, explore: bool) -> Vec<String> {
        let text = text.replace('…', &"//\n".repeat(20));
        let at = text.find(old).unwrap();
        let snapshot = changed(&text, at..at + old.len(), new).unwrap();
        let text = snapshot.document.text();
        let line = |at| {
            let lines = edit::Lines::new(text);
            text[lines.range(lines.row(at))].to_owned()
        };
        let mut lines: Vec<_> = targets(&snapshot, explore).into_iter().map(line).collect();
        lines.dedup();
        lines
    }

    #[test]
    fn what_a_rename_left_behind_below_and_then_above() {
        let text = "near(total);\n…fn total() {}\nnear(total);\n…far(total);\n…last(total);\n";
        let at = text
            .replace('…', &"//\n".repeat(20))
            .find("fn total")
            .unwrap()
            + 3;
        let snapshot = changed(&text.replace('…', &"//\n".repeat(20)), at..at + 5, "sum").unwrap();
        let text = snapshot.document.text();
        let ends: Vec<_> = ["far(total", "last(total", "near(total"]
            .map(|use_| text.find(use_).unwrap() + use_.len())
            .into();
        let mut found = targets(&snapshot, false);
        found.truncate(3);
        assert_eq!(found, ends);
    }

    #[test]
    fn code_goes_on_in_code_and_comments_in_comments() {
        let text = "total(); // total\n…// total\ntotal();\n";
        assert_eq!(lines(text, "total", "sum"), ["total();"]);
        assert_eq!(lines(text, "// total", "// sum"), ["// total"]);
    }

    #[test]
    fn a_line_like_one_that_was_deleted() {
        let text = "  log(user.name);\n…if (x) {\n  log(user.name);\n}\n";
        assert_eq!(
            lines(text, "  log(user.name);\n", ""),
            ["  log(user.name);"]
        );
        assert_eq!(lines("  log(x);\n…  log(x);\n", "  log(x);\n", ""), [""; 0]);
    }

    #[test]
    fn a_word_that_was_deleted() {
        let text = "f(first, size);\n…g(size);\n";
        assert_eq!(lines(text, ", size", ""), ["g(size);"]);
        let text = "f(first, size);\n…g(first, size);\n";
        assert_eq!(lines(text, "first, size", ""), [""; 0], "which of them?");
    }

    #[test]
    fn an_added_word_and_the_lines_below_only_for_who_explores() {
        let text = "f(a);\n…g(size);\n…h(size);\n";
        assert_eq!(lines(text, "a", "size"), [""; 0]);
        let found = further_lines(text, "a", "size", true);
        assert_eq!(found, ["g(size);", "h(size);", "//"]);
    }

    #[test]
    fn the_nearest_error_out_of_the_window_comes_first() {
        let text = format!(
            "fn total() {{}}\n{0}a;\n{0}use(total);\n",
            "//\n".repeat(20)
        );
        let mut snapshot = changed(&text, 3..8, "sum").unwrap();
        let text = snapshot.document.text().to_owned();
        let error = |what: &str| prompt::Diagnostic {
            line: 0,
            start: text.find(what).unwrap(),
            message: "is wrong".to_owned(),
        };
        snapshot.errors = vec![error("(total)"), error("a;"), error("{}")];
        assert_eq!(
            targets(&snapshot, false)[..2],
            [text.find("a;").unwrap(), text.find(");\n").unwrap()]
        );
    }

    proptest! {
        #[test]
        fn nothing_panics_and_no_place_is_in_the_window(
            text in "(a1|bc|é|🦀|\\(|\\)| |\r\n|\n){0,120}",
            change in any::<[Index; 2]>(),
            with in "(a1|bc|é| |\n){0,3}",
            errors in prop::collection::vec((any::<usize>(), 0..400_usize), 0..3),
        ) {
            let [a, b] = change.map(|at| text.floor_char_boundary(at.index(text.len() + 1)));
            if let Some(mut snapshot) = changed(&text, a.min(b)..a.max(b), &with) {
                let errors = errors.into_iter().map(|(line, start)| prompt::Diagnostic {
                    line,
                    start,
                    message: String::new(),
                });
                snapshot.errors = errors.collect();
                let document = snapshot.document.clone();
                let window = prompt::window(document.text(), document.cursor());
                for target in further(&snapshot, &window, true, &Comments) {
                    prop_assert!(!(window.start..=window.end).contains(&target.at));
                    target.asked(&snapshot);
                }
            }
        }
    }
}
