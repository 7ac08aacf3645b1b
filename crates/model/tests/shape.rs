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
        // In one pass or in several: the same, but for the logits that the first ones lack.
        let (rows, head) = (2, (shape.hidden * shape.vocabulary) as u64);
        let apart = (0..5).map(|position| shape.multiply_adds(position, 1, 1));
        assert_eq!(
            shape.multiply_adds(0, 5, rows),
            apart.sum::<u64>() - 3 * head,
            "{name}"
        );
    }
}
