//! `foretab cases`: a repository's own history as edits to predict.

mod commits;
mod excerpt;
mod fill;
mod generated;
mod near;
mod rebuild;
mod rename;
mod repetition;
mod replay;
mod selection;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use commits::Commits;
use selection::Selection;

/// Arguments of `foretab cases`.
#[derive(Args)]
pub(crate) struct Cases {
    /// A checkout or a bare git directory
    #[arg(long)]
    git: PathBuf,
    /// The revisions to replay, as `git log` takes them
    #[arg(long, default_value = "HEAD")]
    rev_range: String,
    /// The most cases to write
    #[arg(long)]
    max: Option<usize>,
    /// The most cases of a task
    #[arg(long)]
    each: Option<usize>,
    /// Tasks, separated by commas, all if absent: next, typed, fill, noise, repeat (-rename, -signature, -type, -literal,
    /// -import and -pattern), and, made up over the files of a commit, rename and rebuild
    #[arg(long, value_delimiter = ',')]
    tasks: Vec<String>,
    /// Which edits of a commit become cases: the same seed, the same cases
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Languages, separated by commas: typescript, tsx, rust, python, … All if absent, but json, which
    /// programs write more than people
    #[arg(long, value_delimiter = ',')]
    languages: Vec<String>,
    /// Only so many unchanged lines of a document on either side of the edit, and a short history
    #[arg(long)]
    excerpt: Option<usize>,
}

impl Cases {
    /// Writes the cases as JSON Lines, newest commit first.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let known = |name: &String| {
            let mut all = suggest::languages();
            all.any(|language| language == name)
        };
        if let Some(unknown) = self.languages.iter().find(|name| !known(name)) {
            anyhow::bail!("unknown language {unknown:?}");
        }
        let language = |path: &str| {
            suggest::language(path).filter(|language| {
                let named = self.languages.iter().any(|name| name == language);
                named || (self.languages.is_empty() && *language != "json")
            })
        };

        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut selection = Selection::new(self.max, self.each, &self.tasks);
        let mut commits = Commits::open(&self.git, &self.rev_range)?;
        while !selection.is_full()
            && let Some(commit) = commits.next(language)?
        {
            // A commit's cases depend on the seed and on itself only.
            let mut seed = DefaultHasher::new();
            (self.seed, &commit.id).hash(&mut seed);
            let short = commit.id.get(..12).unwrap_or(&commit.id);
            let makes = |task: &str| selection.makes(task);
            let mut cases = replay::cases(short, &commit.files, seed.finish(), makes);
            cases.retain(|case| selection.takes(case));
            for case in cases {
                let case = match self.excerpt {
                    Some(lines) => excerpt::excerpt(case, lines),
                    None => case,
                };
                serde_json::to_writer(&mut out, &case)?;
                out.write_all(b"\n")?;
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}
