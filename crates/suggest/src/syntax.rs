//! The syntax check: code that parses is not broken.

use std::ops::Range;

use edit::{replaced, slice};

use crate::{Dropped, Reason, Suggestion, Suggestions, language};

/// Bytes of the largest document that is checked.
const LARGEST: usize = 1 << 19;
/// With more errors a document is not in the language of the grammar, as C++ in a `.h` file is not in C.
const FOREIGN: usize = 50;

/// Finds syntax errors. The grammars are whoever's implements it; `()` and `None` have none.
pub trait Syntax {
    /// The bytes of `text` that the language's grammar makes no sense of, in any order; an empty range
    /// is a place where something is missing. `None` where nothing can be said, for want of a
    /// grammar. `language` is a name as [`language`] gives it.
    fn errors(&self, language: &str, text: &str) -> Option<Vec<Range<usize>>>;

    /// The nodes that hold a range of bytes of `text`, the innermost first. `None` as for
    /// [`errors`](Syntax::errors).
    fn nodes(&self, language: &str, text: &str, range: Range<usize>) -> Option<Vec<Node>>;
}

/// A node of a syntax tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name in the grammar.
    pub kind: String,
    /// The field of the node around it that it is in, empty if it is in none.
    pub field: String,
    /// Its bytes.
    pub range: Range<usize>,
}

/// The nodes that hold a range of the document `text`, the innermost first. `None` where nothing can be said,
/// for want of a grammar or because the document is over 512 KiB.
pub fn nodes(
    path: &str,
    text: &str,
    range: Range<usize>,
    syntax: &dyn Syntax,
) -> Option<Vec<Node>> {
    let language = language(path).filter(|_| text.len() <= LARGEST)?;
    syntax.nodes(language, text, range)
}

/// Whether a range of the document `text` is code, and no part of a comment or a string. A string as a whole is code, since
/// it may be replaced by code. `None` where nothing can be said, for want of a grammar or because the document is over
/// 512 KiB.
pub fn is_code(path: &str, text: &str, range: Range<usize>, syntax: &dyn Syntax) -> Option<bool> {
    let nodes = nodes(path, text, range.clone(), syntax)?;
    Some(is_code_in(&nodes, &range))
}

/// The same for a range of which the [`nodes`] are known.
pub fn is_code_in(nodes: &[Node], range: &Range<usize>) -> bool {
    // What a template string computes is code in it: the first that says something counts.
    let says = |node: &Node| {
        let has = |part| node.kind.contains(part);
        let is_computed = has("interpolation") || has("substitution");
        let is_in_string = has("string") && node.range != *range;
        (is_computed || has("comment") || is_in_string).then_some(is_computed)
    };
    nodes.iter().find_map(says).unwrap_or(true)
}

impl Syntax for () {
    fn errors(&self, _language: &str, _text: &str) -> Option<Vec<Range<usize>>> {
        None
    }

    fn nodes(&self, _language: &str, _text: &str, _range: Range<usize>) -> Option<Vec<Node>> {
        None
    }
}

impl<S: Syntax> Syntax for Option<S> {
    fn errors(&self, language: &str, text: &str) -> Option<Vec<Range<usize>>> {
        self.as_ref()?.errors(language, text)
    }

    fn nodes(&self, language: &str, text: &str, range: Range<usize>) -> Option<Vec<Node>> {
        self.as_ref()?.nodes(language, text, range)
    }
}

impl Suggestions {
    /// Holds back what breaks the syntax of the document `text`: the last filter, for it costs the most.
    ///
    /// Each suggestion is judged in the text as it will be when its turn comes, with those before it
    /// accepted. One that breaks the text stays if those right after it make it whole again, as a
    /// closing bracket does further down. Lines that did not parse before are the user's to finish,
    /// and whatever is suggested for them stays.
    ///
    /// Nothing is held back where the language has no grammar, in a document over 512 KiB, or in one with
    /// more than 50 errors.
    pub fn hold_back_broken(&mut self, path: &str, text: &str, syntax: &dyn Syntax) {
        let Some(language) = language(path).filter(|_| text.len() <= LARGEST) else {
            return;
        };
        if self.suggestions.is_empty() {
            return; // and nothing is parsed
        }
        if let Some((whole, broken)) = sorted(&self.suggestions, language, text, syntax) {
            self.suggestions = whole;
            self.dropped.extend(broken.into_iter().map(|range| Dropped {
                reason: Reason::Syntax,
                range,
            }));
        }
    }
}

