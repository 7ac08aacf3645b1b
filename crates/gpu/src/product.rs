//! The kernels that multiply: their texts, put together from parts.

use std::ops::Range;

use model::Error;

use crate::backend::word;
use crate::beside::Beside;
use crate::decoding;
use crate::kernels::{repeat, softmax};
use crate::pool::Spans;
use crate::precision::Precision;
use crate::variants::Variant;
use crate::weights::TILE;

/// A kernel that multiplies tokens with a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Product {
    pub(crate) operation: Operation,
    /// Of the matrix, or of those side by side.
    pub(crate) formats: Beside,
    pub(crate) variant: Variant,
    /// Of the tokens.
    pub(crate) precision: Precision,
}

/// What a product is part of: an operation of [`model::Backend`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    QueryKeyValue,
    ProjectAdd,
    /// The same, of what attention left in spans.
    ProjectAddSpans,
    GateUpSilu,
    Logits,
    Argmax,
}

/// How products are shared out. What they are depends on the slices alone, and on them in rounding only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shares {
    /// Invocations that share the columns of a row: 1 where few run at once, else as many as the most
    /// tokens, for each of them finishes one.
    pub(crate) slices: u32,
}

impl Shares {
    /// Whether the device runs few invocations at once, as a CPU that plays the GPU.
    pub(crate) fn few_invocations(self) -> bool {
        self.slices == 1
    }
}

impl Operation {
    /// The name of the function and of its file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::QueryKeyValue => "query_key_value",
            Self::ProjectAdd | Self::ProjectAddSpans => "project_add",
            Self::GateUpSilu => "gate_up_silu",
            Self::Logits => "logits",
            Self::Argmax => "argmax",
        }
    }

    /// Storage buffers: those that it reads, and those that it writes.
    pub(crate) fn bindings(self) -> (u32, u32) {
        match self {
            Self::QueryKeyValue => (6, 2),
            Self::GateUpSilu | Self::Logits | Self::Argmax => (4, 1),
            Self::ProjectAdd | Self::ProjectAddSpans => (3, 1),
        }
    }

    /// Its own text.
    fn text(self) -> &'static str {
        match self {
            Self::QueryKeyValue => include_str!("../../../shaders/query_key_value.wgsl"),
            Self::ProjectAdd | Self::ProjectAddSpans => {
                include_str!("../../../shaders/project_add.wgsl")
            }
            Self::GateUpSilu => include_str!("../../../shaders/gate_up_silu.wgsl"),
            Self::Logits => include_str!("../../../shaders/logits.wgsl"),
            Self::Argmax => include_str!("../../../shaders/argmax.wgsl"),
        }
    }

    /// What happens to the tokens before they meet the matrix.
    fn before(self) -> &'static str {
        match self {
            Self::ProjectAdd | Self::ProjectAddSpans => {
                include_str!("../../../shaders/parts/plain.wgsl")
            }
            _ => include_str!("../../../shaders/parts/norm.wgsl"),
        }
    }

    /// Where its tokens come from.
    fn input(self) -> String {
        match self {
            Self::ProjectAddSpans => softmax() + include_str!("../../../shaders/parts/spans.wgsl"),
            _ => include_str!("../../../shaders/parts/whole.wgsl").into(),
        }
    }

    /// The row of the buffer where each of its matrices begins.
    fn starts(self) -> &'static [&'static str] {
        match self {
            Self::QueryKeyValue => &["0u", "params.key", "params.value"],
            Self::GateUpSilu => &["0u", "params.up"],
            Self::ProjectAdd | Self::ProjectAddSpans | Self::Logits | Self::Argmax => &["0u"],
        }
    }

    /// The rows of the matrix that make one output: RoPE turns pairs, and the gate's rows meet those of up.
    fn rows(self) -> &'static [&'static str] {
        match self {
            Self::QueryKeyValue | Self::GateUpSilu => &["x", "y"],
            Self::ProjectAdd | Self::ProjectAddSpans | Self::Logits | Self::Argmax => &["x"],
        }
    }
}

