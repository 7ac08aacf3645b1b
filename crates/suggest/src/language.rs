//! What language a document is in: by the names that tree-sitter's grammars have.

/// Languages by the ending of a file's name.
const ENDINGS: [(&str, &str); 31] = [
    ("c", "c"),
    ("h", "c"),
    ("cc", "cpp"),
    ("cpp", "cpp"),
    ("cxx", "cpp"),
    ("hpp", "cpp"),
    ("cs", "c_sharp"),
    ("css", "css"),
    ("go", "go"),
    ("htm", "html"),
    ("html", "html"),
    ("java", "java"),
    ("cjs", "javascript"),
    ("js", "javascript"),
    ("jsx", "javascript"),
    ("mjs", "javascript"),
    ("json", "json"),
    ("kt", "kotlin"),
    ("lua", "lua"),
    ("php", "php"),
    ("py", "python"),
    ("pyi", "python"),
    ("rb", "ruby"),
    ("rs", "rust"),
    ("sh", "bash"),
    ("swift", "swift"),
    ("cts", "typescript"),
    ("mts", "typescript"),
    ("ts", "typescript"),
    ("tsx", "tsx"),
    ("zig", "zig"),
];

/// The language of a file; none where its ending is unknown. Not every one has a grammar here.
pub fn language(path: &str) -> Option<&'static str> {
    let ending = path.rsplit_once('.')?.1;
    let (_, language) = ENDINGS.iter().find(|(known, _)| *known == ending)?;
    Some(language)
}

/// The languages that [`language`] knows, some of them several times.
pub fn languages() -> impl Iterator<Item = &'static str> {
    ENDINGS.into_iter().map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn the_ending_tells() {
        assert_eq!(language("a.b/c.tsx"), Some("tsx"));
        assert_eq!(language("types.d.ts"), Some("typescript"));
        assert_eq!(language("a/b.txt"), None);
        assert_eq!(language("Makefile"), None);
    }
}
