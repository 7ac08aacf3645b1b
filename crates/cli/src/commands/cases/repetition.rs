//! Commits that do the same thing at several places.

use std::collections::BTreeSet;

use edit::{Hunk, is_word, slice, words_around};
use suggest::{Node, Syntax as _};

use super::replay::{Now, Replay, end_of_change, kind};
use crate::case::Case;
use crate::syntax::Grammars;

/// What was replaced by what, words whole.
type Replaced = BTreeSet<(String, String)>;

impl Replay<'_> {
    /// One hunk is done, and some of those before it; what is wanted is the same change at the other places in
    /// the window. Nothing where the commit repeats nothing.
    pub(super) fn repetition(&self, random: &mut fastrand::Rng) -> Option<Case> {
        let replaced: Vec<_> = self.hunks.iter().map(|hunk| self.replaced(hunk)).collect();
        let repeats = |newest: usize, other: usize| {
            newest != other
                && self.predictable(other)
                && !replaced[other].is_empty()
                && replaced[other].is_subset(&replaced[newest])
        };
        let all = 0..self.hunks.len();
        let repeated = |newest: &usize| all.clone().any(|other| repeats(*newest, other));
        let newest = *random.choice(&all.clone().filter(repeated).collect::<Vec<_>>())?;
        let went_down = random.bool();
        let mut done: Vec<_> = (0..newest).filter(|_| went_down).collect();
        let before = self.text(&done).0;
        done.push(newest);
        let (text, places) = self.text(&done);
        let cursor = end_of_change(&before, &text);
        let window = prompt::window(&text, cursor);
        let (wanted, kinds): (Vec<_>, Vec<_>) = all
            .filter(|other| !done.contains(other) && repeats(newest, *other))
            .map(|other| (other, kind(&places[other], &window, cursor)))
            .filter(|(_, kind)| *kind != "jump")
            .unzip();
        let kind = if kinds.contains(&"below") {
            "below"
        } else {
            kinds.first()?
        };
        let (expected, _) = self.text(&[done.as_slice(), wanted.as_slice()].concat());
        let task = self.task(&text, cursor, &replaced[newest]);
        let history = self.changes(&done);
        let now = Now {
            before,
            text,
            cursor,
        };
        Some(self.case((task, kind), now, history, Some(expected)))
    }

    fn replaced(&self, hunk: &Hunk) -> Replaced {
        let (old, new) = (&self.file.old, &self.file.new);
        let parts = edit::within(old, new, hunk).into_iter().map(|part| {
            let (was, is) = (words_around(old, part.old), words_around(new, part.new));
            (
                slice(old, was).trim().to_owned(),
                slice(new, is).trim().to_owned(),
            )
        });
        parts.filter(|(was, is)| was != is).collect()
    }

    /// What kind of thing is repeated: by where the newest change stands, right before `end`.
    fn task(&self, text: &str, end: usize, replaced: &Replaced) -> &'static str {
        let last = slice(text, 0..end).trim_end().len();
        let first = edit::floor_char_boundary(text, last.saturating_sub(1));
        let nodes = Grammars.nodes(self.file.language, text, first..last);
        let nodes = nodes.unwrap_or_default();
        let is_name = |text: &String| !text.is_empty() && text.chars().all(is_word);
        let names = replaced.iter().all(|(was, is)| is_name(was) && is_name(is));
        task_of(&nodes, names)
    }
}

/// The task by the nodes around a change, the innermost first. `names` says whether one name became another.
fn task_of(nodes: &[Node], names: bool) -> &'static str {
    let within = |parts: &[&str]| {
        let is = |node: &Node| parts.iter().any(|part| node.kind.contains(part));
        nodes.iter().any(is)
    };
    let innermost = nodes.first();
    let is = |parts: &[&str]| {
        innermost.is_some_and(|node| parts.iter().any(|part| node.kind.contains(part)))
    };
    let is_typed = nodes
        .iter()
        .take(3)
        .any(|node| node.field.ends_with("type"));
    if within(&[
        "import",
        "use_declaration",
        "preproc_include",
        "package_clause",
    ]) {
        "repeat-import"
    } else if is(&[
        "number", "integer", "float", "string", "char", "true", "false", "escape",
    ]) {
        "repeat-literal"
    } else if is(&["type_identifier", "primitive_type", "predefined_type"]) || is_typed {
        "repeat-type"
    } else if names {
        "repeat-rename"
    } else if within(&["parameters", "arguments", "argument_list"]) {
        "repeat-signature"
    } else {
        "repeat-pattern"
    }
}

#[cfg(test)]
mod tests {
    use crate::commands::cases::replay::{FileChange, Replay};

    /// The task and the wanted document of a commit's repetition, whichever of its places comes first.
    fn repeated(language: &'static str, old: &str, new: &str) -> Option<(String, String)> {
        let file = FileChange {
            path: "a".to_owned(),
            language,
            old: old.to_owned(),
            new: new.to_owned(),
        };
        let replay = Replay::new("commit", &file, &[]);
        let case = replay.repetition(&mut fastrand::Rng::with_seed(1))?;
        Some((case.task?, case.expected?))
    }

    #[test]
    fn the_same_change_elsewhere_is_wanted() {
        for (language, old, new, task) in [
            (
                "javascript",
                "sum = 1;\nx\nuse(sum);\n",
                "total = 1;\nx\nuse(total);\n",
                "repeat-rename",
            ),
            (
                "javascript",
                "f(1);\nx\ng(1);\n",
                "f(2);\nx\ng(2);\n",
                "repeat-literal",
            ),
            (
                "javascript",
                "f(a);\nx\ng(a);\n",
                "f(a, b);\nx\ng(a, b);\n",
                "repeat-signature",
            ),
            (
                "javascript",
                "let a;\nx\nlet b;\n",
                "export let a;\nx\nexport let b;\n",
                "repeat-pattern",
            ),
            (
                "rust",
                "fn f(a: u8) {}\nstatic X: u8 = 0;\nfn g(a: u8) {}\n",
                "fn f(a: u16) {}\nstatic X: u8 = 0;\nfn g(a: u16) {}\n",
                "repeat-type",
            ),
            (
                "rust",
                "use a::b::C;\nuse x;\nuse a::b::D;\n",
                "use a::e::C;\nuse x;\nuse a::e::D;\n",
                "repeat-import",
            ),
        ] {
            let wanted = Some((task.to_owned(), new.to_owned()));
            assert_eq!(repeated(language, old, new), wanted, "{new}");
        }
    }

    #[test]
    fn what_differs_is_no_repetition() {
        assert_eq!(
            repeated("javascript", "a = 1;\nx\nb = 1;\n", "a = 2;\nx\nb = 3;\n"),
            None
        );
    }
}
