//! Counting.

/// How many of how many.
#[derive(Clone, Copy, Default)]
pub(crate) struct Share {
    yes: usize,
    all: usize,
}

impl Share {
    /// Counts one.
    pub(crate) fn count(&mut self, yes: bool) {
        self.yes += usize::from(yes);
        self.all += 1;
    }

    /// The share; none of nothing.
    pub(crate) fn value(self) -> Option<f64> {
        (self.all > 0).then(|| self.yes as f64 / self.all as f64)
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.yes, self.all)
    }
}
