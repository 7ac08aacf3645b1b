//! Answers that go round in circles.

use edit::{Hunk, Lines};

use super::{Rewrite, visible};

/// Lines of the longest block whose repetition is looked for.
const BLOCK: usize = 32;
/// Visible lines of a block that is too long to be there twice in a row.
const TWICE: usize = 4;

/// Whether `lines`, a hunk of the rewrite, adds the same lines for the third time in a row, or a
/// longer block for the second time, and the document has no such repetition itself.
pub(super) fn repeats(rewrite: &Rewrite<'_>, lines: &Hunk) -> bool {
    let rows = Lines::new(rewrite.answer);
    let first = rows.row(lines.new.start);
    let end = rows.row(lines.new.end.saturating_sub(1)) + 1;
    let said: Vec<&str> = rewrite.answer.split('\n').collect();
    let shown = |block: &[&str]| {
        let shown = block.iter().filter(|line| visible(line).next().is_some());
        shown.count()
    };
    // From row `start` on, the same block so many `times`.
    let circle = |start: usize, size: usize, times: usize| {
        let Some(blocks) = said.get(start..start + size * times) else {
            return false;
        };
        let block = blocks.get(..size).unwrap_or_default();
        shown(block) >= if times > 2 { 1 } else { TWICE }
            && blocks.chunks(size).all(|other| other == block)
            && !rewrite.text.contains(&blocks.join("\n"))
    };
    // Where such blocks have at least one of the hunk's lines.
    let starts = |size: usize, times: usize| (first + 1).saturating_sub(size * times)..end;
    !lines.new.is_empty()
        && (1..=BLOCK).any(|size| {
            starts(size, 3).any(|start| circle(start, size, 3))
                || starts(size, 2).any(|start| circle(start, size, 2))
        })
}

#[cfg(test)]
mod tests {
    use edit::line_hunks;

    use super::{Rewrite, repeats};

    fn circles(region: &str, answer: &str) -> bool {
        let rewrite = Rewrite {
            text: region,
            region,
            answer,
            after: "",
        };
        line_hunks(region, answer)
            .iter()
            .any(|lines| repeats(&rewrite, lines))
    }

    #[test]
    fn a_line_or_a_block_for_the_third_time() {
        assert!(circles("a\nz", "a\nx()\nx()\nx()\nz"));
        assert!(circles("a\nx()\nz", "a\nx()\nx()\nx()\nz"));
        assert!(circles("a\nz", "a\nx\ny\nx\ny\nx\ny\nz"));
        assert!(!circles("a\nz", "a\nx\ny\nx\ny\nz"));
    }

    #[test]
    fn a_longer_block_for_the_second_time() {
        assert!(circles("a\nb\nc\nd\n", "a\nb\nc\nd\na\nb\nc\nd\n"));
        assert!(!circles("a\nb\nc\n", "a\nb\nc\na\nb\nc\n"));
    }

    #[test]
    fn what_the_text_does_itself() {
        assert!(!circles("0,\n0,\n0,\n", "0,\n0,\n0,\n0,\n"));
        assert!(!circles("0,\n0,\n0,\na", "0,\n0,\n0,\nb"));
        assert!(!circles("a\nz", "a\n\n\n\nb\nz"));
    }
}
