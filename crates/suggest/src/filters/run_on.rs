//! Answers that go on with the document behind the window.

/// The answer without the lines after the window's last one that the document has there itself.
///
/// `None` where there are none: where the answer does not end with the window's last line and
/// those after the window, or where the window itself ends like that.
pub(crate) fn without_run_on<'a>(region: &str, answer: &'a str, after: &str) -> Option<&'a str> {
    let last = region.rsplit('\n').next()?;
    let after = after.strip_prefix('\n')?;
    // The window's last line again, and behind it what follows in the document.
    let ends = answer.match_indices('\n').map(|(at, _)| at);
    let mut kept = ends.filter_map(|end| answer.split_at_checked(end));
    kept.find(|(kept, rest)| {
        let rest = rest.strip_prefix('\n').unwrap_or(rest);
        let own = region
            .strip_suffix(rest)
            .and_then(|region| region.strip_suffix('\n'));
        kept.rsplit('\n').next() == Some(last)
            && !rest.trim().is_empty()
            && own.is_none_or(|own| own.rsplit('\n').next() != Some(last))
            && after
                .strip_prefix(rest)
                .is_some_and(|more| more.is_empty() || more.starts_with('\n'))
    })
    .map(|(kept, _)| kept)
}

#[cfg(test)]
mod tests {
    use super::without_run_on;

    #[test]
    fn what_follows_in_the_document_is_cut_off() {
        let cut = |answer| without_run_on("a\n}", answer, "\nb\n}\nc\n");
        assert_eq!(cut("x\n}\nb"), Some("x\n}"));
        assert_eq!(cut("x\n}\nb\n}"), Some("x\n}"));
        assert_eq!(cut("x\n}\nB"), None);
        assert_eq!(cut("x\n}"), None);
        assert_eq!(cut("x\nb"), None);
        assert_eq!(without_run_on("a\n}", "a\n}\nb", ""), None);
    }

    #[test]
    fn lines_that_the_window_has_as_well() {
        let cut = |answer| without_run_on("a\nx\nx\nx", answer, "\nx\nx\nx\nb");
        assert_eq!(cut("A\nx\nx\nx"), None);
        assert_eq!(cut("A\nx\nx\nx\nx\nx\nx\nb"), Some("A\nx\nx\nx"));
    }
}
