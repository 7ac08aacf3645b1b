//! Ending an answer early, once it has come back to the text that it rewrites.

/// The whole answer, if `answer`, which is still growing, has rejoined `region`.
///
/// An answer has rejoined when it has differed from the region and its last two complete lines,
/// not both blank, are two consecutive lines of the region again, at or after the first
/// difference. What the region has after them is then taken as it stands, so that an answer holds
/// one change and most of the copying is saved (AO's client does the same).
/// Where the two lines stand in several places, only the place that no line was added or removed
/// before counts; if there is none, the answer goes on.
pub fn rejoin(answer: &str, region: &str) -> Option<String> {
    let complete = &answer[..=answer.rfind('\n')?];
    let lines: Vec<&str> = complete.lines().collect();
    let old: Vec<&str> = region.lines().collect();
    let first = lines.iter().zip(&old).take_while(|(a, b)| a == b).count();
    let [.., last, end] = lines[..] else {
        return None;
    };
    let blank = last.trim().is_empty() && end.trim().is_empty();
    if lines.len() < first + 2 || blank {
        return None;
    }
    let at = |row: usize| old.get(row) == Some(&last) && old.get(row + 1) == Some(&end);
    let aligned = lines.len() - 2;
    let row = if at(aligned) {
        aligned
    } else {
        let mut rows = (first..old.len()).filter(|&row| at(row));
        rows.next().filter(|_| rows.next().is_none())?
    };
    let mut whole = complete.to_owned();
    for line in &old[row + 2..] {
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
        assert_eq!(rejoin(answer, REGION).as_deref(), whole, "{answer:?}");
    }

    #[test]
    fn a_changed_line_and_two_lines_again() {
        ends("a\nB\nc\n", None);
        ends("a\nB\nc\nd", None);
        ends("a\nB\nc\nd\n", Some("a\nB\nc\nd\ne\nf\n"));
        ends("a\nB\nc\nd\ne", Some("a\nB\nc\nd\ne\nf\n"));
    }

    #[test]
    fn added_and_removed_lines() {
        ends("a\nx\ny\nb\nc\n", Some("a\nx\ny\nb\nc\nd\ne\nf\n"));
        ends("a\nc\nd\n", Some("a\nc\nd\ne\nf\n"));
        ends("a\nd\ne\n", Some("a\nd\ne\nf\n"));
    }

    #[test]
    fn an_answer_without_a_difference_goes_on() {
        ends("", None);
        ends("a\nb\nc\nd\n", None);
    }

    #[test]
    fn blank_or_ambiguous_lines_are_no_rejoin() {
        assert_eq!(rejoin("A\n\n\n", "a\n\n\nb"), None);
        let twice = "s\nx\ny\nm\nx\ny\nn";
        assert_eq!(rejoin("s\nnew\nx\ny\n", twice), None);
        assert_eq!(
            rejoin("S\nx\ny\n", twice).as_deref(),
            Some("S\nx\ny\nm\nx\ny\nn\n")
        );
    }
}
