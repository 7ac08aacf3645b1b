//! What a forward pass of so many tokens takes on this device.

/// With nothing measured yet, so many tokens together are taken to cost as much again as a pass
/// does by itself.
const FREE: f64 = 64.0;
/// How much that assumption counts beside a measured pass.
const DOUBT: f64 = 0.01;
/// What is kept of older passes with each new one: a device warms up, and gets other work.
const MEMORY: f64 = 0.95;

/// A line through the measured passes: a pass of `n` tokens takes `pass + n * token`.
///
/// Least squares of the relative errors, in which older passes count less and less, and a weak
/// assumption stands in for what has not been measured yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct PassCost {
    // The sums of 1 / t², n / t², n² / t², 1 / t and n / t over the passes of n tokens in time t.
    ones: f64,
    ones_tokens: f64,
    tokens_tokens: f64,
    ones_time: f64,
    tokens_time: f64,
    pass: f64,
    token: f64,
}

impl PassCost {
    /// A pass of `tokens` tokens took `time`, in any unit. What a clock was too coarse for counts
    /// for nothing.
    pub(crate) fn learn(&mut self, tokens: usize, time: f64) {
        if !(time.is_normal() && time > 0.0) || tokens == 0 {
            return;
        }
        let (one, tokens) = (1.0 / time, tokens as f64 / time);
        for (sum, term) in [
            (&mut self.ones, one * one),
            (&mut self.ones_tokens, one * tokens),
            (&mut self.tokens_tokens, tokens * tokens),
            (&mut self.ones_time, one),
            (&mut self.tokens_time, tokens),
        ] {
            *sum = *sum * MEMORY + term;
        }
        // pass = FREE * token, as one more equation of the least squares. Its error is at most about
        // as large as that of a pass that is off by its own time.
        let weight = DOUBT * self.ones.min(self.tokens_tokens / (FREE * FREE));
        let ones = self.ones + weight;
        let both = self.ones_tokens - FREE * weight;
        let tokens = self.tokens_tokens + FREE * FREE * weight;
        let determinant = ones * tokens - both * both;
        self.pass = (self.ones_time * tokens - self.tokens_time * both) / determinant;
        self.token = (self.tokens_time * ones - self.ones_time * both) / determinant;
        // More tokens are never cheaper, and no pass is free.
        if self.token < 0.0 {
            (self.pass, self.token) = (self.ones_time / self.ones, 0.0);
        } else if self.pass < 0.0 {
            (self.pass, self.token) = (0.0, self.tokens_time / self.tokens_tokens);
        }
    }

    /// What a pass of `tokens` tokens will take, in the unit of what was learned.
    pub(crate) fn of(&self, tokens: usize) -> f64 {
        if self.pass + self.token > 0.0 {
            self.pass + self.token * tokens as f64
        } else {
            FREE + tokens as f64
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PassCost;

    fn learned(passes: &[(usize, f64)]) -> PassCost {
        let mut cost = PassCost::default();
        for &(tokens, time) in passes {
            cost.learn(tokens, time);
        }
        cost
    }

    /// How many times the cost of one token so many tokens have.
    fn times(cost: &PassCost, tokens: usize) -> f64 {
        cost.of(tokens) / cost.of(1)
    }

    #[test]
    fn before_anything_is_measured_64_tokens_cost_twice_as_much_as_one() {
        let cost = PassCost::default();
        assert!((times(&cost, 64) - 1.97).abs() < 0.01);
    }

    #[test]
    fn a_device_that_reads_its_weights_and_one_that_multiplies() {
        let flat = learned(&[(128, 5.0), (65, 5.0), (1, 5.0), (65, 5.0)]);
        assert!(times(&flat, 64) < 1.1, "{}", times(&flat, 64));
        let steep = learned(&[(128, 180.0), (65, 95.0), (17, 27.5), (1, 5.0)]);
        assert!(times(&steep, 64) > 10.0, "{}", times(&steep, 64));
        assert!((steep.of(32) - 48.0).abs() < 5.0, "{}", steep.of(32));
    }

    #[test]
    fn one_size_of_pass_says_little_of_the_others() {
        let cost = learned(&[(128, 10.0); 20]);
        assert!((cost.of(128) - 10.0).abs() < 0.1);
        assert!((times(&cost, 64) - 1.97).abs() < 0.1);
    }

    #[test]
    fn a_clock_that_stands_still_teaches_nothing() {
        assert_eq!(learned(&[(10, 0.0), (5, f64::NAN)]), PassCost::default());
    }

    #[test]
    fn a_device_that_gets_slower_is_followed() {
        let mut cost = learned(&[(65, 10.0), (1, 5.0), (65, 10.0), (1, 5.0)]);
        for _ in 0..60 {
            cost.learn(65, 100.0);
            cost.learn(1, 50.0);
        }
        assert!((cost.of(65) - 100.0).abs() < 10.0, "{}", cost.of(65));
    }
}
