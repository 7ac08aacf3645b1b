//! Speculation never changes an answer: over random models, prompts, drafters and settings.

mod common;

use std::cell::Cell;
use std::ops::ControlFlow;

use common::{HashModel, STOP};
use foretab_decode::yardstick::{PromptLookup, SuffixDecoding, VllmNgram};
use foretab_decode::{
    Answer, Combined, Drafter, Ended, Error, LanguageModel, NgramIndex, NoDraft, Observer, Options,
    Pace, Sequence, Step, Unobserved, WindowPointer, generate,
};
use pollster::block_on;
use proptest::prelude::*;

const VOCABULARY: u32 = 12;
const CONTEXT: usize = 160;

/// Proposes noise: the model must never be led astray, and must survive more than was asked for.
struct Noise(u32);

impl Drafter for Noise {
    fn start(&mut self, _prompt: &[u32]) {}

    fn accept(&mut self, tokens: &[u32]) {
        self.0 = self.0.wrapping_mul(31).wrapping_add(tokens.len() as u32);
    }

    fn draft(&mut self, limit: usize, draft: &mut Vec<u32>) -> usize {
        draft.extend((0..=limit as u32).map(|i| self.0.wrapping_add(i * 7) % VOCABULARY));
        self.0 as usize
    }
}

fn plain(prompt: &[u32], copies: u64, max_new_tokens: usize) -> Answer {
    let mut model = HashModel::new(VOCABULARY, copies, CONTEXT);
    let options = Options {
        stops: vec![STOP],
        max_new_tokens,
        ..Options::default()
    };
    block_on(generate(
        &mut model,
        &mut Sequence::new(),
        prompt,
        &mut NoDraft,
        &mut Pace::default(),
        &options,
        &mut Unobserved,
    ))
    .expect("the model answers")
}

/// Every drafter, for an answer that may be like `window`.
fn drafters(window: &[u32]) -> Vec<Box<dyn Drafter>> {
    vec![
        Box::new(NoDraft),
        Box::new(WindowPointer::new(window.to_vec())),
        Box::new(NgramIndex::new()),
        Box::new(NgramIndex::with_background(window.to_vec())),
        Box::new(Combined::new(window.to_vec(), window.to_vec())),
        Box::new(VllmNgram::new(1..=3)),
        Box::new(PromptLookup::new()),
        Box::new(SuffixDecoding::new()),
        Box::new(Noise(window.len() as u32)),
    ]
}

/// A clock on which passes take any time, none at all included.
struct Clock {
    times: Vec<f64>,
    looks: Cell<usize>,
}

impl Observer for Clock {
    async fn step(&mut self, _step: Step<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn now(&self) -> Option<f64> {
        let look = self.looks.get();
        self.looks.set(look + 1);
        let sum = |looks: usize| self.times.iter().cycle().take(looks).sum::<f64>();
        (!self.times.is_empty()).then(|| sum(look))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_same_tokens_with_any_drafter(
        prompts in prop::collection::vec(prop::collection::vec(0..VOCABULARY, 1..60), 1..4),
        shared in 0usize..40,
        window in prop::collection::vec(0..VOCABULARY, 0..40),
        drafter in 0..drafters(&[]).len(),
        copies in 0u64..=8,
        longest_draft in 0usize..70,
        steady in any::<bool>(),
        times in prop::collection::vec(prop_oneof![Just(0.0), 0.0..10.0], 0..9),
        prefill_chunk in 1usize..70,
        max_new_tokens in 0usize..200,
    ) {
        let options = Options { stops: vec![STOP], max_new_tokens, prefill_chunk };
        let mut pace = if steady { Pace::steady(longest_draft) } else { Pace::new(longest_draft) };
        let mut clock = Clock { times, looks: Cell::new(0) };
        let mut model = HashModel::new(VOCABULARY, copies, CONTEXT);
        // One cache for all prompts; each begins with a part of the first, so some of it is kept.
        let mut sequence = Sequence::new();
        for prompt in &prompts {
            let prompt = [&prompts[0][..shared.min(prompts[0].len())], prompt].concat();
            let expected = plain(&prompt, copies, max_new_tokens);
            let mut drafter = drafters(&window).swap_remove(drafter);
            let answer = block_on(generate(&mut model, &mut sequence, &prompt, &mut drafter, &mut pace, &options, &mut clock))
                .expect("the model answers");
            prop_assert_eq!(&answer.tokens, &expected.tokens);
            prop_assert_eq!(answer.ended, expected.ended);
            prop_assert!(answer.accepted <= answer.drafted);
            prop_assert!(answer.accepted <= answer.tokens.len());
            prop_assert!(answer.passes <= expected.passes);
            prop_assert!(answer.cached < prompt.len());
        }
    }
}

#[test]
fn a_prompt_that_does_not_fit_is_refused() {
    let mut model = HashModel::new(VOCABULARY, 0, 8);
    let mut ask = |prompt: &[u32]| {
        block_on(generate(
            &mut model,
            &mut Sequence::new(),
            prompt,
            &mut NoDraft,
            &mut Pace::default(),
            &Options::default(),
            &mut Unobserved,
        ))
    };
    assert_eq!(
        ask(&[1; 9]),
        Err(Error::DoesNotFit {
            prompt: 9,
            context: 8
        })
    );
    assert_eq!(ask(&[]), Err(Error::EmptyPrompt));
    let full = ask(&[1; 8]).expect("a full context still gives one token");
    assert_eq!((full.tokens.len(), full.ended), (1, Ended::Length));
}

/// Fails in its `fails_at`-th pass after it has overwritten its cache, as a lost device would.
struct Failing {
    model: HashModel,
    fails_at: usize,
}

impl LanguageModel for Failing {
    type Error = String;

    fn context(&self) -> usize {
        self.model.context()
    }

    async fn forward(
        &mut self,
        position: usize,
        tokens: &[u32],
        rows: usize,
    ) -> Result<Vec<u32>, String> {
        if self.model.passes + 1 == self.fails_at {
            self.model.passes += 1;
            self.model.cache.truncate(position);
            return Err("lost".to_owned());
        }
        self.model.forward(position, tokens, rows).await
    }
}

#[test]
fn after_a_failed_pass_the_cache_holds_only_what_is_sure() {
    let prompt = [1, 2, 3, 4, 5, 6, 7, 8];
    let options = Options {
        max_new_tokens: 40,
        prefill_chunk: 3,
        ..Options::default()
    };
    let mut sound = HashModel::new(VOCABULARY, 6, CONTEXT);
    let expected = block_on(generate(
        &mut sound,
        &mut Sequence::new(),
        &prompt,
        &mut NoDraft,
        &mut Pace::default(),
        &options,
        &mut Unobserved,
    ))
    .expect("the model answers");
    for fails_at in 1..6 {
        let mut model = Failing {
            model: HashModel::new(VOCABULARY, 6, CONTEXT),
            fails_at,
        };
        let mut sequence = Sequence::new();
        let mut ask = |model: &mut Failing| {
            block_on(generate(
                model,
                &mut sequence,
                &prompt,
                &mut NoDraft,
                &mut Pace::default(),
                &options,
                &mut Unobserved,
            ))
        };
        assert_eq!(
            ask(&mut model),
            Err(Error::Model("lost".to_owned())),
            "pass {fails_at}"
        );
        assert_eq!(
            ask(&mut model).map(|answer| answer.tokens),
            Ok(expected.tokens.clone()),
            "pass {fails_at}"
        );
    }
}
