//! When no prediction is made at all.

use crate::Document;

/// Files that often hold secrets are neither read for a prompt nor edited
/// (the names that Zed always excludes).
const SECRET_NAMES: [&str; 2] = [".dev.vars", "secrets.yml"];
const SECRET_EXTENSIONS: [&str; 4] = ["pem", "key", "cert", "crt"];

/// Larger documents are left alone; these numbers are Sweep's server's.
const MAX_CHARACTERS: usize = 10_000_000;
const MAX_LINES: usize = 50_000;
const MAX_AVERAGE_LINE: usize = 240;
const MAX_LINE_IN_WINDOW: usize = 1000;

/// Why the model was not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Skip {
    /// The path looks like one of a file with secrets.
    #[error("{0} may hold secrets")]
    Excluded(String),
    /// Nothing has been edited, so there is nothing to go on from.
    #[error("nothing has been edited yet")]
    NoEditYet,
    /// The document is too large.
    #[error("the document has {0}")]
    TooLarge(String),
    /// The lines are too long for source code that people write.
    #[error("the document has {0}")]
    LongLines(String),
    /// There is nothing to rewrite.
    #[error("there are only blank lines here")]
    Blank,
    /// The window does not fit the model.
    #[error("{0}")]
    DoesNotFit(String),
    /// The path cannot stand in a prompt.
    #[error("{0}")]
    Path(String),
    /// An engine that takes prompts as text would take the user's text for a control token.
    #[error("the text near the cursor, or a path, spells a control token of the model")]
    ControlToken,
}

impl Skip {
    /// The code of the reason, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Skip::Excluded(_) => "excluded",
            Skip::NoEditYet => "no-edit-yet",
            Skip::TooLarge(_) => "too-large",
            Skip::LongLines(_) => "long-lines",
            Skip::Blank => "blank",
            Skip::DoesNotFit(_) => "does-not-fit",
            Skip::Path(_) => "path",
            Skip::ControlToken => "control-token",
        }
    }
}

/// Whether a document with this path is left out of everything.
pub(crate) fn excluded(path: &str) -> bool {
    let name = path
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or(path)
        .to_lowercase();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    name.starts_with(".env")
        || SECRET_NAMES.contains(&name.as_str())
        || extension.is_some_and(|extension| SECRET_EXTENSIONS.contains(&extension))
}

/// Refuses documents that are too large or not written by people.
pub(crate) fn check(document: &Document) -> Result<(), Skip> {
    let (characters, lines) = (document.characters(), document.rows());
    if characters > MAX_CHARACTERS {
        return Err(Skip::TooLarge(format!(
            "{characters} characters, more than {MAX_CHARACTERS}"
        )));
    }
    if lines > MAX_LINES {
        return Err(Skip::TooLarge(format!(
            "{lines} lines, more than {MAX_LINES}"
        )));
    }
    // One long line in a small file is no sign of anything.
    if characters / lines > MAX_AVERAGE_LINE && lines > prompt::WINDOW_LINES {
        let average = characters / lines;
        return Err(Skip::LongLines(format!(
            "{average} characters in a line on average, more than {MAX_AVERAGE_LINE}"
        )));
    }
    let near = document.around_cursor(prompt::WINDOW_LINES);
    let longest = near.lines().map(|line| line.chars().count()).max();
    match longest {
        Some(longest) if longest > MAX_LINE_IN_WINDOW => Err(Skip::LongLines(format!(
            "a line of {longest} characters near the cursor, more than {MAX_LINE_IN_WINDOW}"
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{check, excluded};
    use crate::Document;

    #[test]
    fn files_with_secrets() {
        for path in [
            ".env",
            "a/.env.local",
            "a\\b\\.ENV",
            "ca.pem",
            "x/server.KEY",
            "a.crt",
            "a.cert",
            ".dev.vars",
            "secrets.yml",
        ] {
            assert!(excluded(path), "{path}");
        }
        for path in [
            "env.ts",
            "src/key.ts",
            "pem",
            "keys/index.js",
            "secrets.ts",
            "environment.md",
        ] {
            assert!(!excluded(path), "{path}");
        }
    }

    #[test]
    fn documents_that_nobody_types() {
        let code = |text: &str| check(&Document::new(text)).err().map(|skip| skip.code());
        assert_eq!(code("let a = 1;\n"), None);
        assert_eq!(code(&"x".repeat(1001)), Some("long-lines"));
        assert_eq!(
            code(&format!("{}{}", "\n".repeat(30), "x".repeat(1001))),
            None,
            "outside the window"
        );
        assert_eq!(
            code(&format!("{}\n", "x".repeat(300)).repeat(100)),
            Some("long-lines")
        );
        assert_eq!(code(&"a\n".repeat(50_001)), Some("too-large"));
        assert_eq!(code(&"0123456789\n".repeat(910_000)), Some("too-large"));
    }
}
