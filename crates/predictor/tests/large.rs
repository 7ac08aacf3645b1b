//! A keystroke costs the same in a small and in a large document.

mod common;

use common::{Notes, Scripted, current, edit, edited};
use foretab_predictor::{Predictor, Settings};
use pollster::block_on;

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
