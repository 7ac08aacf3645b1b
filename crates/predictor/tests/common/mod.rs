//! An engine that answers from a script, and an observer that takes notes.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::Arc;

use decode::LanguageModel;
use foretab_predictor::{
    Edits, Engine, Event, Observer, Prediction, Predictor, Settings, TextChange, Ticket, Workspace,
};
use model::testing::Random;
use model::{Tokenizer, read_header};
use pollster::block_on;
use prompt::Dialect;

/// Says what its script answers to the prompt that its cache holds, through a real tokenizer.
/// Like a real model it knows nothing but the tokens that it was given, where it was given them.
pub struct Scripted {
    tokenizer: Arc<Tokenizer>,
    script: Box<dyn Fn(&str) -> String>,
    context: usize,
    cache: Vec<u32>,
    /// Tokens that went through it.
    pub computed: usize,
    /// What its file says of its edits.
    pub edits: Option<Edits>,
}

impl Scripted {
    pub fn new(context: usize, script: impl Fn(&str) -> String + 'static) -> Self {
        let file = Random::default().gguf();
        let header = block_on(read_header(&mut file.as_slice())).expect("the file is sound");
        let tokenizer = Arc::new(Tokenizer::from_header(&header).expect("the header is sound"));
        Self {
            tokenizer,
            script: Box::new(script),
            context,
            cache: Vec::new(),
            computed: 0,
            edits: None,
        }
    }

    /// What follows the first `length` tokens of the cache.
    fn next(&self, length: usize) -> u32 {
        let separator = self
            .tokenizer
            .control("<|file_sep|>")
            .expect("a control token");
        let tokens = &self.cache[..length];
        let header = tokens
            .iter()
            .rposition(|&token| token == separator)
            .unwrap_or(0);
        let line_end = tokens[header..]
            .iter()
            .position(|&token| self.tokenizer.token_bytes(token).ends_with(b"\n"));
        let Some(line_end) = line_end.map(|at| header + at + 1) else {
            return 0;
        };
        let prompt = self.tokenizer.decode(&tokens[..line_end]);
        let mut answer = self.tokenizer.encode(&(self.script)(&prompt));
        answer.push(separator);
        let said = &tokens[line_end..];
        if answer.starts_with(said) {
            answer.get(said.len()).copied().unwrap_or(0)
        } else {
            0
        }
    }
}

impl LanguageModel for Scripted {
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
        assert!(position <= self.cache.len() && position + tokens.len() <= self.context);
        self.computed += tokens.len();
        self.cache.truncate(position);
        self.cache.extend_from_slice(tokens);
        let first = self.cache.len() - rows;
        Ok((first..self.cache.len())
            .map(|at| self.next(at + 1))
            .collect())
    }
}

impl Engine for Scripted {
    fn tokenizer(&self) -> &Arc<Tokenizer> {
        &self.tokenizer
    }

    fn backend(&self) -> &'static str {
        "cpu"
    }

    fn dialect(&self) -> Option<Dialect> {
        None
    }

    fn edits(&self) -> Option<Edits> {
        self.edits
    }
}

/// The window that a prompt asks to rewrite.
pub fn current(prompt: &str) -> &str {
    let current = prompt
        .rsplit("<|file_sep|>current/")
        .next()
        .unwrap_or_default();
    let current = current.split("<|file_sep|>").next().unwrap_or_default();
    current.split_once('\n').map_or("", |(_, text)| text)
}

/// Notes events, and gives up when its ticket is not the newest or when told to.
#[derive(Default)]
pub struct Notes {
    pub events: Vec<Event>,
    pub ticket: Option<Ticket>,
    /// Called at each turn.
    pub at_turn: Option<Box<dyn FnMut()>>,
    pub clock: Cell<f64>,
}

impl Notes {
    pub fn prompts(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::Prompt { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    pub fn answer(&self) -> String {
        let pieces = self.events.iter().filter_map(|event| match event {
            Event::Answer { pieces } => Some(pieces),
            _ => None,
        });
        pieces.flatten().map(|piece| piece.text.as_str()).collect()
    }
}

impl Observer for Notes {
    /// Every look at the clock takes a millisecond.
    fn now(&self) -> f64 {
        self.clock.set(self.clock.get() + 1.0);
        self.clock.get()
    }

    fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    async fn turn(&mut self) -> ControlFlow<()> {
        if let Some(at_turn) = &mut self.at_turn {
            at_turn();
        }
        match &self.ticket {
            Some(ticket) if !ticket.is_newest() => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}

/// A document of so many lines, alike in the middle, with an edit there.
pub fn edited(lines: usize) -> Workspace {
    let line = |row: usize| {
        let number = row.abs_diff(lines / 2);
        format!("const value{number:05} = compute({number:05});\n")
    };
    let mut workspace = Workspace::new();
    workspace.open("a.ts", &(1..lines).map(line).collect::<String>());
    edit(&mut workspace, "a.ts", "const value00000", "const middle");
    workspace
}

/// Replaces `old` by `new` at its first place, as one typed change.
pub fn edit(workspace: &mut Workspace, path: &str, old: &str, new: &str) {
    let raw = workspace.document(path).expect("an open document").raw();
    let at = raw.find(old).expect("the text to replace");
    let from = edit::utf16::from_bytes(&raw, at);
    let to = from + edit::utf16::from_bytes(old, old.len());
    let cursor = from + edit::utf16::from_bytes(new, new.len());
    let change = TextChange {
        from,
        to,
        insert: new.to_owned(),
    };
    workspace
        .change(path, &[change], cursor, 0.0)
        .expect("an open document");
}

pub fn predict(
    workspace: &Workspace,
    path: &str,
    script: impl Fn(&str) -> String + 'static,
) -> (Prediction, Notes) {
    let mut predictor = Predictor::new(Scripted::new(4096, script), Settings::default());
    let snapshot = workspace
        .snapshot(path, predictor.settings())
        .expect("a snapshot");
    let mut notes = Notes::default();
    let prediction =
        block_on(predictor.predict(&snapshot, &(), &mut notes)).expect("the script cannot fail");
    (prediction, notes)
}

/// The editor's text after all suggestions of a prediction.
pub fn applied(raw: &str, prediction: &Prediction) -> String {
    let mut suggestions = prediction.suggestions.clone();
    suggestions.sort_by_key(|suggestion| std::cmp::Reverse(suggestion.from));
    let mut text: Vec<u16> = raw.encode_utf16().collect();
    for suggestion in suggestions {
        text.splice(
            suggestion.from..suggestion.to,
            suggestion.insert.encode_utf16(),
        );
    }
    String::from_utf16(&text).expect("no surrogate pair is cut")
}
