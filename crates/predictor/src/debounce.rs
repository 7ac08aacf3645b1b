//! How long to wait after a key before the model is asked.

use crate::Document;
use edit::is_word;

/// The shortest wait, in ms: less than people take between two keys.
const SHORTEST: f64 = 50.0;
/// The longest wait, in ms, where nothing else was chosen.
pub(crate) const LONGEST: f64 = 300.0;
/// Intervals between keys that count, in ms: shorter ones are no typing, longer ones are pauses.
const TYPING: std::ops::RangeInclusive<f64> = 40.0..=400.0;
/// Until so many intervals are known, keys are taken to be [`USUAL`] ms apart.
const ENOUGH: u32 = 10;
const USUAL: f64 = 200.0;
/// Of what is remembered, the share that goes with each new interval or answer.
const FORGOTTEN: f64 = 0.1;

/// Waits until the user has probably paused, less the time that the answer takes anyhow (the formula
/// of Pochi's client, with a lower floor because nothing goes over a network): one and a half
/// intervals between the user's keys at the end of a document's last line, up to three within a word.
#[derive(Debug, Clone)]
pub(crate) struct Debounce {
    /// The longest wait, in ms.
    pub(crate) longest: f64,
    last_key: f64,
    interval: f64,
    known: u32,
    response: f64,
}

impl Default for Debounce {
    fn default() -> Self {
        Self {
            longest: LONGEST,
            last_key: f64::NEG_INFINITY,
            interval: USUAL,
            known: 0,
            response: 0.0,
        }
    }
}

impl Debounce {
    /// A key was pressed, at `time` in ms.
    pub(crate) fn typed(&mut self, time: f64) {
        let interval = time - self.last_key;
        self.last_key = time;
        if TYPING.contains(&interval) {
            self.known += 1;
            self.interval +=
                (interval - self.interval) * FORGOTTEN.max(1.0 / f64::from(self.known));
        }
    }

    /// The model took that long for an answer, in ms.
    pub(crate) fn answered(&mut self, response: f64) {
        let share = if self.response == 0.0 { 1.0 } else { FORGOTTEN };
        self.response += (response - self.response) * share;
    }

    /// How long to wait now, in ms, with the cursor where it is in the document.
    pub(crate) fn wait(&self, document: &Document) -> f64 {
        let interval = if self.known < ENOUGH {
            USUAL
        } else {
            self.interval
        };
        let wait = interval * (3.0 - 1.5 * pause_likely(document)) - self.response;
        wait.round().max(SHORTEST).min(self.longest)
    }
}

/// How likely people pause at the cursor, from 0 to 1.
fn pause_likely(document: &Document) -> f64 {
    let (before, after) = document.beside_cursor();
    let at = |place: bool, worth: f64| if place { worth } else { 0.0 };
    at(before.is_some_and(|last| !is_word(last)), 0.5)
        + at(matches!(after, None | Some('\n')), 0.4)
        + at(after.is_none(), 0.1)
}

#[cfg(test)]
mod tests {
    use super::Debounce;
    use crate::Document;

    /// `|` marks the cursor.
    fn wait(debounce: &Debounce, marked: &str) -> f64 {
        let (before, after) = marked.split_once('|').expect("a cursor");
        let mut document = Document::new([before, after].concat());
        document.set_cursor(before.encode_utf16().count());
        debounce.wait(&document)
    }

    fn patient() -> Debounce {
        Debounce {
            longest: 1000.0,
            ..Debounce::default()
        }
    }

    #[test]
    fn the_place_in_the_line_counts() {
        for (marked, expected) in [
            ("to|tal();", 600.0),
            ("größ|er", 600.0),
            ("😀|𝒙", 450.0),
            ("total(|);", 450.0),
            ("total|\n}", 480.0),
            ("total();|\n}", 330.0),
            ("total();|", 300.0),
            ("|", 450.0),
        ] {
            assert_eq!(wait(&patient(), marked), expected, "{marked}");
        }
    }

    #[test]
    fn who_types_fast_is_waited_for_less_and_pauses_are_no_typing() {
        let mut debounce = patient();
        for key in 0..30 {
            debounce.typed(f64::from(key) * 100.0);
        }
        debounce.typed(60_000.0);
        assert_eq!(wait(&debounce, "to|tal"), 300.0);
    }

    #[test]
    fn the_time_that_an_answer_takes_is_waited_anyhow() {
        let mut debounce = patient();
        debounce.answered(200.0);
        assert_eq!(wait(&debounce, "to|tal"), 400.0);
        for _ in 0..50 {
            debounce.answered(900.0);
        }
        assert_eq!(wait(&debounce, "to|tal"), 50.0);
    }

    #[test]
    fn never_longer_than_what_was_asked_for() {
        for longest in [120.0, 0.0] {
            let debounce = Debounce {
                longest,
                ..Debounce::default()
            };
            assert_eq!(wait(&debounce, "to|tal"), longest);
        }
    }
}
