//! The rows of a weight matrix that a thread holds.

use std::ops::Range;

use model::{BlockFormat, Error};

use crate::Matrix;

/// All rows of a matrix, or a share of them.
pub struct Rows {
    pub(crate) matrix: Matrix,
    /// Which ones are here.
    pub(crate) here: Range<usize>,
    /// How many there are.
    pub(crate) all: usize,
    /// Bytes of a row in a file.
    row_bytes: usize,
}

impl Rows {
    /// Makes room for the rows `here`, of `all`.
    pub(crate) fn new(
        here: Range<usize>,
        all: usize,
        columns: usize,
        format: BlockFormat,
    ) -> Result<Self, Error> {
        Ok(Self {
            matrix: Matrix::new(here.len(), columns, format)?,
            here,
            all,
            row_bytes: format.row_bytes(columns),
        })
    }

    /// Keeps what belongs here of rows that come as they stand in the file, from row `first` on.
    pub(crate) fn write(&mut self, first: usize, blocks: &[u8]) {
        let rows = blocks.len() / self.row_bytes;
        let byte = |row: usize| (row.clamp(first, first + rows) - first) * self.row_bytes;
        self.matrix
            .push_rows(&blocks[byte(self.here.start)..byte(self.here.end)]);
    }
}
