//! The index of the largest logit of each row; among equal ones the lowest.

/// Fills `best`, one for each row of `logits`, `[rows, vocabulary]`.
pub fn argmax(vocabulary: usize, logits: &[f32], best: &mut [u32]) {
    for (row, best) in logits.chunks_exact(vocabulary).zip(best) {
        let mut highest = f32::NEG_INFINITY;
        *best = 0;
        for (index, &logit) in (0..).zip(row) {
            if logit > highest {
                highest = logit;
                *best = index;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::argmax;

    #[test]
    fn the_lowest_of_equals_wins() {
        let mut best = [9; 3];
        argmax(
            3,
            &[
                1.0,
                2.0,
                2.0,
                f32::NAN,
                -1.0,
                -2.0,
                f32::NEG_INFINITY,
                f32::NAN,
                f32::NAN,
            ],
            &mut best,
        );
        assert_eq!(best, [1, 1, 0]);
    }
}
