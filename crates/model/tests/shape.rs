//! What a model costs.

use foretab_model::Shape;
use foretab_model::testing::{Random, header};

#[test]
fn a_token_is_multiplied_with_every_weight_of_the_matrices_and_attends() {
    for (name, random) in Random::oracle() {
        let header = header(&random.gguf()).unwrap();
        let shape = Shape::from_header(&header).unwrap();
        let tensors = header.tensors.iter();
        let matrices: u64 = tensors
            .filter(|(name, tensor)| tensor.dimensions.len() == 2 && *name != "output.weight")
            .map(|(_, tensor)| tensor.dimensions.iter().product::<u64>())
            .sum();
        let attention = 2 * shape.layers * shape.heads * shape.head_dim;
        assert_eq!(
            shape.multiply_adds(0, 1, 1),
            matrices + attention as u64,
            "{name}: the head is as large as the embedding"
        );
        // In one pass or in several: the same.
        let apart = |tokens: usize| (0..tokens).map(|position| shape.multiply_adds(position, 1, 1));
        let all = apart(5).sum::<u64>();
        assert_eq!(shape.multiply_adds(0, 5, 5), all, "{name}");
        // Without logits, the last layer's keys and values only.
        let width = shape.heads * shape.head_dim;
        let matrices = shape.hidden * (width + 3 * shape.feed_forward + shape.vocabulary);
        let without = |position: usize| (matrices + 2 * width * (position + 1)) as u64;
        assert_eq!(
            shape.multiply_adds(0, 5, 2),
            all - (0..3).map(without).sum::<u64>(),
            "{name}"
        );
    }
}
