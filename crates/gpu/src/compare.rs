//! The GPU against the CPU on the same random data: every operation, at sizes that are not round, in
//! every block format, and whole models. The tests run this natively, the browser's in the browser.

mod forward;

use model::testing::{Draw, quantize};
use model::{Attention, Backend, BlockFormat, Error, FeedForward, Shape};

use crate::precision::Precision;
use crate::readable::Readable;

pub use forward::{Bounds, Pass, compare_forward, random_passes};

/// What was compared.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// One for each operation, format and size.
    pub checks: Vec<Check>,
}

/// One comparison.
#[derive(Debug, Clone)]
pub struct Check {
    /// What was computed.
    pub what: String,
    /// The largest difference, as a part of the largest number among the expected ones.
    pub difference: f32,
    /// The largest difference that is right.
    pub bound: f32,
}

impl Report {
    /// Those beyond their bound, a line each; empty when all is well.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        let failed = self
            .checks
            .iter()
            .filter(|check| check.difference > check.bound);
        failed
            .map(
                |Check {
                     what,
                     difference,
                     bound,
                 }| format!("{what}: {difference:e} > {bound:e}"),
            )
            .collect()
    }
}

/// The largest difference as a part of the largest expected number; infinite where something is no number.
#[must_use]
pub fn difference(found: &[f32], expected: &[f32]) -> f32 {
    if found.len() != expected.len() || !found.iter().all(|v| v.is_finite()) {
        return f32::INFINITY;
    }
    let largest = expected
        .iter()
        .fold(f32::MIN_POSITIVE, |largest, v| largest.max(v.abs()));
    found
        .iter()
        .zip(expected)
        .fold(0.0, |worst, (a, b)| f32::max(worst, (a - b).abs()))
        / largest
}

/// Numbers of tokens that meet every variant of the kernels, and their edges.
const TOKENS: [usize; 6] = [1, 2, 4, 5, 8, 9];
/// For one format, because kernels for many tokens compile slowly where a CPU plays the GPU.
const MANY_TOKENS: (BlockFormat, [usize; 3]) = (BlockFormat::Q4_0, [17, 33, 70]);

/// Rounding alone: both sum f32 products, in different orders.
const ROUNDING: f32 = 2e-5;
/// Where activations become integers, here and there one becomes a neighbour of what it is on the other side.
const ROUNDING_TO_INTEGERS: f32 = 2e-3;

/// Sizes that are no multiples of the kernels' tiles, as far as the formats' blocks allow.
fn shape(formats: &[BlockFormat]) -> Shape {
    let small = Shape {
        layers: 2,
        hidden: 160,
        heads: 8,
        kv_heads: 2,
        head_dim: 44,
        feed_forward: 352,
        vocabulary: 1_003,
        rope_base: 1e6,
        rms_epsilon: 1e-6,
        context: 512,
    };
    if formats.iter().all(|format| format.block_size() <= 32) {
        return small;
    }
    Shape {
        hidden: 256,
        head_dim: 32,
        feed_forward: 512,
        ..small
    }
}

/// How much of the formats beside [`MANY_TOKENS`]'s is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Every operation for every number of tokens.
    Every,
    /// How they are read: by the kernels for one token and for many, and in a table. The rest of the kernels is the
    /// same in all of them; for shaders that take seconds each to compile.
    Reading,
}

/// Computes every operation of [`Backend`] on the GPU and on the CPU, with the same random data: exactly, or with
/// activations as integers where the GPU was made for that, in the formats that have these.
///
/// # Errors
/// What either backend reports; a difference is no error but a line of the report.
pub async fn compare_with_cpu(
    gpu: &mut crate::Gpu,
    seed: u64,
    extent: Extent,
) -> Result<Report, Error> {
    let precision = gpu.precision;
    let formats = BlockFormat::ALL.into_iter();
    let formats = formats.filter(|&format| precision.of(format.into()) == precision);
    let mut pair = Pair {
        found: gpu,
        expected: &mut precision.twin(),
        draw: Draw(seed),
        report: Report::default(),
        rounding: match precision {
            Precision::Float => ROUNDING,
            Precision::Int8 => ROUNDING_TO_INTEGERS,
        },
    };
    for (format, next) in formats.clone().zip(formats.cycle().skip(1)) {
        let (full, many) = MANY_TOKENS;
        // Integers of all formats are alike once they are read.
        if precision == Precision::Int8 && format != full {
            pair.project_add(format, 9).await?;
            continue;
        }
        pair.embed(format).await?;
        if extent == Extent::Reading && format != full {
            pair.project_add(format, 1).await?;
            pair.project_add(format, 9).await?;
            continue;
        }
        pair.attention([format; 3]).await?;
        let many = many.into_iter().filter(|_| format == full);
        for tokens in TOKENS.into_iter().chain(many) {
            pair.project_add(format, tokens).await?;
            pair.gate_up_silu([format; 2], tokens).await?;
            pair.head(format, tokens, shape(&[format]).vocabulary)
                .await?;
        }
        // Every row five places on again: in other invocations and other workgroups.
        pair.head(format, 9, 5).await?;
        // Files mix them.
        pair.attention([format, format, next]).await?;
        pair.gate_up_silu([format, next], 9).await?;
        if format == full {
            pair.attention([format, next, format]).await?;
        }
        // Of three some become floats, which integers do not meet.
        if format == full && precision == Precision::Float {
            pair.attention([format, next, BlockFormat::F16]).await?;
        }
    }
    Ok(pair.report)
}

