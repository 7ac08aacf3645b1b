//! What a document looked like before.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// States that are remembered.
const STATES: usize = 512;

/// The texts that a document had, the latest 512 of them, kept as 64-bit hashes.
#[derive(Clone, Debug, Default)]
pub struct States {
    hashes: VecDeque<u64>,
}

impl States {
    /// Adds a text.
    pub fn push(&mut self, text: &str) {
        if self.hashes.len() == STATES {
            self.hashes.pop_front();
        }
        self.hashes.push_back(hash(text));
    }

    /// Whether the document once had this text.
    pub fn contains(&self, text: &str) -> bool {
        !self.hashes.is_empty() && self.hashes.contains(&hash(text))
    }
}

impl<T: AsRef<str>> FromIterator<T> for States {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let mut states = States::default();
        texts
            .into_iter()
            .for_each(|text| states.push(text.as_ref()));
        states
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
