//! Ending an answer early, once it has come back to the text that it rewrites.

/// Lines that an answer and its region have to share again.
const SHARED: usize = 2;
/// The same where the answer has left out or replaced more than one line on the way there: a new
/// block before one that ends like it looks as if the old one had been left out, until it goes on.
const SHARED_AFTER_REPLACING: usize = 3;

/// The whole answer, if `answer`, which is still growing, has rejoined `region`.
///
/// An answer has rejoined when it has differed from the region and its last complete lines are
/// consecutive lines of the region again, at or after the first difference: two lines (AO's client
/// has the same rule), three if more than one line of the region stands between the difference and
/// them. A blank line counts only behind another one, where one line has become another and none was
/// added. What the region has after them is then taken as it stands, so that an answer holds one
/// change and most of the copying is saved.
/// Where they stand in several such places, the answer goes on.
///
/// `answer[..known]` is known not to have rejoined. Of the lines that have come to an end since then
/// the first one counts by which it had: what the model has said beyond it is dropped, so that the
/// result does not depend on how much of it came at once.
pub fn rejoin(answer: &str, known: usize, region: &str) -> Option<String> {
    let ends = answer.match_indices('\n').map(|(at, _)| at + 1);
    ends.filter(|&end| end > known)
        .find_map(|end| rejoined(answer.get(..end)?, region))
}

/// The whole answer, if it has rejoined `region` by the end of `complete`, which is whole lines.
fn rejoined(complete: &str, region: &str) -> Option<String> {
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
        let blank = |(line, _): &&(&&str, &&str)| line.trim().is_empty();
        let replaced = old.len() - shared.len();
        // The end of a block and the blank line behind it.
        let in_place = replaced == 1 && lines.len() == old.len();
        let counted = if in_place {
            shared.len() - shared.iter().rev().take_while(blank).count()
        } else {
            shared.len() - shared.iter().filter(blank).count()
        };
        counted
            >= if replaced > 1 {
                SHARED_AFTER_REPLACING
            } else {
                SHARED
            }
    };
    let mut rows = (first..=old.len()).filter(arrived);
    let row = rows.next().filter(|_| rows.next().is_none())?;
    let mut whole = complete.to_owned();
    for line in old.get(row..)? {
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
        assert_eq!(rejoin(answer, 0, REGION).as_deref(), whole, "{answer:?}");
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
        assert_eq!(rejoin("a\nB\nc\nd\nE\n", 8, REGION), None);
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
        assert_eq!(rejoin(answer, 0, region), None);
        let answer = "fn a() {\n    one();\n}\n\nfn b() {\n    two();\n";
        let whole = "fn a() {\n    one();\n}\n\nfn b() {\n    two();\n}\n\nfn c() {\n";
        assert_eq!(rejoin(answer, 0, region).as_deref(), Some(whole));
    }

    #[test]
    fn the_end_of_a_block_and_a_blank_line_behind_a_line_that_was_replaced() {
        let region = "    return total(a) / n;\n}\n\nfunction c() {\n    return total(b);\n}\n";
        let answer = "    return sum(a) / n;\n}\n\n";
        let whole = "    return sum(a) / n;\n}\n\nfunction c() {\n    return total(b);\n}\n";
        assert_eq!(rejoin(answer, 0, region).as_deref(), Some(whole));
        let answer = "    return total(a) / n;\n    log(a);\n}\n\n";
        assert_eq!(rejoin(answer, 0, region), None);
    }

    #[test]
    fn blank_or_ambiguous_lines_are_no_rejoin() {
        assert_eq!(rejoin("A\n\n\n", 0, "a\n\n\nb"), None);
        assert_eq!(rejoin("A\n\nb\n", 0, "a\n\nb\nc"), None);
        let twice = "s\nx\ny\nm\nx\ny\nn";
        assert_eq!(
            rejoin("s\nnew\nx\ny\n", 0, twice).as_deref(),
            Some("s\nnew\nx\ny\nm\nx\ny\nn\n")
        );
        assert_eq!(rejoin("s\nnew\nx\nx\n", 0, "s\nx\nx\nx\nn"), None);
        assert_eq!(
            rejoin("S\nx\ny\n", 0, twice).as_deref(),
            Some("S\nx\ny\nm\nx\ny\nn\n")
        );
    }
}
