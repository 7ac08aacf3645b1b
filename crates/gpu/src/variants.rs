//! How products are shared out among invocations, and which way is taken for how many tokens.

use std::fmt;

/// What one invocation of a product computes. All variants give the same bits: each sums a row's product
/// with a token in the same order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Variant {
    /// Rows of the matrix: 1, 2 or 4. A kernel whose outputs take two of them takes no fewer.
    pub(crate) rows: u32,
    /// Tokens: 1, 4 or 8.
    pub(crate) tokens: u32,
    /// Whether 64 rows and eight times the tokens are computed by a workgroup, which holds what it needs
    /// of both in its memory (`shaders/parts/tile.wgsl`), or each invocation reads for itself
    /// (`shaders/parts/products.wgsl`).
    pub(crate) tile: bool,
}

impl Variant {
    /// Every variant.
    pub const ALL: [Self; 11] = [
        Self::registers(1, 1),
        Self::registers(2, 1),
        Self::registers(4, 1),
        Self::registers(1, 4),
        Self::registers(2, 4),
        Self::registers(4, 4),
        Self::registers(1, 8),
        Self::registers(2, 8),
        Self::registers(4, 8),
        Self::tile(4),
        Self::tile(8),
    ];

    const fn registers(rows: u32, tokens: u32) -> Self {
        Self {
            rows,
            tokens,
            tile: false,
        }
    }

    const fn tile(tokens: u32) -> Self {
        Self {
            rows: 4,
            tokens,
            tile: true,
        }
    }

    /// What the head takes where only the largest logit is wanted: in the larger tile, the largest ones of
    /// all its invocations would be more than a workgroup's 16 KiB.
    pub(crate) fn of_argmax(self) -> Self {
        if self.tile { Self::tile(4) } else { self }
    }

    /// As the variants of a device are remembered: rows, tokens, and whether they are in tiles.
    fn short_name(self) -> String {
        let Self { rows, tokens, tile } = self;
        let tile = if tile { "t" } else { "" };
        format!("{rows}x{tokens}{tile}")
    }

    /// Tokens that meet a weight once it is read.
    pub(crate) fn tokens_of_a_workgroup(self) -> usize {
        let teams = if self.tile { 8 } else { 1 };
        (self.tokens * teams) as usize
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, tokens, .. } = self;
        let tile = if self.tile { ", in tiles" } else { "" };
        write!(f, "{rows} rows × {tokens} tokens{tile}")
    }
}

/// How the variants of the products are chosen; results do not depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// What is fastest on the adapter: it is measured before the first model, unless it is
    /// [remembered](crate::remember). Where a CPU plays the GPU it is known.
    #[default]
    Fastest,
    /// The same, measured on any adapter.
    Measured,
    /// What is likely to be fast.
    Untried,
    /// One for all passes.
    Only(Variant),
}

/// Passes are told apart by the number of their tokens: up to these, and more.
const CLASSES: [usize; 6] = [1, 4, 8, 16, 32, usize::MAX];

/// Which variant computes how many tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Variants([Variant; CLASSES.len()]);

impl Variants {
    /// What is taken where nothing was measured.
    pub(crate) fn untried(few_invocations: bool) -> Self {
        if few_invocations {
            // Of 7e6 weights for 1, 8, 64 tokens lavapipe took 21, 88, 743 ms with a row at a time, 12, 45,
            // 395 ms with four, and 606 and more in tiles: it loads numbers one by one wherever neighbours
            // have different ones, and activations they share. Eight tokens with four rows are an
            // eighth faster than four, and take twice as long to compile, which is seconds.
            let (one, more) = (Variant::registers(4, 1), Variant::registers(4, 4));
            Self([one, more, more, more, more, more])
        } else {
            let [one, four] = [1, 4].map(|tokens| Variant::registers(1, tokens));
            let eight = Variant::registers(2, 8);
            Self([one, four, eight, eight, Variant::tile(4), Variant::tile(8)])
        }
    }

