//! Ending an answer early, once it has come back to the text that it rewrites.

/// Lines, blank ones not counted, that an answer and its region have to share again.
const SHARED: usize = 2;
/// The same where the answer has left out or replaced more than one line on the way there: a new
/// block before one that ends like it looks as if the old one had been left out, until it goes on.
const SHARED_AFTER_REPLACING: usize = 3;

/// The whole answer, if `answer`, which is still growing, has rejoined `region`.
///
/// An answer has rejoined when it has differed from the region and its last complete lines are
/// consecutive lines of the region again, at or after the first difference: two lines (AO's client
/// has the same rule), three if more than one line of the region stands between the difference and
/// them, blank ones not counted. What the region has after them is then taken as it stands, so that
/// an answer holds one change and most of the copying is saved.
/// Where they stand in several such places, the answer goes on; and so it does where what is left of
/// the region is expected to change, too, by what `expected` has in its place.
///
/// `answer[..known]` is known not to have rejoined. Of the lines that have come to an end since then
/// the first one counts by which it had: what the model has said beyond it is dropped, so that the
/// result does not depend on how much of it came at once.
pub fn rejoin(answer: &str, known: usize, region: &str, expected: &str) -> Option<String> {
    let ends = answer.match_indices('\n').map(|(at, _)| at + 1);
    ends.filter(|&end| end > known)
        .find_map(|end| rejoined(answer.get(..end)?, region, expected))
}

/// The whole answer, if it has rejoined `region` by the end of `complete`, which is whole lines.
fn rejoined(complete: &str, region: &str, expected: &str) -> Option<String> {
    let lines: Vec<&str> = complete.lines().collect();
    let old: Vec<&str> = region.lines().collect();
    let first = lines.iter().zip(&old).take_while(|(a, b)| a == b).count();
    // Whether the answer has come to the region's line `row`, which it has not said yet.
    let arrived = |&row: &usize| {
        let (Some(lines), Some(old)) = (lines.get(first..), old.get(first..row)) else {
            return false;
        };
        let pairs = lines.iter().rev().zip(old.iter().rev());
        let shared: Vec<_> = pairs.take_while(|(a, b)| a == b).collect();
        let visible = shared.iter().filter(|(line, _)| !line.trim().is_empty());
        let replaced = old.len() - shared.len();
        let wanted = if replaced > 1 {
            SHARED_AFTER_REPLACING
        } else {
            SHARED
        };
        visible.count() >= wanted
    };
    let mut rows = (first..=old.len()).filter(arrived);
    let row = rows.next().filter(|_| rows.next().is_none())?;
    let rest = old.get(row..)?;
    let expected: Vec<&str> = expected.lines().collect();
    if !expected.ends_with(rest) {
        return None;
    }
    let mut whole = complete.to_owned();
    for line in rest {
        whole.push_str(line);
        whole.push('\n');
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::rejoin;

    const REGION: &str = "a\nb\nc\nd\ne\nf";

    fn ends(answer: &str, whole: Option<&str>) {
        assert_eq!(
            rejoin(answer, 0, REGION, REGION).as_deref(),
            whole,
            "{answer:?}"
        );
    }

    #[test]
    fn a_changed_line_and_two_lines_again() {
        ends("a\nB\nc\n", None);
        ends("a\nB\nc\nd", None);
        ends("a\nB\nc\nd\n", Some("a\nB\nc\nd\ne\nf\n"));
        ends("a\nB\nc\nd\ne", Some("a\nB\nc\nd\ne\nf\n"));
    }

    #[test]
    fn what_was_said_beyond_is_dropped() {
        ends("a\nB\nc\nd\nE\nf", Some("a\nB\nc\nd\ne\nf\n"));
        assert_eq!(rejoin("a\nB\nc\nd\nE\n", 8, REGION, REGION), None);
    }

    #[test]
    fn an_answer_goes_on_while_more_is_expected_to_change() {
        let said = "a\nB\nc\nd\n";
        assert_eq!(rejoin(said, 0, REGION, "a\nB\nc\nd\ne\nF"), None);
        assert!(rejoin(said, 0, REGION, "A\nb\nC\nd\ne\nf").is_some());
    }

    #[test]
    fn added_and_removed_lines() {
        ends("a\nx\ny\nb\nc\n", Some("a\nx\ny\nb\nc\nd\ne\nf\n"));
        ends("a\nc\nd\n", Some("a\nc\nd\ne\nf\n"));
        ends("a\nd\ne\n", None);
        ends("a\nd\ne\nf\n", Some("a\nd\ne\nf\n"));
    }

    #[test]
    fn an_answer_without_a_difference_goes_on() {
        ends("", None);
        ends("a\nb\nc\nd\n", None);
    }

    #[test]
    fn a_new_block_that_ends_like_the_next_one_goes_on() {
        let region = "fn a() {\n    on\nfn b() {\n    two();\n}\n\nfn c() {";
        let answer = "fn a() {\n    one();\n}\n\n";
        assert_eq!(rejoin(answer, 0, region, region), None);
        let answer = "fn a() {\n    one();\n}\n\nfn b() {\n    two();\n";
        let whole = "fn a() {\n    one();\n}\n\nfn b() {\n    two();\n}\n\nfn c() {\n";
        assert_eq!(rejoin(answer, 0, region, region).as_deref(), Some(whole));
    }

    #[test]
    fn blank_or_ambiguous_lines_are_no_rejoin() {
        assert_eq!(rejoin("A\n\n\n", 0, "a\n\n\nb", "a\n\n\nb"), None);
        assert_eq!(rejoin("A\n\nb\n", 0, "a\n\nb\nc", "a\n\nb\nc"), None);
        let twice = "s\nx\ny\nm\nx\ny\nn";
        assert_eq!(
            rejoin("s\nnew\nx\ny\n", 0, twice, twice).as_deref(),
            Some("s\nnew\nx\ny\nm\nx\ny\nn\n")
        );
        assert_eq!(
            rejoin("s\nnew\nx\nx\n", 0, "s\nx\nx\nx\nn", "s\nx\nx\nx\nn"),
            None
        );
        assert_eq!(
            rejoin("S\nx\ny\n", 0, twice, twice).as_deref(),
            Some("S\nx\ny\nm\nx\ny\nn\n")
        );
    }
}
