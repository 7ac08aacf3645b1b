//! A keystroke takes as little memory in a large document as in a small one. The only test of its process: it counts
//! what the whole process takes.

mod common;

use common::edited;
use foretab_predictor::{Settings, TextChange};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

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
