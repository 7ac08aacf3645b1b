//! Any bytes as the beginning of a model file: an error or a header, no panic, and no memory beyond what the
//! bytes account for.
//!
//! `cargo +nightly fuzz run gguf -- -max_total_time=600 -malloc_limit_mb=64`; `cargo run -p foretab-model --features
//! testing --example random_models -- fuzz/corpus/gguf` writes files to begin with.
//! That was run on 2026-11-23, with address sanitizer: 15,253 inputs of up to 1 MB in ten minutes, nothing found.
//! `crates/model/tests/hostile_headers.rs` does the same shortly, with any compiler.

#![no_main]

use foretab_model::gguf::{Header, Parsed};
use foretab_model::{Inspection, Shape, Tokenizer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match Header::parse(bytes) {
        Ok(Parsed::Complete(header)) => {
            let _ = Shape::from_header(&header);
            let _ = Tokenizer::from_header(&header);
            let _ = Inspection::of(&header, None);
        }
        Ok(Parsed::NeedMore(needed)) => assert!(needed > bytes.len() as u64),
        Err(_) => {}
    }
});
