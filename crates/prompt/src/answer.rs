//! What all dialects do to a model's answer.

use edit::Eol;

/// The answer with LF line ends, cut at the first of `stops` that `region` does not have itself.
pub(crate) fn cut(answer: &str, region: &str, stops: &[&str]) -> String {
    let answer = Eol::normalize(answer);
    let stops = stops
        .iter()
        .filter(|stop| !region.contains(**stop))
        .filter_map(|stop| answer.find(stop));
    edit::slice(&answer, 0..stops.min().unwrap_or(answer.len())).to_owned()
}

/// The answer with a final line end where `region` has one, and without one where it has none.
pub(crate) fn terminated(answer: &str, region: &str) -> String {
    match (answer.strip_suffix('\n'), region.ends_with('\n')) {
        (Some(unterminated), false) => unterminated.to_owned(),
        (None, true) => format!("{answer}\n"),
        _ => answer.to_owned(),
    }
}

/// `text` with a final LF, added only where it is missing.
pub(crate) fn body(text: &str) -> String {
    if text.ends_with('\n') {
        text.to_owned()
    } else {
        format!("{text}\n")
    }
}
