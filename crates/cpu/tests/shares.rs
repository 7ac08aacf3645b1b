//! However many threads share a model, it says the same, to the last bit.

use std::ops::Range;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use foretab_cpu::{Cpu, Exchange, Precision};
use model::testing::Random;
use model::{BlockFormat, Error, LoadOptions, Model};
use pollster::block_on;
use proptest::prelude::*;

/// Threads of this process, which put their parts into one list.
struct Threads {
    index: usize,
    count: usize,
    list: Arc<Mutex<Vec<f32>>>,
    barrier: Arc<Barrier>,
}

impl Threads {
    fn all(count: usize) -> Vec<Self> {
        let (list, barrier) = (Arc::default(), Arc::new(Barrier::new(count)));
        let thread = |index| Self {
            index,
            count,
            list: Arc::clone(&list),
            barrier: Arc::clone(&barrier),
        };
        (0..count).map(thread).collect()
    }
}

impl Exchange for Threads {
    fn index(&self) -> usize {
        self.index
    }

    fn count(&self) -> usize {
        self.count
    }

    fn gather(&mut self, all: &mut [f32], own: Range<usize>) -> Result<(), Error> {
        {
            let mut list = self.list.lock().unwrap();
            list.resize(all.len(), f32::NAN);
            list[own.clone()].copy_from_slice(&all[own]);
        }
        self.barrier.wait();
        all.copy_from_slice(&self.list.lock().unwrap());
        if self.barrier.wait().is_leader() {
            self.list.lock().unwrap().clear();
        }
        self.barrier.wait();
        Ok(())
    }
}

/// The logits of all tokens, in passes that end at the `cuts`, and the likeliest tokens after the second
/// half of each.
fn run(file: &[u8], cpu: Cpu, tokens: &[u32], cuts: &[usize]) -> (Vec<f32>, Vec<u32>) {
    let (mut source, options) = (file, LoadOptions::default());
    let mut model = block_on(Model::load(&mut source, cpu, &options, |_, _| {})).expect("a model");
    let (mut logits, mut likeliest) = (Vec::new(), Vec::new());
    let mut position = 0;
    for &end in cuts.iter().chain([&tokens.len()]) {
        let pass = &tokens[position..end];
        // Every thread refuses what makes no sense, and none waits for it.
        assert!(block_on(model.forward(position, &[u32::MAX], 1)).is_err());
        let half = pass.len().div_ceil(2);
        likeliest.extend(block_on(model.forward(position, pass, half)).expect("a pass"));
        logits.extend(block_on(model.logits(position, pass, pass.len())).expect("a pass"));
        position = end;
    }
    (logits, likeliest)
}

#[track_caller]
fn same_bits(random: &Random, precision: Precision, tokens: &[u32], cuts: &[usize]) {
    let file = &random.gguf();
    let alone = run(file, Cpu::with(precision), tokens, cuts);
    for count in 1..=4 {
        thread::scope(|scope| {
            let all = Threads::all(count).into_iter().map(|exchange| {
                scope.spawn(|| run(file, Cpu::with(precision).sharing(exchange), tokens, cuts))
            });
            for (index, thread) in all.collect::<Vec<_>>().into_iter().enumerate() {
                let shared = thread.join().expect("no panic");
                assert!(shared == alone, "thread {index} of {count}, {random:?}");
            }
        });
    }
}

fn shapes() -> impl Strategy<Value = Random> {
    let format = prop::sample::select(BlockFormat::ALL.as_slice());
    // Query heads, heads of keys and values, and the width of one.
    let heads = prop::sample::select(vec![
        (6, 2, 16),
        (4, 1, 24),
        (2, 2, 48),
        (1, 1, 32),
        (8, 4, 12),
        (3, 3, 32),
    ]);
    // The same for blocks of 256.
    let wide = prop::sample::select(vec![(4, 1, 64), (2, 2, 128), (8, 4, 32)]);
    let sizes = (264u32..330, 1u32..6);
    (format, heads, wide, sizes, any::<bool>(), 0u64..1000).prop_map(
        |(format, heads, wide, (vocabulary, inner), tied, seed)| {
            let block = format.block_size();
            let (heads, kv_heads, head_dim) = if block > 32 { wide } else { heads };
            Random {
                format,
                heads,
                kv_heads,
                hidden: heads * head_dim,
                feed_forward: (32 * inner).next_multiple_of(block as u32),
                vocabulary,
                tied,
                seed,
                ..Random::default()
            }
        },
    )
}

fn precisions() -> impl Strategy<Value = Precision> {
    prop::sample::select(vec![Precision::Int8, Precision::Int16, Precision::Exact])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_same_bits_on_any_number_of_threads(
        random in shapes(),
        precision in precisions(),
        tokens in prop::collection::vec(0u32..264, 4..40),
        cuts in prop::collection::btree_set(1usize..4, 0..3),
    ) {
        same_bits(&random, precision, &tokens, &cuts.into_iter().collect::<Vec<_>>());
    }
}

/// Fewer groups of rows than threads, and fewer heads.
#[test]
fn shares_may_be_empty() {
    let random = Random {
        hidden: 32,
        heads: 1,
        kv_heads: 1,
        feed_forward: 32,
        vocabulary: 265,
        format: BlockFormat::Q8_0,
        ..Random::default()
    };
    same_bits(&random, Precision::Int8, &[1, 2, 3, 264], &[3]);
}
