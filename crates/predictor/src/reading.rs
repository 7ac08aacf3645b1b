//! An answer while its tokens come.

use model::{Tokenizer, Utf8Stream};

/// The text of an answer, and whether that has come back to the window that it rewrites.
#[derive(Clone)]
pub struct Reading<'a> {
    tokenizer: &'a Tokenizer,
    /// The text that is rewritten, if rejoining it ends the answer.
    region: Option<&'a str>,
    utf8: Utf8Stream,
    text: String,
    rejoined: Option<String>,
}

impl<'a> Reading<'a> {
    /// An answer of which nothing has been said. `region` is the text that it rewrites, where the
    /// answer ends when it has rejoined that (see [`prompt::rejoin`]).
    pub fn new(tokenizer: &'a Tokenizer, region: Option<&'a str>) -> Self {
        Self {
            tokenizer,
            region,
            utf8: Utf8Stream::default(),
            text: String::new(),
            rejoined: None,
        }
    }

    /// Takes the next tokens, and returns the text that is complete with them.
    pub fn read(&mut self, tokens: &[u32]) -> String {
        let bytes = tokens
            .iter()
            .flat_map(|&token| self.tokenizer.token_bytes(token));
        let text = self.utf8.push(&bytes.copied().collect::<Vec<_>>());
        let known = self.text.len();
        self.text.push_str(&text);
        if let Some(region) = self.region
            && self.rejoined.is_none()
        {
            self.rejoined = prompt::rejoin(&self.text, known, region);
        }
        text
    }

    /// What has been said.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole answer, once it has rejoined the window.
    pub fn rejoined(&self) -> Option<&str> {
        self.rejoined.as_deref()
    }

    /// The first tokens of `draft` after which the answer would end, if it went on like that: those
    /// behind them are not worth a check. All of them where it would not end.
    pub fn useful(&self, draft: &[u32]) -> usize {
        let mut ahead = self.clone();
        let ends = draft.iter().position(|&token| {
            ahead.region.is_some() && {
                ahead.read(&[token]);
                ahead.rejoined.is_some()
            }
        });
        ends.map_or(draft.len(), |end| end + 1)
    }

    /// The whole answer, which ends here, and whether it had rejoined the window.
    pub fn finish(mut self) -> (String, bool) {
        if let Some(whole) = self.rejoined {
            return (whole, true);
        }
        let rest = self.utf8.finish();
        self.text.push_str(&rest);
        (self.text, false)
    }
}
