//! In which formats matrices lie side by side, and where.

use model::BlockFormat;

/// The formats of matrices side by side in one buffer. Those in the format of the first one lie first, then the
/// others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Beside {
    pub(crate) first: BlockFormat,
    /// Which matrix is the first of the others, and their format: F32 where they have several, which holds them all.
    pub(crate) others: Option<(usize, BlockFormat)>,
}

impl Beside {
    /// Of matrices in these formats, in the order of the graph.
    pub(crate) fn of(formats: &[BlockFormat]) -> Self {
        let first = formats.first().copied().unwrap_or(BlockFormat::F32);
        let mut others = (0..).zip(formats).filter(|&(_, &format)| format != first);
        let other = others.next().map(|(index, &format)| (index, format));
        let others = other.map(|(index, format)| {
            let one = others.all(|(_, &other)| other == format);
            (index, if one { format } else { BlockFormat::F32 })
        });
        Self {
            first,
            others: others.filter(|&(_, format)| format != first),
        }
    }

    /// What a matrix has on the device that is in `format` in the file.
    pub(crate) fn on_device(self, format: BlockFormat) -> BlockFormat {
        match self.others {
            Some((_, others)) if format != self.first => others,
            _ => self.first,
        }
    }

    /// One format, or two.
    pub(crate) fn each(self) -> impl Iterator<Item = BlockFormat> {
        [self.first]
            .into_iter()
            .chain(self.others.map(|(_, format)| format))
    }
}

/// A matrix by itself.
impl From<BlockFormat> for Beside {
    fn from(format: BlockFormat) -> Self {
        Self {
            first: format,
            others: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use model::BlockFormat::{self, F32, Q4_K, Q6_K, Q8_0};

    use super::Beside;

    #[test]
    fn each_keeps_its_format_unless_there_are_three() {
        let cases: [([BlockFormat; 3], [BlockFormat; 3]); 6] = [
            ([Q4_K, Q4_K, Q4_K], [Q4_K, Q4_K, Q4_K]),
            ([Q4_K, Q4_K, Q6_K], [Q4_K, Q4_K, Q6_K]),
            ([Q4_K, Q6_K, Q4_K], [Q4_K, Q6_K, Q4_K]),
            ([Q4_K, Q6_K, Q6_K], [Q4_K, Q6_K, Q6_K]),
            ([Q4_K, Q6_K, Q8_0], [Q4_K, F32, F32]),
            ([F32, Q6_K, Q8_0], [F32, F32, F32]),
        ];
        for (formats, expected) in cases {
            let beside = Beside::of(&formats);
            assert_eq!(formats.map(|format| beside.on_device(format)), expected);
            assert_eq!(Beside::of(&expected), beside, "{formats:?}");
        }
    }
}
