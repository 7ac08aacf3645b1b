//! The sizes of heads that published models of the architecture have: Qwen2.5 0.5B, 1.5B and 3B, each with two heads
//! of keys and values.

use foretab_gpu::compare::{Bounds, compare_forward, random_passes};
use foretab_gpu::{Gpu, Options};
use model::BlockFormat;
use model::testing::Random;
use pollster::block_on;

#[test]
fn seven_six_and_eight_queries_a_key_equal_the_cpu() {
    for (hidden, heads) in [(896, 14), (1536, 12), (2048, 16)] {
        let random = Random {
            layers: 1,
            hidden,
            heads,
            feed_forward: 256,
            vocabulary: 300,
            tied: true,
            format: BlockFormat::Q8_0,
            ..Random::default()
        };
        let gpu = block_on(Gpu::new(Options::default())).expect("a GPU");
        let (file, passes) = (random.gguf(), random_passes(300, 40, 1));
        let compared = compare_forward(gpu, &file, &passes, Bounds::SMOOTH);
        let (_, report) = block_on(compared).unwrap();
        assert_eq!(report.failures(), [""; 0], "{hidden}");
        assert!(!report.checks.is_empty());
    }
}
