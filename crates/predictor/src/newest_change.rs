//! The newest change, wherever it was made.

use std::borrow::Cow;
use std::ops::Range;

use edit::{Newest, Recent};

/// The newest change of all documents, as one of them sees it.
pub(crate) struct NewestChange<'a> {
    pub(crate) newest: Cow<'a, Newest>,
    /// What it was made in: the document's text, or the lines around it in another one.
    pub(crate) text: &'a str,
    /// Whether it was made in the document.
    here: bool,
}

impl<'a> NewestChange<'a> {
    /// As the document `path` with that text sees it.
    pub(crate) fn of(recent: &'a Recent, path: &str, text: &'a str) -> Option<Self> {
        let Recent { changes, newest } = recent;
        Some(match changes.last().filter(|change| change.path != path) {
            Some(elsewhere) => Self {
                newest: Cow::Owned(Newest::between(&elsewhere.old, &elsewhere.new)?),
                text: &elsewhere.new,
                here: false,
            },
            None => Self {
                newest: Cow::Borrowed(newest.as_ref()?),
                text,
                here: true,
            },
        })
    }

    /// What it wrote, if that is in the document.
    pub(crate) fn done(&self) -> Option<Range<usize>> {
        self.here.then(|| self.newest.range.clone())
    }
}
