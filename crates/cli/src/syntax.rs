//! Languages, and whether a document parses: by the grammars of tree-sitter, whose names they have.

use tree_sitter::{Language, Parser};

/// Languages by the ending of a file's name.
pub(crate) const LANGUAGES: [(&str, &str); 24] = [
    ("c", "c"),
    ("h", "c"),
    ("cc", "cpp"),
    ("cpp", "cpp"),
    ("hpp", "cpp"),
    ("cs", "c_sharp"),
    ("css", "css"),
    ("go", "go"),
    ("html", "html"),
    ("java", "java"),
    ("js", "javascript"),
    ("jsx", "javascript"),
    ("mjs", "javascript"),
    ("kt", "kotlin"),
    ("lua", "lua"),
    ("php", "php"),
    ("py", "python"),
    ("rb", "ruby"),
    ("rs", "rust"),
    ("sh", "bash"),
    ("swift", "swift"),
    ("ts", "typescript"),
    ("tsx", "tsx"),
    ("zig", "zig"),
];

/// The language of a file; none where its ending is unknown.
pub(crate) fn language(path: &str) -> Option<&'static str> {
    let ending = path.rsplit_once('.')?.1;
    let (_, language) = LANGUAGES.iter().find(|(known, _)| *known == ending)?;
    Some(language)
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
fn parses(language: &str, text: &str) -> Option<bool> {
    let mut parser = Parser::new();
    parser.set_language(&grammar(language)?).ok()?;
    let tree = parser.parse(text, None)?;
    Some(!tree.root_node().has_error())
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
mod tests {
    use super::{language, parses, still_parses};

    #[test]
    fn what_parses_and_what_does_not() {
        for (language, good, bad) in [
            ("c", "int a(void) { return 1; }", "int a(void) { return 1;"),
            (
                "cpp",
                "auto a = [](int b) { return b; };",
                "auto a = [(int b) {};",
            ),
            ("css", "a > b { color: red; }", "a > b { color: red;"),
            (
                "go",
                "package a\nfunc b() int { return 1 }\n",
                "package a\nfunc b( int {}\n",
            ),
            ("html", "<p>a <b>c</b></p>", "<p>a <b</p>"),
            ("java", "class A { int b = 1; }", "class A { int b = ; }"),
            ("javascript", "const a = <b>{c}</b>;", "const a = (b;"),
            ("json", "{ \"a\": [1] }", "{ \"a\": [1 }"),
            (
                "python",
                "def a(b):\n    return b\n",
                "def a(b:\n    return b\n",
            ),
            ("rust", "fn a(b: u8) -> u8 { b }", "fn a(b: u8 -> u8 { b }"),
            (
                "typescript",
                "let a: Array<B> = <B[]>c;",
                "let a: Array<B = c;",
            ),
            (
                "tsx",
                "const a = <B c={d as E} />;",
                "const a = <B c={d as E};",
            ),
        ] {
            assert_eq!(parses(language, good), Some(true), "{good}");
            assert_eq!(parses(language, bad), Some(false), "{bad}");
        }
    }

    #[test]
    fn what_did_not_parse_before_does_not_count() {
        for (before, after, still) in [
            ("use(a);", "use(b);", Some(true)),
            ("use(a);", "use(b;", Some(false)),
            ("use(a;", "use(b);", None),
        ] {
            assert_eq!(
                still_parses("javascript", before, after),
                still,
                "{before} {after}"
            );
            assert_eq!(still_parses("zig", before, after), None);
        }
    }

    #[test]
    fn an_ending_tells_the_language_but_not_every_language_has_a_grammar() {
        assert_eq!(language("a.b/c.tsx"), Some("tsx"));
        assert_eq!(language("a/b.txt"), None);
        assert_eq!(language("Makefile"), None);
        assert_eq!(parses("zig", "const a = 1;"), None);
    }
}