impl Product {
    /// A product in the variant that is taken for so many tokens, or, where an operation has no such kernel,
    /// in the one nearest to it.
    pub(crate) fn new(
        operation: Operation,
        formats: Beside,
        variant: Variant,
        precision: Precision,
    ) -> Self {
        let variant = match operation {
            Operation::Argmax => variant.of_argmax(),
            _ => variant,
        };
        Self {
            operation,
            formats,
            variant,
            precision: precision.of(formats),
        }
    }

    /// Rows of the matrix that one workgroup takes.
    pub(crate) fn rows_of_a_workgroup(self) -> usize {
        let Variant { rows, tile, .. } = self.variant;
        if tile {
            return 2 * TILE;
        }
        TILE * self.operation.rows().len().max(rows as usize)
    }

    /// Workgroups in two dimensions: of tokens, and of rows.
    pub(crate) fn workgroups(self, tokens: usize, rows: usize) -> (usize, usize) {
        (
            tokens.div_ceil(self.variant.tokens_of_a_workgroup()),
            rows.div_ceil(self.rows_of_a_workgroup()),
        )
    }

    /// The text as it is compiled.
    pub(crate) fn text(self, shares: Shares) -> String {
        let Self {
            operation,
            formats,
            variant,
            precision,
        } = self;
        let rows = operation.rows();
        let outputs = (variant.rows as usize).div_ceil(rows.len());
        let constants = [
            ("TOKENS", variant.tokens),
            ("OUTPUTS", outputs as u32),
            ("SLICES", shares.slices),
        ]
        .map(|(name, value)| format!("const {name} = {value}u;\n"));
        let products = if variant.tile {
            include_str!("../../../shaders/parts/tile.wgsl")
        } else {
            include_str!("../../../shaders/parts/products.wgsl")
        };
        let (memory, sums) = sums(precision, variant.tile);
        let texts = [
            operation.text(),
            operation.before(),
            &operation.input(),
            &products.replace("$sums", sums),
            memory,
            &decoding::of(formats, operation.starts(), precision),
        ];
        let text = texts.join("\n").replace("$kernel", operation.name());
        let text = repeat(&text, "$t", 0..variant.tokens);
        let text = repeat(&text, "$o", 0..outputs);
        constants.concat() + &repeat(&text, "$r", rows)
    }
}

/// How products add up: what that needs of a workgroup's memory, and the loop over the columns.
fn sums(precision: Precision, tile: bool) -> (&'static str, &'static str) {
    match (precision, tile) {
        (Precision::Float, false) => (
            "",
            include_str!("../../../shaders/parts/floats/products.wgsl"),
        ),
        (Precision::Float, true) => (
            include_str!("../../../shaders/parts/floats/memory.wgsl"),
            include_str!("../../../shaders/parts/floats/tile.wgsl"),
        ),
        (Precision::Int8, false) => (
            include_str!("../../../shaders/parts/integers/memory.wgsl"),
            include_str!("../../../shaders/parts/integers/products.wgsl"),
        ),
        (Precision::Int8, true) => (
            include_str!("../../../shaders/parts/integers/memory.wgsl"),
            include_str!("../../../shaders/parts/integers/tile.wgsl"),
        ),
    }
}

/// The `Params` of `project_add`: `tokens` of so many `columns` meet as many rows of a matrix as there are
/// in `outputs`, which are columns of a y that has `width` of them.
pub(crate) fn project_add_parameters(
    tokens: Range<usize>,
    columns: usize,
    outputs: Range<usize>,
    width: usize,
    spans: Option<Spans>,
) -> Result<[u32; 9], Error> {
    let [rows, first] = [outputs.len(), outputs.start];
    let Spans {
        head,
        count,
        position,
    } = spans.unwrap_or_default();
    Ok([
        word(tokens.end)?,
        word(columns)?,
        word(tokens.start)?,
        word(rows)?,
        word(first)?,
        word(width)?,
        word(head)?,
        word(count)?,
        word(position)?,
    ])
}
