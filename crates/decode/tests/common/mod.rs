//! Models that need no weights.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]

use std::hash::{DefaultHasher, Hash, Hasher};

use foretab_decode::LanguageModel;

/// Token that ends an answer in these tests.
pub const STOP: u32 = 0;

/// A model whose every answer depends on every token before it, so that one wrong token in the
/// cache shows. It mostly repeats what followed the last token earlier, else it says a hash.
pub struct HashModel {
    pub cache: Vec<u32>,
    pub context: usize,
    pub vocabulary: u32,
    /// Share of 8 with which it copies: what makes drafts right often, but not always.
    pub copies: u64,
    pub passes: usize,
}

impl HashModel {
    pub fn new(vocabulary: u32, copies: u64, context: usize) -> Self {
        Self {
            cache: Vec::new(),
            context,
            vocabulary,
            copies,
            passes: 0,
        }
    }

    fn after(&self, prefix: &[u32]) -> u32 {
        let mut hasher = DefaultHasher::new();
        prefix.hash(&mut hasher);
        let hash = hasher.finish();
        let (last, earlier) = prefix.split_last().expect("a prefix has a token");
        if hash % 8 < self.copies
            && let Some(at) = earlier.iter().rposition(|token| token == last)
        {
            return prefix[at + 1];
        }
        (hash >> 8) as u32 % self.vocabulary
    }
}

impl LanguageModel for HashModel {
    type Error = String;

    fn context(&self) -> usize {
        self.context
    }

    async fn forward(
        &mut self,
        position: usize,
        tokens: &[u32],
        rows: usize,
    ) -> Result<Vec<u32>, String> {
        self.passes += 1;
        if position > self.cache.len() {
            return Err(format!(
                "hole in the cache: {position} after {}",
                self.cache.len()
            ));
        }
        if position + tokens.len() > self.context || rows == 0 || rows > tokens.len() {
            return Err(format!(
                "{rows} rows of {} tokens at {position}",
                tokens.len()
            ));
        }
        self.cache.truncate(position);
        self.cache.extend_from_slice(tokens);
        let first = self.cache.len() - rows;
        Ok((first..self.cache.len())
            .map(|at| self.after(&self.cache[..=at]))
            .collect())
    }
}

/// A recorded answer stands in for a model: after the prompt it says the answer, then [`STOP`],
/// and off the recorded path it says a token that nobody would propose.
pub struct Recorded {
    pub prompt: usize,
    pub text: Vec<u32>,
    pub cache: Vec<u32>,
}

impl Recorded {
    pub fn new(prompt: &[u32], answer: &[u32]) -> Self {
        Self {
            prompt: prompt.len(),
            text: [prompt, answer, &[STOP]].concat(),
            cache: Vec::new(),
        }
    }
}

impl LanguageModel for Recorded {
    type Error = String;

    fn context(&self) -> usize {
        self.text.len() + 1000
    }

    async fn forward(
        &mut self,
        position: usize,
        tokens: &[u32],
        rows: usize,
    ) -> Result<Vec<u32>, String> {
        self.cache.truncate(position);
        self.cache.extend_from_slice(tokens);
        let first = self.cache.len() - rows;
        Ok((first..self.cache.len())
            .map(|at| {
                if self.text.starts_with(&self.cache[..=at]) {
                    self.text.get(at + 1).copied()
                } else {
                    None
                }
            })
            .map(|said| said.unwrap_or(u32::MAX))
            .collect())
    }
}

/// Words, runs of spaces, line ends and single signs become tokens, as in any code vocabulary.
pub fn tokens(text: &str) -> Vec<u32> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            first if first.is_alphanumeric() => rest
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(rest.len()),
            ' ' => rest.find(|c: char| c != ' ').unwrap_or(rest.len()),
            other => other.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        let mut hasher = DefaultHasher::new();
        token.hash(&mut hasher);
        tokens.push(hasher.finish() as u32 % 1_000_000 + 1);
        rest = after;
    }
    tokens
}