/// The suggestions that can be accepted one after the other, and the ranges of those that break the
/// text. `None` where nothing can be said.
fn sorted(
    suggestions: &[Suggestion],
    language: &str,
    text: &str,
    syntax: &dyn Syntax,
) -> Option<(Vec<Suggestion>, Vec<Range<usize>>)> {
    let state = |accepted| State::new(text, accepted, language, syntax);
    let mut now = state(Vec::new()).filter(|now| now.errors.len() <= FOREIGN)?;
    let (mut rest, mut broken) = (suggestions, Vec::new());
    'rest: while let Some((next, after)) = rest.split_first() {
        // All that is left is tried first: most answers are sound.
        for count in std::iter::once(rest.len()).chain(1..rest.len()) {
            let (group, later) = rest.split_at(count);
            let then = state([&now.accepted, group].concat())?;
            if !then.breaks(&now, group) {
                (now, rest) = (then, later);
                continue 'rest;
            }
        }
        broken.push(next.range.clone());
        rest = after;
    }
    Some((now.accepted, broken))
}

/// The document after some suggestions.
struct State {
    accepted: Vec<Suggestion>,
    text: String,
    errors: Vec<Range<usize>>,
}

impl State {
    fn new(
        document: &str,
        accepted: Vec<Suggestion>,
        language: &str,
        syntax: &dyn Syntax,
    ) -> Option<Self> {
        let text = applied(document, &accepted);
        let errors = syntax.errors(language, &text)?;
        Some(State {
            accepted,
            text,
            errors,
        })
    }

    /// Whether this state, which is `before` with `next` accepted, is broken by them.
    ///
    /// In a text without an error that is any error. In one with errors it is one that begins on the
    /// lines of a suggestion: the old ones may be read otherwise than before, and reach further.
    fn breaks(&self, before: &State, next: &[Suggestion]) -> bool {
        if before.errors.is_empty() {
            return !self.errors.is_empty();
        }
        next.iter().any(|suggestion| {
            let (was, is) = (before.lines(suggestion), self.lines(suggestion));
            let failed = |error: &Range<usize>| error.start <= was.end && was.start <= error.end;
            let fails = |error: &Range<usize>| (is.start..=is.end).contains(&error.start);
            !before.errors.iter().any(failed) && self.errors.iter().any(fails)
        })
    }

    /// The lines that a suggestion concerns, before or after it is accepted.
    fn lines(&self, suggestion: &Suggestion) -> Range<usize> {
        let Range { start, end } = self.place(suggestion);
        let first = slice(&self.text, 0..start).rfind('\n');
        let rest = slice(&self.text, end..self.text.len());
        let last = rest.find('\n').unwrap_or(rest.len());
        first.map_or(0, |at| at + 1)..self.text.len() - rest.len() + last
    }

    /// The bytes that a suggestion has replaced or would replace.
    fn place(&self, suggestion: &Suggestion) -> Range<usize> {
        let mut start = suggestion.range.start;
        let mut len = suggestion.range.len();
        for accepted in &self.accepted {
            if accepted.range == suggestion.range {
                len = accepted.text.len();
            } else if accepted.range.end <= suggestion.range.start {
                start = (start + accepted.text.len()).saturating_sub(accepted.range.len());
            }
        }
        start..start + len
    }
}

/// `text` after suggestions, which are all ranges of it and do not overlap.
fn applied(text: &str, suggestions: &[Suggestion]) -> String {
    let mut suggestions: Vec<_> = suggestions.iter().collect();
    suggestions.sort_by_key(|suggestion| (suggestion.range.start, suggestion.range.end));
    let changes = suggestions.into_iter();
    replaced(text, changes.map(|one| (one.range.clone(), &*one.text)))
}