    /// One for all.
    pub(crate) fn only(variant: Variant) -> Self {
        Self([variant; CLASSES.len()])
    }

    /// For so many tokens.
    pub(crate) fn of(&self, tokens: usize) -> Variant {
        let class = CLASSES.iter().position(|&most| tokens <= most);
        self.0[class.unwrap_or(CLASSES.len() - 1)]
    }

    /// The most tokens of each class, and its variant.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, Variant)> {
        CLASSES.into_iter().zip(self.0)
    }

    /// The classes, and the number of tokens that each is measured with.
    pub(crate) fn classes() -> impl Iterator<Item = (usize, usize)> {
        CLASSES.map(|most| most.min(128)).into_iter().enumerate()
    }

    /// What may be fast for a class: not made for more tokens than there are, nor for far fewer.
    pub(crate) fn candidates(class: usize) -> impl Iterator<Item = Variant> {
        let most = CLASSES[class];
        Variant::ALL.into_iter().filter(move |variant| {
            let enough = variant.tokens as usize >= most.min(8) / 2;
            enough && variant.tokens_of_a_workgroup() <= most
        })
    }

    /// What `Display` wrote; nothing where it is broken.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut names = text.split(' ');
        let mut found = [Variant::ALL[0]; CLASSES.len()];
        for (class, variant) in found.iter_mut().enumerate() {
            let name = names.next()?;
            *variant = Self::candidates(class).find(|variant| variant.short_name() == name)?;
        }
        names.next().is_none().then_some(Self(found))
    }

    /// Takes the fastest of some candidates, given their seconds, if it is clearly faster than what
    /// would be taken anyway: clocks are coarse, and other work comes between.
    pub(crate) fn choose(&mut self, class: usize, timed: &[(f64, Variant)]) {
        const CLEARLY: f64 = 0.85;
        let variant = &mut self.0[class];
        let seconds = |of: Variant| timed.iter().find(|&&(_, v)| v == of).map(|&(s, _)| s);
        let fastest = timed.iter().min_by(|a, b| a.0.total_cmp(&b.0));
        if let (Some(&(best, fastest)), Some(usual)) = (fastest, seconds(*variant))
            && best < CLEARLY * usual
        {
            *variant = fastest;
        }
    }
}

/// A variant a class, by their short names.
impl fmt::Display for Variants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.map(Variant::short_name).join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Variant, Variants};

    const SOME: [Variant; 3] = [
        Variant::registers(2, 8),
        Variant::registers(4, 8),
        Variant::tile(4),
    ];

    /// What is taken for 9 to 16 tokens after measuring, where the first of `SOME` would be taken untried.
    fn chosen(seconds: [f64; 3]) -> Variant {
        let mut variants = Variants::untried(false);
        assert_eq!(variants.of(16), SOME[0]);
        let timed: Vec<_> = seconds.into_iter().zip(SOME).collect();
        variants.choose(3, &timed);
        assert_eq!(variants.of(8), Variants::untried(false).of(8));
        variants.of(16)
    }

    #[test]
    fn what_is_clearly_faster_is_taken() {
        assert_eq!(chosen([1e-3, 8e-4, 9e-4]), SOME[1]);
        assert_eq!(chosen([1e-3, 9e-4, 9e-4]), SOME[0]);
    }

    #[test]
    fn a_clock_that_stands_still_decides_nothing() {
        assert_eq!(chosen([0.0; 3]), SOME[0]);
    }

    #[test]
    fn what_is_taken_untried_is_among_the_candidates() {
        for few_invocations in [true, false] {
            let untried = Variants::untried(few_invocations);
            for (class, tokens) in Variants::classes() {
                let mut candidates = Variants::candidates(class);
                assert!(candidates.any(|candidate| candidate == untried.of(tokens)));
            }
        }
    }
}
