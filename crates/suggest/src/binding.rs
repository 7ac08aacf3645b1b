//! Which uses of a name mean the same: scopes, as far as a syntax tree tells them.

use std::ops::Range;

use crate::syntax::{Node, Syntax, nodes};

/// Where names are declared: the node around one, and the field of it that the name is in (empty: none).
const DECLARES: [(&str, &str); 27] = [
    // JavaScript, TypeScript
    ("variable_declarator", "name"),
    ("formal_parameters", ""),
    ("required_parameter", "pattern"),
    ("optional_parameter", "pattern"),
    ("arrow_function", "parameter"),
    ("catch_clause", "parameter"),
    ("for_in_statement", "left"),
    // Rust
    ("let_declaration", "pattern"),
    ("parameter", "pattern"),
    ("closure_parameters", ""),
    ("for_expression", "pattern"),
    // Python
    ("parameters", ""),
    ("lambda_parameters", ""),
    ("default_parameter", "name"),
    ("typed_parameter", ""),
    ("typed_default_parameter", "name"),
    ("assignment", "left"),
    ("for_statement", "left"),
    // Go
    ("short_var_declaration", "left"),
    ("var_spec", "name"),
    ("parameter_declaration", "name"),
    ("range_clause", "left"),
    // Java
    ("formal_parameter", "name"),
    ("enhanced_for_statement", "name"),
    // C, C++
    ("parameter_declaration", "declarator"),
    ("init_declarator", "declarator"),
    ("declaration", "declarator"),
];
/// Functions, which declare their names for what is around them.
const FUNCTIONS: [&str; 14] = [
    "arrow_function",
    "closure_expression",
    "constructor_declaration",
    "func_literal",
    "function_declaration",
    "function_definition",
    "function_expression",
    "function_item",
    "generator_function",
    "generator_function_declaration",
    "lambda",
    "lambda_expression",
    "method_declaration",
    "method_definition",
];
/// What else has names of its own, but not in Python, nor for `var`.
const BLOCKS: [&str; 8] = [
    "block",
    "catch_clause",
    "compound_statement",
    "enhanced_for_statement",
    "for_expression",
    "for_in_statement",
    "for_statement",
    "statement_block",
];

/// Of the `places` of a name in the document `text` those that may mean what stands, or stood, at `origin`:
/// not what is outside of the scope that it is declared for at `origin`, and not what a declaration in a
/// scope without `origin` makes another thing. `None` for an `origin` in another document.
///
/// A place of which nothing is known stays. Only declarations among `places` count.
/// Scopes are those of functions and blocks; members of classes and objects are not looked at.
pub fn alike(
    path: &str,
    text: &str,
    origin: Option<Range<usize>>,
    places: Vec<Range<usize>>,
    syntax: &dyn Syntax,
) -> Vec<Range<usize>> {
    let scope =
        |place: &Range<usize>| declared_for(path, &nodes(path, text, place.clone(), syntax)?);
    let of_origin = origin.as_ref().and_then(scope);
    let has_origin = |scope: &Scope| match &origin {
        Some(origin) => contains(&scope.range, origin),
        None => scope.is_whole,
    };
    let others: Vec<_> = places.iter().filter_map(scope).collect();
    let others: Vec<_> = others
        .into_iter()
        .filter(|scope| !has_origin(scope))
        .collect();
    let mut alike = places;
    alike.retain(|place| {
        of_origin
            .as_ref()
            .is_none_or(|scope| contains(&scope.range, place))
            && !others.iter().any(|scope| contains(&scope.range, place))
    });
    alike
}

/// Whether a name is declared where it stands, for a scope that the tree tells. `nodes` are the name's and those around it,
/// the innermost first.
pub fn is_declared(path: &str, nodes: &[Node]) -> bool {
    declared_for(path, nodes).is_some()
}

struct Scope {
    range: Range<usize>,
    /// It is the whole document.
    is_whole: bool,
}

/// The scope that a name is declared for, if it is declared where it stands. `nodes` are those around it.
fn declared_for(path: &str, nodes: &[Node]) -> Option<Scope> {
    // What is taken apart declares its parts.
    let is_pattern = |node: &&Node| {
        let lists = ["expression_list", "identifier_list"];
        node.kind.contains("pattern") || lists.contains(&node.kind.as_str())
    };
    let inside = nodes.get(1..)?.iter().take_while(is_pattern).count();
    let (name, around) = (nodes.get(inside)?, nodes.get(inside + 1)?);
    if nodes.iter().take(inside).any(|node| node.field == "type") {
        return None; // `Some` of `Some(name)`
    }
    let is = |kinds: &[&str], node: &Node| kinds.contains(&node.kind.as_str());
    let is_function = name.field == "name" && is(&FUNCTIONS, around);
    if !is_function && !DECLARES.contains(&(around.kind.as_str(), name.field.as_str())) {
        return None;
    }
    let is_wide = path.ends_with(".py")
        || nodes
            .get(inside + 2)
            .is_some_and(|node| node.kind == "variable_declaration");
    let outer = nodes.get(inside + 1 + usize::from(is_function)..)?;
    let last = outer.len().checked_sub(1)?;
    let mut scopes = outer.iter().enumerate();
    let (index, scope) = scopes.find(|(index, node)| {
        is(&FUNCTIONS, node) || (!is_wide && is(&BLOCKS, node)) || *index == last
    })?;
    Some(Scope {
        range: scope.range.clone(),
        is_whole: index == last,
    })
}

fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
