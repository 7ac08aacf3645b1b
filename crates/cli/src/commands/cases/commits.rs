//! A repository's history, read through the `git` program.

use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, bail, ensure};

use super::generated::is_generated;
use super::replay::FileChange;

/// Bytes of the largest file that is read.
const FILE: usize = 200_000;
/// Bytes of the longest line: beyond, a file is minified or generated.
const LINE: usize = 1_000;

/// Commits, newest first, without merges.
pub(crate) struct Commits {
    log: Lines<BufReader<ChildStdout>>,
    log_process: Child,
    blobs: Blobs,
    /// The commit whose files come next.
    next: Option<String>,
}

/// What a commit changed in files that existed before and after it.
pub(crate) struct Commit {
    pub(crate) id: String,
    pub(crate) files: Vec<FileChange>,
}

impl Commits {
    /// Starts to read. `directory` is a checkout or a bare git directory, `range` a revision or a
    /// range of them as `git log` takes it.
    pub(crate) fn open(directory: &Path, range: &str) -> anyhow::Result<Self> {
        ensure!(!range.starts_with('-'), "{range:?} is no revision");
        let mut log_process = git(directory)
            .args([
                "-c",
                "core.quotePath=false",
                "log",
                "--no-merges",
                "--no-renames",
                "--diff-filter=M",
            ])
            .args(["--raw", "--no-abbrev", "--format=commit %H", range, "--"])
            .spawn()
            .context("the git program cannot be started")?;
        let log =
            BufReader::new(log_process.stdout.take().context("no output of git log")?).lines();
        Ok(Commits {
            log,
            log_process,
            blobs: Blobs::open(directory)?,
            next: None,
        })
    }

    /// The next commit with the files whose language `language` knows.
    pub(crate) fn next(
        &mut self,
        language: impl Fn(&str) -> Option<&'static str>,
    ) -> anyhow::Result<Option<Commit>> {
        let mut files = Vec::new();
        loop {
            let line = self.log.next().transpose()?;
            match line.as_deref() {
                Some("") => {}
                Some(line) if line.starts_with(':') => files.extend(self.file(line, &language)?),
                head => {
                    let id = head
                        .and_then(|head| head.strip_prefix("commit "))
                        .map(str::to_owned);
                    let ended = id.is_none();
                    if let Some(id) = std::mem::replace(&mut self.next, id) {
                        return Ok(Some(Commit { id, files }));
                    }
                    if ended {
                        ensure!(self.log_process.wait()?.success(), "git log failed");
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Reads both sides of a raw diff line: `:mode mode old new M<tab>path`.
    fn file(
        &mut self,
        line: &str,
        language: impl Fn(&str) -> Option<&'static str>,
    ) -> anyhow::Result<Option<FileChange>> {
        let (fields, path) = line
            .split_once('\t')
            .context("a diff line without a path")?;
        let fields: Vec<_> = fields.split(' ').collect();
        let &[_, mode, old, new, _] = fields.as_slice() else {
            bail!("a diff line with {} fields", fields.len())
        };
        // Regular files only; git quotes paths with control characters.
        let Some(language) =
            language(path).filter(|_| mode.starts_with("100") && !path.starts_with('"'))
        else {
            return Ok(None);
        };
        let (Some(old), Some(new)) = (self.blobs.source(old)?, self.blobs.source(new)?) else {
            return Ok(None);
        };
        if is_generated(path, &new) {
            return Ok(None);
        }
        Ok(Some(FileChange {
            path: path.to_owned(),
            language,
            old,
            new,
        }))
    }
}

impl Drop for Commits {
    fn drop(&mut self) {
        // Whoever has enough cases stops reading; git would wait for the pipe.
        let _ = self.log_process.kill();
        let _ = self.log_process.wait();
    }
}

/// `git cat-file --batch`: one process for all files.
struct Blobs {
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    process: Child,
}

impl Blobs {
    fn open(directory: &Path) -> anyhow::Result<Self> {
        let mut process = git(directory)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            // What is wrong with the directory, `git log` says as well.
            .stderr(Stdio::null())
            .spawn()?;
        let answers = BufReader::new(process.stdout.take().context("no output of git cat-file")?);
        Ok(Blobs {
            ask: process.stdin.take(),
            answers,
            process,
        })
    }

    /// The text of a source file, with LF line ends; `None` if it is absent, large, binary or
    /// has very long lines.
    fn source(&mut self, id: &str) -> anyhow::Result<Option<String>> {
        let ask = self.ask.as_mut().context("git cat-file has ended")?;
        writeln!(ask, "{id}")?;
        ask.flush()?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        let Some(size) = head
            .trim_end()
            .rsplit(' ')
            .next()
            .and_then(|size| size.parse::<usize>().ok())
        else {
            ensure!(
                head.trim_end().ends_with("missing"),
                "git cat-file answered {head:?}"
            );
            return Ok(None);
        };
        let mut bytes = vec![0; size + 1];
        self.answers.read_exact(&mut bytes)?;
        bytes.pop();
        let text = String::from_utf8(bytes)
            .ok()
            .filter(|text| text.len() <= FILE && !text.contains('\0'));
        let text = text.map(|text| edit::Eol::normalize(&text).into_owned());
        Ok(text.filter(|text| text.lines().all(|line| line.len() <= LINE)))
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        self.ask = None;
        let _ = self.process.wait();
    }
}

fn git(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}
