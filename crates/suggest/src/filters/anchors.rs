//! Answers that begin or end in the middle of the window.

use strsim::normalized_levenshtein;

use super::visible;

/// A window of fewer lines is too short for places in it to mean anything.
const LINES: usize = 10;
/// How like each other two lines are that are the same one, from 0 to 1.
const ALIKE: f64 = 0.7;
/// Visible characters of a line that is not like many others.
const CHARACTERS: usize = 4;

/// Whether an answer of fewer lines than the window begins with a line from behind the window's
/// first quarter, or ends with one from before the last quarter: it has left out what is beyond.
/// (cursortab's client has this check for the first line, with the same numbers.)
pub(super) fn misplaced(region: &str, answer: &str) -> bool {
    let old: Vec<&str> = region.lines().collect();
    let far = |line: Option<&str>, lines: &mut dyn Iterator<Item = &&str>| {
        let lines: Vec<&str> = lines.copied().collect();
        line.filter(|line| visible(line).count() >= CHARACTERS)
            .and_then(|line| place(line, &lines))
            .is_some_and(|place| place > old.len() / 4)
    };
    old.len() > LINES
        && answer.lines().count() < old.len()
        && (far(answer.lines().next(), &mut old.iter())
            || far(answer.lines().next_back(), &mut old.iter().rev()))
}

/// Where a line stands, or else the first one that is like it.
fn place(line: &str, lines: &[&str]) -> Option<usize> {
    let alike = |other: &&str| normalized_levenshtein(line.trim(), other.trim()) > ALIKE;
    let itself = lines.iter().position(|other| *other == line);
    itself.or_else(|| lines.iter().position(alike))
}

#[cfg(test)]
mod tests {
    use super::misplaced;

    fn lines(names: std::ops::Range<char>) -> String {
        names
            .map(|name| format!("the line {name}{name}{name}{name}\n"))
            .collect()
    }

    #[test]
    fn an_answer_that_leaves_out_the_beginning_or_the_end() {
        let region = lines('a'..'u');
        assert!(misplaced(&region, &lines('h'..'u')));
        assert!(misplaced(&region, &lines('a'..'n')));
        assert!(!misplaced(&region, &lines('c'..'u')));
        assert!(!misplaced(&region, &lines('a'..'s')));
        assert!(!misplaced(&lines('a'..'i'), &lines('f'..'i')));
    }

    #[test]
    fn a_new_line_at_either_end() {
        let region = lines('a'..'u');
        assert!(!misplaced(
            &region,
            &format!("something new\n{region}something else\n")
        ));
        assert!(!misplaced(&region, &format!("{region}}}\n")));
    }
}
