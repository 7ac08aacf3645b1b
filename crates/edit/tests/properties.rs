//! What holds for any text.

use foretab_edit::{
    Eol, History, Lines, PastChange, Replacement, diff, line_hunks, spanning, utf16,
};
use proptest::prelude::*;

/// Short texts in which lines, words and odd characters repeat, so that diffs have work to do.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => Just("foo"), 4 => Just("bar "), 4 => Just("\n"), 2 => Just("("), 2 => Just("  "),
        1 => Just("\r\n"), 1 => Just("é"), 1 => Just("e\u{301}"), 1 => Just("👨‍👩‍👧"), 1 => Just("日"),
    ];
    prop_oneof![
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat()),
        any::<String>(),
    ]
}

fn rebuilt(old: &str, new: &str, hunks: &[foretab_edit::Hunk]) -> String {
    let (mut result, mut done) = (String::new(), 0);
    for hunk in hunks {
        assert!(done <= hunk.old.start, "hunks overlap or are out of order");
        result += &old[done..hunk.old.start];
        result += &new[hunk.new.clone()];
        done = hunk.old.end;
    }
    result + &old[done..]
}

proptest! {
    #[test]
    fn hunks_lead_from_old_to_new(old in text(), new in text()) {
        prop_assert_eq!(&rebuilt(&old, &new, &diff(&old, &new)), &new);
        prop_assert_eq!(&rebuilt(&old, &new, &line_hunks(&old, &new)), &new);
        prop_assert_eq!(&rebuilt(&old, &new, spanning(&old, &new).as_slice()), &new);
        prop_assert_eq!(diff(&old, &new).is_empty(), old == new);
    }

    #[test]
    fn a_hunk_never_splits_a_line_end(old in text(), new in text()) {
        for hunk in diff(&old, &new) {
            for (text, at) in [(&old, hunk.old.start), (&old, hunk.old.end), (&new, hunk.new.start), (&new, hunk.new.end)] {
                prop_assert!(!(text[..at].ends_with('\r') && text[at..].starts_with('\n')));
            }
        }
    }

    #[test]
    fn utf16_offsets_go_there_and_back(text in text()) {
        let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        for at in starts {
            prop_assert_eq!(utf16::to_bytes(&text, utf16::from_bytes(&text, at)), at);
        }
    }

    #[test]
    fn many_utf16_offsets_are_converted_as_one_is(text in text(), offsets in prop::collection::vec(0usize..100, 0..10)) {
        let each: Vec<_> = offsets.iter().map(|&at| utf16::to_bytes(&text, at)).collect();
        prop_assert_eq!(utf16::all_to_bytes(&text, &offsets), each);
    }

    #[test]
    fn any_offset_is_taken(text in text(), at in any::<usize>(), near in 0usize..100) {
        for at in [at, near] {
            prop_assert!(text.is_char_boundary(utf16::to_bytes(&text, at)));
            prop_assert!(utf16::from_bytes(&text, at) <= text.len());
            let lines = Lines::new(&text);
            prop_assert!(lines.row(at) < lines.count());
            prop_assert!(text.get(lines.range(at)).is_some());
        }
    }

    #[test]
    fn line_ends_come_back(text in text()) {
        let lf = Eol::normalize(&text).into_owned();
        prop_assert_eq!(Eol::normalize(&Eol::CrLf.restore(&lf)).into_owned(), lf);
    }

    #[test]
    fn a_listed_change_is_short(old in text(), new in text()) {
        if let Some(change) = PastChange::between("p", &old, &new) {
            prop_assert!(change.old.split('\n').count() <= 40 && change.new.split('\n').count() <= 40);
        }
    }

    /// Each change writes something that was never there, so none of them cancel, and undoing
    /// the newest must give a text that the document really had.
    #[test]
    fn the_newest_change_leads_back_to_a_past_text(
        start in text(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..6, 0.0..2_000.0), 1..20),
    ) {
        let (mut history, mut text, mut now) = (History::default(), start, 0.0);
        let mut states = vec![text.clone()];
        for (number, (at, length, pause)) in changes.into_iter().enumerate() {
            let boundaries: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let first = at.index(boundaries.len());
            let last = (first + length).min(boundaries.len() - 1);
            let change = Replacement { start: boundaries[first], end: boundaries[last], text: format!("#{number}#\n") };
            now += pause;
            text = history.record("p", &text.as_str().into(), &change, now).unwrap().to_string();
            let newest = history.recent("p").newest.unwrap();
            prop_assert!(states.contains(&newest.undo(&text).unwrap()));
            let reached = |state: &str| {
                let change = Replacement { start: 0, end: text.len(), text: state.to_owned() };
                history.states("p").unwrap().reached(&text, &change)
            };
            prop_assert!(states.iter().all(|state| reached(state)));
            prop_assert!(!reached(&text), "it never was what it is now");
            states.push(text.clone());
        }
    }
}
