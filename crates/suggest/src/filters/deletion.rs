//! Deletions of next to nothing.

use edit::{Hunk, PastChange, slice, spanning};

use super::{Rewrite, visible};

/// Characters that are too few for a deletion and nothing else.
const FEW: usize = 3;

/// Whether fewer than three visible characters are deleted and nothing visible comes, and the user
/// has not just deleted the same elsewhere, so that this would carry it on.
pub(super) fn little(rewrite: &Rewrite<'_>, parts: &[Hunk], changes: &[PastChange]) -> bool {
    let deleted: Option<Vec<String>> = parts
        .iter()
        .map(|part| {
            let old: String = visible(slice(rewrite.region, part.old.clone())).collect();
            let new: String = visible(slice(rewrite.answer, part.new.clone())).collect();
            let least = spanning(&old, &new).filter(|least| least.new.is_empty())?;
            Some(slice(&old, least.old).to_owned())
        })
        .collect();
    deleted.is_some_and(|deleted| {
        let characters = deleted.iter().map(|text| text.chars().count());
        let carried_on = |text: &String| changes.iter().any(|change| went(change, text));
        characters.sum::<usize>() < FEW && !deleted.iter().all(carried_on)
    })
}

/// Whether a change took `text` away, once or more often, and did nothing else.
fn went(change: &PastChange, text: &str) -> bool {
    let without = |side: &str| side.replace(text, "");
    change.old.len() > change.new.len() && without(&change.old) == without(&change.new)
}

#[cfg(test)]
mod tests {
    use edit::{PastChange, diff};

    use super::{Rewrite, little};

    fn dropped(region: &str, answer: &str, changes: &[PastChange]) -> bool {
        let rewrite = Rewrite {
            text: region,
            region,
            answer,
            after: "",
        };
        little(&rewrite, &diff(region, answer), changes)
    }

    #[test]
    fn one_or_two_characters_and_nothing_else() {
        assert!(dropped("f(&a)", "f(a)", &[]));
        assert!(dropped("f(a);\n", "f(a)\n", &[]));
        assert!(dropped("total", "tota", &[]));
        assert!(!dropped("f(mut a)", "f(a)", &[]));
        assert!(!dropped("f(&a)", "f(b)", &[]));
    }

    #[test]
    fn the_user_has_just_deleted_the_same() {
        let change = PastChange::between("p", "g(&b)\n", "g(b)\n").unwrap();
        assert!(!dropped("f(&a)", "f(a)", std::slice::from_ref(&change)));
        assert!(dropped("f(a);", "f(a)", &[change]));
    }
}
