//! Changes of nothing but the layout.

use super::visible;

/// Whether two texts differ in nothing that is visible.
pub(crate) fn whitespace(old: &str, new: &str) -> bool {
    visible(old).eq(visible(new))
}

/// Whether the same words are only spread over other lines, as formatters do, which add or remove
/// braces, parentheses, commas and semicolons on the way.
///
/// Both sides have to close what they open: the end of an open bracket is no formatting.
pub(super) fn reformats(old: &str, new: &str) -> bool {
    let laid_out = |c: &char| matches!(c, '{' | '}' | '(' | ')' | ',' | ';');
    let (mut words, others) = (
        visible(old).filter(|c| !laid_out(c)).peekable(),
        visible(new).filter(|c| !laid_out(c)),
    );
    let lines = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
    lines(old) != lines(new)
        && words.peek().is_some()
        && words.eq(others)
        && is_closed(old)
        && is_closed(new)
}

/// Whether every bracket that is opened is closed, and the other way round.
fn is_closed(text: &str) -> bool {
    let count = |bracket: char| text.matches(bracket).count();
    count('{') == count('}') && count('(') == count(')')
}

#[cfg(test)]
mod tests {
    use super::reformats;

    #[test]
    fn a_line_is_broken_up_or_joined() {
        let (one, three) = (
            "t = later(() => f(x), 1);\n",
            "t = later(() => {\n  f(x);\n}, 1);\n",
        );
        assert!(reformats(one, three) && reformats(three, one));
        assert!(reformats("f(a, b)\n", "f(\n  a,\n  b,\n)\n"));
        assert!(reformats("if (x) return;\n", "if (x) {\n  return;\n}\n"));
    }

    #[test]
    fn what_says_more_is_no_formatting() {
        assert!(!reformats("f(a)\n", "f(\n  a,\n  b,\n)\n"));
        assert!(!reformats("if (x) {\n", "if (x) {\n}\n"));
        assert!(!reformats("}\n", "}\n}\n"));
        assert!(!reformats("a\n", "a()\n"));
        assert!(!reformats("a(b)\n", "a(b);\n\n"));
        assert!(!reformats("a = b\n", "a\n== b\n"));
    }
}
