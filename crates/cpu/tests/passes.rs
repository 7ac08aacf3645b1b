//! However a sequence is cut into passes, the model says the same.

use foretab_cpu::Cpu;
use model::testing::Random;
use model::{BlockFormat, Error, LoadOptions, Model};
use pollster::block_on;
use proptest::prelude::*;

fn load(random: &Random, context: Option<usize>) -> Model<Cpu> {
    let file = random.gguf();
    block_on(Model::load(
        &mut file.as_slice(),
        Cpu::new(),
        &LoadOptions { context },
        |_, _| {},
    ))
    .expect("a model")
}

fn forward(model: &mut Model<Cpu>, position: usize, tokens: &[u32]) -> Vec<u32> {
    block_on(model.forward(position, tokens, tokens.len())).expect("a pass")
}

fn formats() -> impl Strategy<Value = BlockFormat> {
    prop::sample::select(BlockFormat::ALL.as_slice())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_split_gives_the_logits_of_one_pass(
        format in formats(),
        tied: bool,
        seed in 0u64..1000,
        tokens in prop::collection::vec(0u32..300, 2..40),
        cuts in prop::collection::btree_set(1usize..40, 0..6),
        asked in prop::collection::vec(0usize..40, 7),
    ) {
        let random = Random { tied, seed, vocabulary: 300, layers: 2, ..Random::fit(format) };
        let mut model = load(&random, None);
        let whole = block_on(model.logits(0, &tokens, tokens.len())).unwrap();

        let mut model = load(&random, None);
        let mut position = 0;
        let ends = cuts.into_iter().filter(|&cut| cut < tokens.len()).chain([tokens.len()]);
        for (end, asked) in ends.zip(asked) {
            let piece = &tokens[position..end];
            let rows = asked.min(piece.len());
            let logits = block_on(model.logits(position, piece, rows)).unwrap();
            // To the last bit.
            prop_assert_eq!(logits, &whole[(end - rows) * 300..end * 300]);
            position = end;
        }
    }

    #[test]
    fn rolling_back_is_as_if_it_had_never_been(
        seed in 0u64..1000,
        kept in prop::collection::vec(0u32..300, 1..20),
        forgotten in prop::collection::vec(0u32..300, 1..20),
        instead in prop::collection::vec(0u32..300, 1..20),
    ) {
        let random = Random { format: BlockFormat::Q8_0, seed, vocabulary: 300, ..Random::default() };
        let mut model = load(&random, None);
        forward(&mut model, 0, &kept);
        forward(&mut model, kept.len(), &forgotten);
        let after = block_on(model.logits(kept.len(), &instead, instead.len())).unwrap();

        let mut fresh = load(&random, None);
        forward(&mut fresh, 0, &kept);
        let expected = block_on(fresh.logits(kept.len(), &instead, instead.len())).unwrap();
        prop_assert_eq!(after, expected);
        prop_assert_eq!(model.cached(), kept.len() + instead.len());
    }
}

#[test]
fn only_the_last_rows_are_answered() {
    let mut model = load(&Random::default(), None);
    let all = forward(&mut model, 0, &[5, 6, 7, 8]);
    assert_eq!(
        block_on(model.forward(0, &[5, 6, 7, 8], 2)).unwrap(),
        all[2..]
    );
    assert!(
        block_on(model.forward(0, &[5, 6, 7, 8], 0))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_request_that_makes_no_sense_is_refused_and_changes_nothing() {
    let mut model = load(&Random::default(), Some(8));
    forward(&mut model, 0, &[1, 2, 3]);
    let mut refused = |position, tokens: &[u32], rows| {
        block_on(model.forward(position, tokens, rows)).unwrap_err()
    };

    assert_eq!(
        refused(3, &[4; 6], 1),
        Error::Context {
            needed: 9,
            capacity: 8
        }
    );
    assert_eq!(
        refused(usize::MAX, &[4], 1),
        Error::Context {
            needed: usize::MAX,
            capacity: 8
        }
    );
    assert_eq!(
        refused(5, &[4], 1).to_string(),
        "request: position 5, but 3 are cached"
    );
    assert_eq!(
        refused(3, &[1003], 1).to_string(),
        "request: token 1003 of a vocabulary of 1003"
    );
    assert_eq!(
        refused(3, &[4], 2).to_string(),
        "request: 2 rows of 1 tokens"
    );
    assert_eq!(
        refused(3, &[], 0).to_string(),
        "request: 0 rows of 0 tokens"
    );
    assert_eq!(model.cached(), 3);

    let mut fresh = load(&Random::default(), Some(8));
    forward(&mut fresh, 0, &[1, 2, 3]);
    assert_eq!(forward(&mut model, 3, &[4]), forward(&mut fresh, 3, &[4]));
}
