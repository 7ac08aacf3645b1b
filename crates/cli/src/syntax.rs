//! Whether a document parses, by the grammars of tree-sitter.

use std::ops::Range;

use clap::Args;
use suggest::{Node, Syntax};
use tree_sitter::{Language, Parser, Tree};

/// Which grammars there are.
#[derive(Args)]
pub(crate) struct GrammarArgs {
    /// As where there is no grammar for any language, at an edge: what breaks code is offered, too
    #[arg(long)]
    without_grammars: bool,
}

impl GrammarArgs {
    /// Those that are compiled in, unless none are wanted.
    pub(crate) fn grammars(&self) -> Option<Grammars> {
        (!self.without_grammars).then_some(Grammars)
    }
}

/// The grammars that are compiled in.
pub(crate) struct Grammars;

impl Syntax for Grammars {
    fn errors(&self, language: &str, text: &str) -> Option<Vec<Range<usize>>> {
        Some(errors(&parse(language, text)?))
    }

    fn nodes(&self, language: &str, text: &str, range: Range<usize>) -> Option<Vec<Node>> {
        let tree = parse(language, text)?;
        let root = tree.root_node();
        let innermost = root.descendant_for_byte_range(range.start, range.end);
        let nodes = std::iter::successors(innermost, |node| node.parent());
        let nodes = nodes.map(|node| Node {
            kind: node.kind().to_owned(),
            field: field(node).unwrap_or_default().to_owned(),
            range: node.byte_range(),
        });
        Some(nodes.collect())
    }
}

/// The field of the node around it that a node is in.
fn field(node: tree_sitter::Node<'_>) -> Option<&str> {
    let mut cursor = node.parent()?.walk();
    let mut more = cursor.goto_first_child();
    while more && cursor.node() != node {
        more = cursor.goto_next_sibling();
    }
    cursor.field_name()
}

/// The tree of a text; none where the language has no grammar here.
pub(crate) fn parse(language: &str, text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&grammar(language)?).ok()?;
    parser.parse(text, None)
}

/// The errors in a tree: the outermost where one holds another. Trees can be deeper than the stack.
fn errors(tree: &Tree) -> Vec<Range<usize>> {
    let mut errors = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let found = node.is_error() || node.is_missing();
        if found {
            errors.push(node.byte_range());
        }
        if !found && node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return errors;
            }
        }
    }
}

/// Whether what parsed `before` still does `after`. None where nothing can be said: it did not parse before,
/// as half-typed code often does not, or the language has no grammar here.
pub(crate) fn still_parses(language: &str, before: &str, after: &str) -> Option<bool> {
    if parses(language, before)? {
        parses(language, after)
    } else {
        None
    }
}

/// Whether a text parses without an error; none where the language has no grammar here.
pub(crate) fn parses(language: &str, text: &str) -> Option<bool> {
    Some(Grammars.errors(language, text)?.is_empty())
}

fn grammar(language: &str) -> Option<Language> {
    let grammar = match language {
        "c" => tree_sitter_c::LANGUAGE,
        "cpp" => tree_sitter_cpp::LANGUAGE,
        "css" => tree_sitter_css::LANGUAGE,
        "go" => tree_sitter_go::LANGUAGE,
        "html" => tree_sitter_html::LANGUAGE,
        "java" => tree_sitter_java::LANGUAGE,
        "javascript" => tree_sitter_javascript::LANGUAGE,
        "json" => tree_sitter_json::LANGUAGE,
        "python" => tree_sitter_python::LANGUAGE,
        "rust" => tree_sitter_rust::LANGUAGE,
        "tsx" => tree_sitter_typescript::LANGUAGE_TSX,
        "typescript" => tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
        _ => return None,
    };
    Some(grammar.into())
}

#[cfg(test)]
mod tests;
