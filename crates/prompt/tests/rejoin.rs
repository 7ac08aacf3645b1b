//! An answer that is ended early has the changes that it had, and no other.

use foretab_prompt::rejoin;
use proptest::prelude::*;

/// What a hunk replaces, and by what.
fn hunks(region: &str, answer: &str) -> Vec<(String, String)> {
    edit::line_hunks(region, answer)
        .into_iter()
        .map(|hunk| (region[hunk.old].to_owned(), answer[hunk.new].to_owned()))
        .collect()
}

/// The starts of a text that end in a line feed.
fn growing(answer: &str) -> impl Iterator<Item = &str> {
    answer.match_indices('\n').map(|(at, _)| &answer[..=at])
}

/// What becomes of a line.
#[derive(Debug, Clone)]
enum Fate {
    Stays,
    Goes,
    Becomes(usize),
    Follows(usize),
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        9 => Just(Fate::Stays),
        1 => Just(Fate::Goes),
        1 => (1usize..4).prop_map(Fate::Becomes),
        1 => (1usize..4).prop_map(Fate::Follows),
    ]
}

/// A region of lines that are all different, and an answer to it.
fn edited(fates: &[Fate]) -> (String, String) {
    let (mut region, mut answer) = (String::new(), String::new());
    for (row, fate) in fates.iter().enumerate() {
        let line = format!("line {row}\n");
        let new =
            |count: &usize| -> String { (0..*count).map(|n| format!("new {row} {n}\n")).collect() };
        region.push_str(&line);
        match fate {
            Fate::Stays => answer.push_str(&line),
            Fate::Goes => {}
            Fate::Becomes(count) => answer.push_str(&new(count)),
            Fate::Follows(count) => answer.push_str(&(line + &new(count))),
        }
    }
    (region, answer)
}

proptest! {
    #[test]
    fn the_changes_that_were_complete_and_no_other(fates in prop::collection::vec(fate(), 1..24)) {
        let (region, answer) = edited(&fates);
        let all = hunks(&region, &answer);
        let mut known = 0;
        let mut first = None;
        for said in growing(&answer) {
            // However much is said at once, it is the same.
            first = first.or_else(|| rejoin(said, known, &region));
            known = said.len();
            prop_assert_eq!(&rejoin(said, 0, &region), &first);
            if let Some(whole) = &first {
                let kept = hunks(&region, whole);
                prop_assert!(!kept.is_empty() && all.starts_with(&kept), "{kept:?} of {all:?}");
            }
        }
    }

    #[test]
    fn what_was_said_and_the_rest_of_the_region(
        region in prop::collection::vec(prop_oneof!["", "\\}", "a", "b", " b"], 0..12),
        answer in prop::collection::vec(prop_oneof!["", "\\}", "a", "b", " b", "new"], 0..16),
    ) {
        let (region, answer) = (region.join("\n"), answer.join("\n"));
        let lines: Vec<&str> = region.lines().collect();
        for said in growing(&answer) {
            if let Some(whole) = rejoin(said, 0, &region) {
                // What was said when it rejoined, of which `said` may be more.
                let mut splits = growing(said).filter_map(|said| whole.strip_prefix(said));
                prop_assert!(
                    splits.any(|rest| lines.ends_with(&rest.lines().collect::<Vec<_>>())),
                    "{whole:?}"
                );
            }
        }
    }
}
