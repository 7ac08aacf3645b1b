//! What a file consists of: its names, and the pieces that fill whole lines.

use std::collections::HashSet;
use std::ops::Range;

use edit::slice;
use suggest::Node;

use crate::syntax::parse;

/// Lines of the longest piece.
const LINES: usize = 12;
/// Nodes around an identifier in which it is a label of something that is declared elsewhere; an empty field is any.
const LABELS: [(&str, &str); 12] = [
    ("aliased_import", ""),
    ("attribute", "attribute"),
    ("dotted_name", ""),
    ("export_specifier", ""),
    ("field_pattern", ""),
    ("import_specifier", ""),
    ("keyed_element", ""),
    ("keyword_argument", "name"),
    ("labeled_statement", ""),
    ("literal_element", ""),
    ("shorthand_field_initializer", ""),
    ("use_declaration", ""),
];

/// Names and pieces of a file that parses. Offsets are bytes.
pub(crate) struct Outline {
    /// Where names stand in code.
    pub(crate) names: HashSet<usize>,
    /// Those of them that name a member, a keyword or an import, whose scope is not known.
    pub(crate) labels: HashSet<usize>,
    /// Names where they are declared, in order.
    pub(crate) declared: Vec<Range<usize>>,
    /// Those of them that have a scope of their own, by `suggest::is_declared`.
    pub(crate) scoped: Vec<Range<usize>>,
    /// Statements, members, arguments and the like of at most 12 whole lines, with the LF of the last.
    pub(crate) pieces: Vec<Range<usize>>,
}

/// The outline of a file. `None` where the language has no grammar here, or the file does not parse.
pub(crate) fn outline(language: &str, path: &str, text: &str) -> Option<Outline> {
    let tree = parse(language, text).filter(|tree| !tree.root_node().has_error())?;
    let mut outline = Outline {
        names: HashSet::new(),
        labels: HashSet::new(),
        declared: Vec::new(),
        scoped: Vec::new(),
        pieces: Vec::new(),
    };
    // The nodes around, the outermost first. Trees can be deeper than the stack.
    let mut around = Vec::<Node>::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        around.push(Node {
            kind: node.kind().to_owned(),
            field: cursor.field_name().unwrap_or_default().to_owned(),
            range: node.byte_range(),
        });
        if node.is_named() && around.len() > 1 {
            outline.pieces.extend(whole_lines(text, node.byte_range()));
        }
        if node.child_count() == 0 && node.kind().contains("identifier") {
            outline.name(path, &around);
        }
        if cursor.goto_first_child() {
            continue;
        }
        around.pop();
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                outline.pieces.dedup();
                return Some(outline);
            }
            around.pop();
        }
    }
}

impl Outline {
    /// Adds the name whose node is the last of `around`.
    fn name(&mut self, path: &str, around: &[Node]) {
        let Some([parent, name]) = around.last_chunk() else {
            return;
        };
        let labels = |(kind, field): &(&str, &str)| {
            parent.kind == *kind && (field.is_empty() || name.field == *field)
        };
        self.names.insert(name.range.start);
        if !["identifier", "type_identifier"].contains(&name.kind.as_str())
            || LABELS.iter().any(labels)
        {
            self.labels.insert(name.range.start);
        }
        let innermost_first: Vec<_> = around.iter().rev().cloned().collect();
        let is_scoped = suggest::is_declared(path, &innermost_first);
        if is_scoped {
            self.scoped.push(name.range.clone());
        }
        let is_import = parent.kind.contains("import") || parent.kind == "use_declaration";
        if is_scoped || is_import || name.field == "name" {
            self.declared.push(name.range.clone());
        }
    }
}

/// The lines that a node fills, but for a separator behind it.
fn whole_lines(text: &str, node: Range<usize>) -> Option<Range<usize>> {
    let head = slice(text, 0..node.start);
    let start = head.trim_end_matches([' ', '\t']).len();
    let tail = slice(text, node.end..text.len());
    let rest = tail.trim_start_matches([' ', '\t', ',', ';']);
    let end = text.len() - rest.strip_prefix('\n')?.len();
    let begins_a_line = start == 0 || slice(text, 0..start).ends_with('\n');
    let lines = slice(text, start..end).lines().count();
    (begins_a_line && lines <= LINES).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use edit::slice;

    use super::outline;

    #[test]
    fn names_and_pieces_of_a_file() {
        let text = "import { a } from 'b';\nfunction f(x) {\n  const y = x.z;\n  return y;\n}\n";
        let outline = outline("javascript", "a.js", text).unwrap();
        let texts = |ranges: &[std::ops::Range<usize>]| -> Vec<_> {
            let texts = ranges.iter().map(|range| slice(text, range.clone()));
            texts.map(str::to_owned).collect()
        };
        assert_eq!(texts(&outline.scoped), ["f", "x", "y"]);
        assert_eq!(texts(&outline.declared), ["a", "f", "x", "y"]);
        assert_eq!(outline.names.len(), 7);
        assert!(outline.labels.contains(&text.find('z').unwrap()));
        assert_eq!(
            texts(&outline.pieces),
            [
                "import { a } from 'b';\n",
                "function f(x) {\n  const y = x.z;\n  return y;\n}\n",
                "  const y = x.z;\n",
                "  return y;\n"
            ]
        );
    }

    #[test]
    fn what_does_not_parse_has_no_outline() {
        assert!(outline("javascript", "a.js", "let = {\n").is_none());
    }
}
