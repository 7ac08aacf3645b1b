//! A keystroke costs the same in a small and in a large document.

mod common;

use common::{Notes, Scripted, current, edit};
use foretab_predictor::{Predictor, Settings, TextChange, Workspace};
use peak_alloc::PeakAlloc;
use pollster::block_on;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A document of so many lines, alike in the middle, with an edit there.
fn edited(lines: usize) -> Workspace {
    let line = |row: usize| {
        let number = row.abs_diff(lines / 2);
        format!("const value{number:05} = compute({number:05});\n")
    };
    let mut workspace = Workspace::new();
    workspace.open("a.ts", &(1..lines).map(line).collect::<String>());
    edit(&mut workspace, "a.ts", "const value00000", "const middle");
    workspace
}

#[test]
fn as_much_is_computed() {
    let computed = [1_000, 10_000, 50_000].map(|lines| {
        let mut workspace = edited(lines);
        let engine = Scripted::new(8192, |prompt| current(prompt).to_owned());
        let mut predictor = Predictor::new(engine, Settings::default());
        let mut counts = Vec::new();
        for (old, new) in [("middle", "middl"), ("middl", "midd")] {
            edit(&mut workspace, "a.ts", old, new);
            let snapshot = workspace.snapshot("a.ts", predictor.settings()).unwrap();
            let mut notes = Notes::default();
            let prediction = block_on(predictor.predict(&snapshot, &(), &mut notes)).unwrap();
            let statistics = prediction.statistics;
            counts.push([
                statistics.prompt_tokens,
                statistics.cached_tokens,
                statistics.new_tokens,
                statistics.passes,
            ]);
        }
        counts
    });
    assert_eq!(computed[0], computed[1]);
    assert_eq!(computed[0], computed[2]);
    assert!(
        computed[0][1][1] > 0,
        "what the keystrokes have in common is cached"
    );
}

#[test]
fn as_little_memory_is_taken() {
    for lines in [1_000, 10_000, 50_000] {
        let mut workspace = edited(lines);
        let at = 20 * lines;
        let change = TextChange {
            from: at,
            to: at,
            insert: "x".to_owned(),
        };
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        workspace.change("a.ts", &[change], at + 1, 150.0).unwrap();
        workspace.snapshot("a.ts", &Settings::default()).unwrap();
        let taken = MEMORY.peak_usage() - before;
        assert!(taken < 50_000, "{taken} bytes in {lines} lines");
    }
}