/// Both backends, given the same things.
struct Pair<'a, A: Readable, B: Readable> {
    found: &'a mut A,
    expected: &'a mut B,
    draw: Draw,
    report: Report,
    /// How far numbers may be apart.
    rounding: f32,
}

/// Something on both backends.
struct Both<A, B>(A, B);

type Matrices<A, B> = Both<<A as Backend>::Matrix, <B as Backend>::Matrix>;
type Vectors<A, B> = Both<<A as Backend>::Vector, <B as Backend>::Vector>;
type Layers<A, B> = Both<<A as Backend>::Activations, <B as Backend>::Activations>;

impl<A: Readable, B: Readable> Pair<'_, A, B> {
    /// A random matrix, written in pieces that are not round.
    fn matrix(
        &mut self,
        rows: usize,
        columns: usize,
        format: BlockFormat,
    ) -> Result<Matrices<A, B>, Error> {
        let mut both = Both(
            self.found.matrix(rows, columns, format)?,
            self.expected.matrix(rows, columns, format)?,
        );
        self.fill(&mut both, rows, columns, format, rows)?;
        Ok(both)
    }

    /// Random matrices that meet their input together.
    fn matrices<const N: usize>(
        &mut self,
        sizes: [(usize, BlockFormat); N],
        columns: usize,
    ) -> Result<[Matrices<A, B>; N], Error> {
        let shape = shape(&sizes.map(|(_, format)| format));
        let found = self.found.matrices(&shape, &sizes, columns)?;
        let expected = self.expected.matrices(&shape, &sizes, columns)?;
        let mut all = found.into_iter().zip(expected);
        let mut made = Vec::with_capacity(N);
        for (rows, format) in sizes {
            let Some((a, b)) = all.next() else { break };
            let mut both = Both(a, b);
            self.fill(&mut both, rows, columns, format, rows)?;
            made.push(both);
        }
        made.try_into()
            .map_err(|_| Error::Unsupported("fewer matrices than asked for".into()))
    }

    /// Random rows, of which so many are different.
    fn fill(
        &mut self,
        both: &mut Matrices<A, B>,
        rows: usize,
        columns: usize,
        format: BlockFormat,
        different: usize,
    ) -> Result<(), Error> {
        // Weights of this size make a product about as large as its input.
        let size = (3.0 / columns as f32).sqrt();
        let weights: Vec<f32> = (0..different * columns)
            .map(|_| self.draw.between(-size, size))
            .collect();
        let blocks = quantize(format, &weights).repeat(rows.div_ceil(different));
        let row = format.row_bytes(columns);
        let mut first = 0;
        while first < rows {
            let count = (1 + self.draw.below(101)).min(rows - first);
            let piece = &blocks[first * row..(first + count) * row];
            self.found.write_rows(&mut both.0, first, piece)?;
            self.expected.write_rows(&mut both.1, first, piece)?;
            first += count;
        }
        Ok(())
    }

    fn vector(&mut self, length: usize) -> Result<Vectors<A, B>, Error> {
        let values: Vec<f32> = (0..length).map(|_| self.draw.between(-1.0, 1.0)).collect();
        Ok(Both(
            self.found.vector(&values)?,
            self.expected.vector(&values)?,
        ))
    }

    /// Rows of a table.
    fn look_up(&mut self, table: &Matrices<A, B>, ids: &[u32]) -> Result<Layers<A, B>, Error> {
        Ok(Both(
            self.found.embed(&table.0, ids)?,
            self.expected.embed(&table.1, ids)?,
        ))
    }

    /// Random activations.
    fn activations(&mut self, tokens: usize, width: usize) -> Result<Layers<A, B>, Error> {
        let table = self.matrix(tokens, width, BlockFormat::F32)?;
        let ids: Vec<u32> = (0..tokens as u32).collect();
        self.look_up(&table, &ids)
    }

    /// A matrix that leaves what it meets as it is.
    fn identity(&mut self, size: usize) -> Result<Matrices<A, B>, Error> {
        let mut weights = vec![0f32; size * size];
        weights.iter_mut().step_by(size + 1).for_each(|w| *w = 1.0);
        self.floats(size, &weights)
    }

    fn zeros(&mut self, tokens: usize, width: usize) -> Result<Layers<A, B>, Error> {
        let table = self.floats(width, &vec![0.0; width])?;
        self.look_up(&table, &vec![0; tokens])
    }

    /// A matrix of these weights.
    fn floats(&mut self, columns: usize, weights: &[f32]) -> Result<Matrices<A, B>, Error> {
        let (rows, format) = (weights.len() / columns, BlockFormat::F32);
        let mut both = Both(
            self.found.matrix(rows, columns, format)?,
            self.expected.matrix(rows, columns, format)?,
        );
        let blocks = bytemuck::cast_slice(weights);
        self.found.write_rows(&mut both.0, 0, blocks)?;
        self.expected.write_rows(&mut both.1, 0, blocks)?;
        Ok(both)
    }

    /// The last tokens.
    fn last(&mut self, x: &Layers<A, B>, rows: usize) -> Result<Layers<A, B>, Error> {
        Ok(Both(
            self.found.last(&x.0, rows)?,
            self.expected.last(&x.1, rows)?,
        ))
    }

    async fn check(&mut self, what: String, bound: f32, both: &Layers<A, B>) -> Result<(), Error> {
        let found = self.found.read(&both.0).await?;
        let expected = self.expected.read(&both.1).await?;
        self.report.checks.push(Check {
            what,
            difference: difference(&found, &expected),
            bound,
        });
        Ok(())
    }

    async fn embed(&mut self, format: BlockFormat) -> Result<(), Error> {
        let Shape {
            vocabulary, hidden, ..
        } = shape(&[format]);
        let table = self.matrix(vocabulary, hidden, format)?;
        let mut ids: Vec<u32> = (0..70)
            .map(|_| self.draw.below(vocabulary) as u32)
            .collect();
        ids.extend([0, vocabulary as u32 - 1]);
        let x = self.look_up(&table, &ids)?;
        self.check(format!("embed, {format:?}"), 1e-6, &x).await
    }

    /// Queries, keys and values of several passes, some of which go back; then attention over them.
    async fn attention(&mut self, formats: [BlockFormat; 3]) -> Result<(), Error> {
        let shape = shape(&formats);
        let Shape {
            hidden,
            heads,
            kv_heads,
            head_dim,
            ..
        } = shape;
        let norm = self.vector(hidden)?;
        let rows = [heads * head_dim, kv_heads * head_dim, kv_heads * head_dim];
        let sizes = [0, 1, 2].map(|i| (rows[i], formats[i]));
        let [query, key, value] = self.matrices(sizes, hidden)?;
        let bias = self.vector(rows.iter().sum())?;
        let output = self.matrix(hidden, heads * head_dim, formats[0])?;
        let identity = self.identity(heads * head_dim)?;
        let a = Attention {
            norm: norm.0,
            query: query.0,
            key: key.0,
            value: value.0,
            bias: bias.0,
            output: output.0,
        };
        let b = Attention {
            norm: norm.1,
            query: query.1,
            key: key.1,
            value: value.1,
            bias: bias.1,
            output: output.1,
        };
        let mut cache = Both(
            self.found.cache(&shape, 600)?,
            self.expected.cache(&shape, 600)?,
        );
        let layer = 1;
        for (position, tokens) in [
            (0, 1),
            (1, 129),
            (130, 8),
            (125, 3),
            (128, 130),
            (258, 1),
            (259, 41),
            (300, 250), // and with it a third span
            (550, 2),
        ] {
            let x = self.activations(tokens, hidden)?;
            let query = Both(
                self.found
                    .query_key_value(&shape, &x.0, &a, &mut cache.0, layer, position)?,
                self.expected
                    .query_key_value(&shape, &x.1, &b, &mut cache.1, layer, position)?,
            );
            let what = format!("{formats:?}, {tokens} tokens at {position}");
            self.check(format!("query_key_value, {what}"), self.rounding, &query)
                .await?;
            let mixed = Both(
                self.found
                    .attention(&shape, &query.0, &cache.0, layer, position)?,
                self.expected
                    .attention(&shape, &query.1, &cache.1, layer, position)?,
            );
            // The GPU may leave it in spans, which `project_add` puts together.
            let mut whole = self.zeros(tokens, heads * head_dim)?;
            self.found
                .project_add(&mixed.0, &identity.0, &mut whole.0)?;
            self.expected
                .project_add(&mixed.1, &identity.1, &mut whole.1)?;
            self.check(format!("attention, {what}"), self.rounding, &whole)
                .await?;
            let rows = tokens.div_ceil(3);
            let query = self.last(&query, rows)?;
            let mut x = self.last(&x, rows)?;
            let first = position + tokens - rows;
            let mixed = Both(
                self.found
                    .attention(&shape, &query.0, &cache.0, layer, first)?,
                self.expected
                    .attention(&shape, &query.1, &cache.1, layer, first)?,
            );
            self.found.project_add(&mixed.0, &a.output, &mut x.0)?;
            self.expected.project_add(&mixed.1, &b.output, &mut x.1)?;
            self.check(format!("the last {rows}, {what}"), self.rounding, &x)
                .await?;
        }
        Ok(())
    }

    async fn project_add(&mut self, format: BlockFormat, tokens: usize) -> Result<(), Error> {
        let Shape {
            hidden,
            feed_forward,
            ..
        } = shape(&[format]);
        let matrix = self.matrix(hidden, feed_forward, format)?;
        let input = self.activations(tokens, feed_forward)?;
        let mut x = self.activations(tokens, hidden)?;
        self.found.project_add(&input.0, &matrix.0, &mut x.0)?;
        self.expected.project_add(&input.1, &matrix.1, &mut x.1)?;
        self.check(
            format!("project_add, {format:?}, {tokens} tokens"),
            self.rounding,
            &x,
        )
        .await
    }

    async fn gate_up_silu(
        &mut self,
        formats: [BlockFormat; 2],
        tokens: usize,
    ) -> Result<(), Error> {
        let shape = shape(&formats);
        let norm = self.vector(shape.hidden)?;
        let sizes = formats.map(|format| (shape.feed_forward, format));
        let [gate, up] = self.matrices(sizes, shape.hidden)?;
        let down = self.matrix(shape.hidden, shape.feed_forward, formats[0])?;
        let a = FeedForward {
            norm: norm.0,
            gate: gate.0,
            up: up.0,
            down: down.0,
        };
        let b = FeedForward {
            norm: norm.1,
            gate: gate.1,
            up: up.1,
            down: down.1,
        };
        let x = self.activations(tokens, shape.hidden)?;
        let inner = Both(
            self.found.gate_up_silu(&shape, &x.0, &a)?,
            self.expected.gate_up_silu(&shape, &x.1, &b)?,
        );
        self.check(
            format!("gate_up_silu, {formats:?}, {tokens} tokens"),
            self.rounding,
            &inner,
        )
        .await
    }

    /// The head, of which so many rows are different: logits, and the place of the largest, which is the
    /// first among equal ones.
    async fn head(
        &mut self,
        format: BlockFormat,
        tokens: usize,
        different: usize,
    ) -> Result<(), Error> {
        let shape = shape(&[format]);
        let norm = self.vector(shape.hidden)?;
        let (rows, columns) = (shape.vocabulary, shape.hidden);
        let mut head = Both(
            self.found.matrix(rows, columns, format)?,
            self.expected.matrix(rows, columns, format)?,
        );
        self.fill(&mut head, rows, columns, format, different)?;
        let x = self.activations(tokens, shape.hidden)?;
        let rows = tokens.div_ceil(2);
        let found = self
            .found
            .logits(&shape, &x.0, rows, &norm.0, &head.0)
            .await?;
        let expected = self
            .expected
            .logits(&shape, &x.1, rows, &norm.1, &head.1)
            .await?;
        let what = format!("{format:?}, {rows} of {tokens} tokens, {different} rows");
        let logits = Check {
            what: format!("logits, {what}"),
            difference: difference(&found, &expected),
            bound: self.rounding,
        };
        self.report.checks.push(logits);

        let indices = self
            .found
            .argmax(&shape, &x.0, rows, &norm.0, &head.0)
            .await?;
        let largest: Vec<u32> = found.chunks_exact(shape.vocabulary).map(argmax).collect();
        let wrong = indices.iter().zip(&largest).filter(|(a, b)| a != b).count();
        let difference = if indices.len() == rows {
            wrong as f32
        } else {
            f32::INFINITY
        };
        self.report.checks.push(Check {
            what: format!("argmax, {what}"),
            difference,
            bound: 0.0,
        });
        Ok(())
    }
}

/// The index of the largest logit, the lowest among equals.
#[must_use]
pub fn argmax(logits: &[f32]) -> u32 {
    let mut best = 0;
    for (index, logit) in logits.iter().enumerate() {
        if *logit > logits[best] {
            best = index;
        }
    }
    best as u32
}
