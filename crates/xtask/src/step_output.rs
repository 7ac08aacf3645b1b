//! What a step prints: shown as it comes, and of a step that failed said again at the end, where one looks first.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, PipeReader, Write as _, pipe, stdout};
use std::process::Command;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::spawn;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};

/// The last lines that are kept.
const LAST: usize = 60;
/// Lines of a failure before those that are kept, and what follows each of them.
const FAILURES: usize = 60;
const FOLLOWING: usize = 8;
/// What the tools that the steps run call a failure: Cargo's tests, vitest, node's test runner, compilers.
const MARKS: [&str; 7] = [
    "FAILED",
    "panicked at",
    " FAIL ",
    "not ok ",
    "× ",
    "error:",
    "error[",
];

/// How long output is waited for after the program has ended: what it left running may hold the pipe for ever.
const REST: Duration = Duration::from_secs(3);

/// Runs the program, shows its output line by line, and gives what [`Kept`] keeps of it where it fails.
pub(crate) fn run(mut command: Command) -> Result<Result<(), String>> {
    let (reader, writer) = pipe()?;
    let mut child = command.stdout(writer.try_clone()?).stderr(writer).spawn()?;
    // It has the pipe's writing ends: the output would not end before they are closed.
    drop(command);
    let kept = Arc::new(Mutex::new(Kept::default()));
    let (ended, end) = channel();
    let shown = Arc::clone(&kept);
    spawn(move || {
        // Output that cannot be read or shown fails nothing: the program's status tells how it went.
        let _ = show(reader, &shown);
        let _ = ended.send(());
    });
    let status = child.wait()?;
    let _ = end.recv_timeout(REST);
    if status.success() {
        return Ok(Ok(()));
    }
    if status.code().is_none() {
        bail!("it was ended: {status}");
    }
    let kept = kept.lock().map_err(|_| anyhow!("no output"))?;
    Ok(Err(kept.text()))
}

fn show(reader: PipeReader, kept: &Mutex<Kept>) -> io::Result<()> {
    let mut output = BufReader::new(reader);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        stdout().write_all(&line)?;
        if let Ok(mut kept) = kept.lock() {
            kept.line(String::from_utf8_lossy(&line).trim_end());
        }
        line.clear();
    }
    Ok(())
}

/// The first lines that say what failed, and the last lines of all.
#[derive(Default)]
struct Kept {
    failures: Vec<String>,
    /// Lines that still belong to the last failure.
    following: usize,
    last: VecDeque<String>,
}

impl Kept {
    fn line(&mut self, line: &str) {
        self.last.push_back(line.to_owned());
        if self.last.len() <= LAST {
            return;
        }
        let Some(line) = self.last.pop_front() else {
            return;
        };
        if MARKS.iter().any(|mark| line.contains(mark)) {
            self.following = 1 + FOLLOWING;
        }
        if self.following > 0 && self.failures.len() < FAILURES {
            self.following -= 1;
            self.failures.push(line);
        }
    }

    fn text(&self) -> String {
        let mut lines: Vec<&str> = self.failures.iter().map(String::as_str).collect();
        if !lines.is_empty() {
            lines.push("[…]");
        }
        lines.extend(self.last.iter().map(String::as_str));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{FOLLOWING, Kept, LAST, run};

    #[test]
    fn of_many_lines_the_failure_and_the_last_ones_are_kept() {
        let mut kept = Kept::default();
        for line in ["fine", "test a ... FAILED"] {
            kept.line(line);
        }
        for line in 0..1000 {
            kept.line(&line.to_string());
        }
        let text = kept.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 1 + FOLLOWING + 1 + LAST);
        assert_eq!(lines[..2], ["test a ... FAILED", "0"]);
        assert_eq!(lines[1 + FOLLOWING], "[…]");
        assert_eq!(lines.last(), Some(&"999"));
    }

    #[test]
    fn what_a_program_said_on_both_streams_is_kept_if_it_fails() {
        let mut fails = Command::new("rustc");
        fails.arg("--no-such-option");
        let said = run(fails).unwrap().unwrap_err();
        assert!(said.contains("no-such-option"), "{said}");
        let mut works = Command::new("rustc");
        works.arg("--version");
        assert_eq!(run(works).unwrap(), Ok(()));
    }

    #[cfg(unix)]
    #[test]
    fn what_a_program_left_running_is_not_waited_for() {
        let mut leaves = Command::new("sh");
        leaves.args(["-c", "sleep 3600 & echo $!; exit 1"]);
        let said = run(leaves).unwrap().unwrap_err();
        let killed = Command::new("kill").arg(said.trim()).status().unwrap();
        assert!(killed.success());
    }
}
