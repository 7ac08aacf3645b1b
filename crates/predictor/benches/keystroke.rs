//! What a keystroke costs besides the model, by the size of the document: a Markdown table.
//! `cargo bench --package foretab-predictor`

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use foretab_predictor::{Question, Settings, TextChange, Workspace};
use model::{Tokenizer, read_header};
use pollster::block_on;
use suggest::{Answer, Ended, suggest};

const KEYSTROKES: usize = 41;

fn main() {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/foretab-mini.gguf");
    let mut file = File::open(model).expect("the embedded model");
    let header = block_on(read_header(&mut file)).expect("a sound file");
    let tokenizer = Tokenizer::from_header(&header).expect("a sound header");
    println!("| lines | size | change | snapshot | prompt | suggestions | together |");
    println!("|---:|---:|---:|---:|---:|---:|---:|");
    for lines in [1_000, 10_000, 50_000] {
        println!("{}", row(lines, &tokenizer));
    }
}

/// Types into the middle of a document of so many lines. Each key is a change, a snapshot, a prompt in
/// tokens, and an answer with two changes that becomes suggestions.
fn row(lines: usize, tokenizer: &Tokenizer) -> String {
    let line = |row: usize| format!("const value{row:05} = compute(value{:05});\n", row - 1);
    let text: String = (1..lines).map(line).collect();
    let middle = text.len() / line(1).len() / 2 * line(1).len() + "const ".len();
    let settings = Settings::default();
    let mut workspace = Workspace::new();
    workspace.open("large.ts", &text);
    let mut times = Vec::new();
    for key in 0..KEYSTROKES {
        let at = middle + key;
        let change = TextChange {
            from: at,
            to: at,
            insert: "x".to_owned(),
        };
        let mut began = Instant::now();
        let mut step = || std::mem::replace(&mut began, Instant::now()).elapsed();
        let changed = workspace.change("large.ts", &[change], at + 1, key as f64 * 150.0);
        changed.expect("an open document");
        let change = step();
        let snapshot = workspace.snapshot("large.ts", &settings);
        let snapshot = snapshot.expect("a document to ask about");
        let taken = step();
        let cursor = snapshot.document.cursor();
        let question = Question::new(&snapshot, cursor, tokenizer, &settings, 4096);
        let question = question.expect("a window that fits");
        let asked = step();
        let text = snapshot.document.text();
        let window = question.window();
        let found = suggest(&Answer {
            text,
            cursor,
            answer: &text[window.clone()].replacen("compute(", "calculate(", 2),
            window,
            ended: Ended::Stop,
            states: snapshot.states.as_ref(),
            changes: &snapshot.recent.changes,
            imports: true,
        });
        assert!(
            !found.suggestions.is_empty(),
            "the answer changes two lines"
        );
        let answered = step();
        times.push([
            change,
            taken,
            asked,
            answered,
            change + taken + asked + answered,
        ]);
    }
    let median = |column: usize| {
        let mut times: Vec<Duration> = times.iter().map(|row| row[column]).collect();
        times.sort_unstable();
        format!(" {:.2} ms |", times[KEYSTROKES / 2].as_secs_f64() * 1e3)
    };
    let columns: String = (0..5).map(median).collect();
    format!("| {lines} | {} kB |{columns}", text.len() / 1000)
}
