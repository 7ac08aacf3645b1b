//! Made-up renames of what has a scope, by tree-sitter's trees.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use edit::{Newest, is_word, slice, whole};

use super::rebuild::FILE;
use super::replay::{Now, Replay};
use crate::case::Case;
use crate::outline::outline;
use crate::syntax::Grammars;

/// Names of a file that are tried.
const NAMES: usize = 6;
/// Uses of a name that is not tried: it is everywhere.
const USES: usize = 24;

impl Replay<'_> {
    /// A name is renamed where it is declared, and perhaps at some of the next uses; the other places in the window that
    /// mean the same are wanted. The new name stands nowhere in the file. Nothing where the language has no grammar or
    /// no name will do.
    pub(super) fn rename(&self, random: &mut fastrand::Rng) -> Option<Case> {
        let text = &self.file.new;
        let (language, path) = (self.file.language, &self.file.path);
        let outline = outline(language, path, text).filter(|_| text.len() <= FILE)?;
        let mut declared = BTreeMap::<&str, Range<usize>>::new();
        for at in &outline.scoped {
            declared
                .entry(slice(text, at.clone()))
                .or_insert(at.clone());
        }
        let mut names: Vec<_> = declared
            .into_iter()
            .filter(|(name, _)| name.len() > 2)
            .collect();
        random.shuffle(&mut names);
        let named = names.into_iter().take(NAMES).find_map(|(name, origin)| {
            let all: Vec<_> = whole(text, name).collect();
            let used: Vec<_> = all
                .into_iter()
                .filter(|at| outline.names.contains(&at.start))
                .collect();
            // What a format string names is no name in the tree.
            let in_format = language == "rust" && text.contains(&format!("{{{name}"));
            let clear = !in_format && used.iter().all(|at| !outline.labels.contains(&at.start));
            if !clear || !(2..=USES).contains(&used.len()) {
                return None;
            }
            let mut places = suggest::alike(path, text, Some(origin.clone()), used, &Grammars);
            places.retain(|at| at.start >= origin.start);
            (places.len() > 1).then_some((name, places))
        });
        let (name, places) = named?;
        let new = new_name(name, text, is_snake(language), random)?;
        // The declaration, and a use or two that were accepted since.
        let done = 1 + random.usize(0..3).saturating_sub(1).min(places.len() - 2);
        let before = renamed(text, &places[..done - 1], &new);
        let now = renamed(text, &places[..done], &new);
        let cursor = Newest::between(&before, &now)?.range.end;
        let cursor = edit::words_around(&now, cursor..cursor).end;
        let window = prompt::window(&now, cursor);
        // Where a place stands in the document now.
        let shift = |at: usize| at + done * new.len() - done * name.len();
        let in_window = |at: &&Range<usize>| shift(at.end) <= window.end;
        let wanted = done + places[done..].iter().take_while(in_window).count();
        if wanted == done {
            return None;
        }
        let expected = renamed(text, &places[..wanted], &new);
        let states = (0..done).map(|n| {
            (
                renamed(text, &places[..n], &new),
                renamed(text, &places[..=n], &new),
            )
        });
        let history = states
            .filter_map(|(before, after)| super::replay::change(&self.file.path, &before, &after));
        let history = history.collect();
        let now = Now {
            before,
            text: now,
            cursor,
        };
        Some(self.case(("rename", "below"), now, history, Some(expected)))
    }
}

fn renamed(text: &str, places: &[Range<usize>], new: &str) -> String {
    edit::replaced(text, places.iter().map(|place| (place.clone(), new)))
}

