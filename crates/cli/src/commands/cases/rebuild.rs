//! Made-up histories in the manner of LintSeq (arXiv 2410.02749): code is taken away in steps that leave no
//! error, and the way back is what may have been written.

use std::collections::HashSet;
use std::ops::Range;

use edit::{slice, whole};

use super::replay::FileChange;
use crate::outline::{Outline, outline};
use crate::syntax::parses;

/// Steps that are taken.
const STEPS: usize = 4;
/// Lines that one step takes away at most.
const LINES: usize = 12;
/// Bytes of the largest file that is taken apart.
pub(super) const FILE: usize = 60_000;

/// A file that lacks some of what the commit left in it, to be replayed like any other change. Nothing where the
/// language has no grammar, the file does not parse, or less than two steps are possible.
///
/// What stands for a linter is the grammar, and that no name is used whose only declaration is gone.
pub(super) fn rebuild(file: &FileChange, random: &mut fastrand::Rng) -> Option<FileChange> {
    let mut text = file.new.clone();
    let mut steps = 0;
    for _ in 0..STEPS * 3 {
        let outline = outline(file.language, &file.path, &text).filter(|_| text.len() <= FILE)?;
        if let Some(less) = step(&text, &outline, random)
            && parses(file.language, &less)?
        {
            text = less;
            steps += 1;
        }
        if steps == STEPS {
            break;
        }
    }
    (steps >= 2).then(|| FileChange {
        path: file.path.clone(),
        language: file.language,
        old: text,
        new: file.new.clone(),
    })
}

/// The text without one statement or member, and without what needs a name that it declared.
fn step(text: &str, outline: &Outline, random: &mut fastrand::Rng) -> Option<String> {
    let first = random.choice(&outline.pieces)?.clone();
    let mut gone = vec![first];
    loop {
        let is_gone = |at: &Range<usize>| gone.iter().any(|gone| holds(gone, at));
        let (lost, left): (Vec<_>, Vec<_>) = outline.declared.iter().partition(|at| is_gone(at));
        let left: HashSet<_> = left.into_iter().map(|at| slice(text, at.clone())).collect();
        let lost = lost.into_iter().map(|at| slice(text, at.clone()));
        let lost: HashSet<_> = lost.filter(|name| !left.contains(name)).collect();
        let uses = lost.into_iter().flat_map(|name| whole(text, name));
        let uses: Vec<_> = uses.filter(|at| !is_gone(at)).collect();
        let Some(used) = uses.first() else { break };
        // The smallest piece around the use.
        let around = outline.pieces.iter().filter(|lines| holds(lines, used));
        let smallest = around.min_by_key(|lines| lines.len())?;
        gone.push(smallest.clone());
        let lines = gone
            .iter()
            .map(|gone| slice(text, gone.clone()).lines().count());
        if lines.sum::<usize>() > LINES {
            return None;
        }
    }
    gone.sort_by_key(|gone| (gone.start, std::cmp::Reverse(gone.end)));
    let (mut less, mut at) = (String::new(), 0);
    for gone in gone {
        if gone.start >= at {
            less.push_str(slice(text, at..gone.start));
            at = gone.end;
        }
    }
    less.push_str(slice(text, at..text.len()));
    Some(less)
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

#[cfg(test)]
mod tests {
    use super::rebuild;
    use crate::commands::cases::replay::FileChange;
    use crate::syntax::parses;

    #[test]
    fn no_name_is_used_whose_declaration_is_gone() {
        let new = "\
function main() {
  const first = 1;
  const second = first + 1;
  log(second);
  const third = 3;
  log(third);
  log(first);
  end();
}
";
        let file = FileChange {
            path: "a.js".to_owned(),
            language: "javascript",
            old: String::new(),
            new: new.to_owned(),
        };
        let mut made = 0;
        for seed in 0..20 {
            let Some(file) = rebuild(&file, &mut fastrand::Rng::with_seed(seed)) else {
                continue;
            };
            made += 1;
            assert_eq!(parses("javascript", &file.old), Some(true));
            assert!(new.lines().count() > file.old.lines().count());
            for name in ["first", "second", "third"] {
                let uses = file.old.matches(name).count();
                let declared = file.old.contains(&format!("const {name}"));
                assert!(uses == 0 || declared, "{name} in\n{}", file.old);
            }
        }
        assert!(made > 10);
    }
}