/// Another name in the same style: with a word of the file put before it, behind it, in the place of one of its words, or
/// of all.
fn new_name(name: &str, text: &str, snake: bool, random: &mut fastrand::Rng) -> Option<String> {
    let own = words(name);
    let vocabulary: BTreeSet<_> = text
        .split(|c| !is_word(c))
        .flat_map(words)
        .filter(|word| {
            word.len() > 2 && word.chars().all(|c| c.is_ascii_lowercase()) && !own.contains(word)
        })
        .collect();
    let vocabulary: Vec<_> = vocabulary.into_iter().collect();
    let used: BTreeSet<_> = text.split(|c| !is_word(c)).collect();
    (0..8).find_map(|_| {
        let word = random.choice(&vocabulary)?.clone();
        let mut words = own.clone();
        match random.u8(0..4) {
            0 => words.insert(0, word),
            1 => words.push(word),
            2 => *random.choice(&mut words)? = word,
            _ => words = vec![word, random.choice(&vocabulary)?.clone()],
        }
        let new = spelt(&words, name, snake);
        (!used.contains(new.as_str())).then_some(new)
    })
}

/// The words of a name, in lower case: `fooBar`, `foo_bar` and `FOO_BAR` have two.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        let begins = c.is_uppercase() && was_lower;
        was_lower = c.is_lowercase() || c.is_numeric();
        if begins || c == '_' || c == '$' {
            words.push(String::new());
        }
        if let Some(last) = words.last_mut().filter(|_| c != '_' && c != '$') {
            last.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether names of several words have underscores.
fn is_snake(language: &str) -> bool {
    ["c", "cpp", "python", "rust"].contains(&language)
}

/// The words as a name like `like`; `snake` says how a small one is that may be either.
fn spelt(words: &[String], like: &str, snake: bool) -> String {
    let (lower, upper) = (
        like.chars().any(char::is_lowercase),
        like.chars().any(char::is_uppercase),
    );
    let lead: String = like.chars().take_while(|c| *c == '_').collect();
    let body = like.trim_matches('_');
    let joined = words.join("_");
    if upper && !lower {
        return lead + &joined.to_uppercase();
    }
    if body.contains('_') || (snake && !upper) {
        return lead + &joined;
    }
    let capital = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().into_iter().flat_map(char::to_uppercase);
        first.chain(chars).collect::<String>()
    };
    let mut spelt: Vec<_> = words.iter().map(|word| capital(word)).collect();
    if !body.starts_with(char::is_uppercase)
        && let (Some(first), Some(word)) = (spelt.first_mut(), words.first())
    {
        first.clone_from(word);
    }
    lead + &spelt.concat()
}

#[cfg(test)]
mod tests {
    use super::{spelt, words};
    use crate::commands::cases::replay::{FileChange, Replay};

    #[test]
    fn a_new_name_is_spelt_like_the_old_one() {
        for (name, snake, spelling) in [
            ("total", false, "oldTotal"),
            ("total", true, "old_total"),
            ("getTotal", true, "oldGetTotal"),
            ("Total", false, "OldTotal"),
            ("_get_total", false, "_old_get_total"),
            ("TOTAL_X", false, "OLD_TOTAL_X"),
        ] {
            let mut words = words(name);
            words.insert(0, "old".to_owned());
            assert_eq!(spelt(&words, name, snake), spelling);
        }
    }

    /// Renamed in one function, the name stays in the other, and as a member.
    #[test]
    fn another_scope_keeps_its_name() {
        let new = "\
function first(items) {
  let count = items.length;
  return count;
}
function second(items) {
  return items.size;
}
";
        let file = FileChange {
            path: "a.js".to_owned(),
            language: "javascript",
            old: String::new(),
            new: new.to_owned(),
        };
        let replay = Replay::new("commit", &file, &[]);
        let mut made = 0;
        for seed in 0..40 {
            let Some(case) = replay.rename(&mut fastrand::Rng::with_seed(seed)) else {
                continue;
            };
            made += 1;
            let (before, text, expected) = (case.before, case.text, case.expected.unwrap());
            assert!(before != text && text != expected);
            if !text.contains("first(items)") {
                assert!(text.contains("second(items)"));
                assert!(
                    expected.contains("second(items) {\n  return items.size"),
                    "{expected}"
                );
                assert!(!expected.contains("items.length"), "{expected}");
            }
        }
        assert!(made > 20);
    }
}
