//! The kernels as a [`Backend`].

use std::ops::Range;

use model::{ActivationBits, Attention, Backend, BlockFormat, Error, FeedForward, Shape};

use crate::activations::Activations;
use crate::attention::{attention, kv_heads};
use crate::interleaved::ROWS;
use crate::rows::Rows;
use crate::share::{Exchange, Share};
use crate::{Add, Input, Precision};
use crate::{matmul, rope_write, silu_mul};

/// The CPU that this runs on: one thread, or one of several that compute a model together.
#[derive(Default)]
pub struct Cpu {
    /// Chosen by whoever made it.
    precision: Option<Precision>,
    /// Chosen by the model.
    bits: ActivationBits,
    share: Share,
}

impl Cpu {
    /// Activations meet quantized weights as integers: in 8 bits, unless the model's file says that it
    /// needs 16.
    pub fn new() -> Self {
        Self::default()
    }

    /// Activations meet quantized weights in this way, whatever the model asks for.
    pub fn with(precision: Precision) -> Self {
        Self {
            precision: Some(precision),
            ..Self::default()
        }
    }

    /// Activations meet all weights as floats: slow, and what other backends are compared with.
    pub fn exact() -> Self {
        Self::with(Precision::Exact)
    }

    /// Holds one share of a model, and computes it together with the threads that hold the others. All
    /// load the same model, and run the same passes.
    pub fn sharing(self, exchange: impl Exchange + 'static) -> Self {
        Self {
            share: Share(Some(Box::new(exchange))),
            ..self
        }
    }

    fn input<'a>(&self, x: &'a Activations) -> Input<'a> {
        Input::new(&x.values, x.width, self.precision())
    }

    /// The query heads that are here.
    fn heads(&self, shape: &Shape) -> Range<usize> {
        self.share.part(shape.heads, 1)
    }

    /// The head's logits for the last `rows` tokens, as far as they are here.
    fn logits_here(
        &self,
        shape: &Shape,
        x: &Activations,
        rows: usize,
        norm: &[f32],
        head: &Rows,
    ) -> Activations {
        let normed = x.last(rows).normed(shape.rms_epsilon, norm);
        product(&self.input(&normed), head, Add::Nothing)
    }

    fn precision(&self) -> Precision {
        self.precision.unwrap_or(match self.bits {
            ActivationBits::Eight => Precision::Int8,
            ActivationBits::Sixteen => Precision::Int16,
        })
    }
}

/// A product with the rows that are here, as new activations.
fn product(x: &Input, rows: &Rows, add: Add) -> Activations {
    let mut y = Activations::zero(x.tokens(), rows.matrix.rows());
    matmul(x, &rows.matrix, add, &mut y.values);
    y
}

/// Keys and values of all layers. They take memory as they come.
pub struct Cache {
    capacity: usize,
    /// A layer's keys and values, each `[positions, kv_heads, head_dim]`.
    layers: Vec<(Vec<f32>, Vec<f32>)>,
    /// Cosine and sine of RoPE's angles, `[positions, head_dim / 2, 2]`.
    turns: Vec<f32>,
}

impl Backend for Cpu {
    type Matrix = Rows;
    type Vector = Vec<f32>;
    type Activations = Activations;
    type Cache = Cache;

    fn name(&self) -> String {
        let kernel = self.precision().kernel(BlockFormat::Q4_0);
        let kernel = kernel.map_or("floats", |kernel| kernel.name());
        match self.share.count() {
            1 => format!("CPU ({kernel})"),
            threads => format!("CPU ({kernel}, {threads} threads)"),
        }
    }

    fn need(&mut self, bits: ActivationBits) {
        self.bits = bits;
    }

    fn matrix(&mut self, rows: usize, columns: usize, format: BlockFormat) -> Result<Rows, Error> {
        Rows::new(self.share.part(rows, ROWS), rows, columns, format)
    }

    fn matrices(
        &mut self,
        shape: &Shape,
        matrices: &[(usize, BlockFormat)],
        columns: usize,
    ) -> Result<Vec<Rows>, Error> {
        let of = |heads: Range<usize>| heads.start * shape.head_dim..heads.end * shape.head_dim;
        let heads = self.heads(shape);
        let part = |index, rows| match (matrices.len(), index) {
            (3, 0) => of(heads.clone()),
            (3, _) => of(kv_heads(shape, &heads)),
            _ => self.share.part(rows, ROWS),
        };
        let each = matrices.iter().enumerate();
        each.map(|(index, &(rows, format))| Rows::new(part(index, rows), rows, columns, format))
            .collect()
    }

    fn write_rows(&mut self, rows: &mut Rows, first: usize, blocks: &[u8]) -> Result<(), Error> {
        rows.write(first, blocks);
        Ok(())
    }

    fn vector(&mut self, values: &[f32]) -> Result<Vec<f32>, Error> {
        Ok(values.to_vec())
    }

    fn cache(&mut self, shape: &Shape, capacity: usize) -> Result<Cache, Error> {
        let layers = (0..shape.layers).map(|_| Default::default()).collect();
        Ok(Cache {
            capacity,
            layers,
            turns: Vec::new(),
        })
    }

    fn embed(&mut self, table: &Rows, tokens: &[u32]) -> Result<Activations, Error> {
        Ok(Activations {
            tokens: tokens.len(),
            width: table.matrix.columns(),
            values: self.share.embed(table, tokens)?,
        })
    }

    fn query_key_value(
        &mut self,
        shape: &Shape,
        x: &Activations,
        weights: &Attention<Self>,
        cache: &mut Cache,
        layer: usize,
        position: usize,
    ) -> Result<Activations, Error> {
        let needed = position + x.tokens;
        if needed > cache.capacity {
            return Err(Error::Context {
                needed,
                capacity: cache.capacity,
            });
        }
        let normed = x.normed(shape.rms_epsilon, &weights.norm);
        let input = self.input(&normed);
        let (query, key, value) = (&weights.query, &weights.key, &weights.value);
        let bias = |before: usize, rows: &Rows| {
            Add::Bias(&weights.bias[before + rows.here.start..before + rows.here.end])
        };
        let (keys, values) = (query.all, query.all + key.all);
        let mut y = product(&input, query, bias(0, query));
        let key = product(&input, key, bias(keys, key));
        let value = product(&input, value, bias(values, value));

        let known = cache.turns.len() / shape.head_dim;
        cache.turns.extend(shape.turns(known..needed));
        if y.width == 0 {
            return Ok(y); // more threads than heads
        }
        let (keys, values) = &mut cache.layers[layer];
        let length = keys.len().max(needed * key.width);
        keys.resize(length, 0.0);
        values.resize(length, 0.0);
        let here = Shape {
            heads: y.width / shape.head_dim,
            kv_heads: key.width / shape.head_dim,
            ..shape.clone()
        };
        let (key, value) = (&key.values, &value.values);
        rope_write(
            &here,
            position,
            &cache.turns,
            key,
            value,
            &mut y.values,
            keys,
            values,
        );
        Ok(y)
    }

    fn last(&mut self, x: &Activations, rows: usize) -> Result<Activations, Error> {
        Ok(x.last(rows))
    }

    fn attention(
        &mut self,
        shape: &Shape,
        query: &Activations,
        cache: &Cache,
        layer: usize,
        position: usize,
    ) -> Result<Activations, Error> {
        let mut y = Activations::zero(query.tokens, query.width);
        let (keys, values) = &cache.layers[layer];
        let heads = self.heads(shape);
        let (x, mixed) = (&query.values, &mut y.values);
        attention(shape, heads, position, x, keys, values, mixed);
        self.share
            .whole(y, shape.heads * shape.head_dim, shape.head_dim)
    }

    fn project_add(
        &mut self,
        input: &Activations,
        matrix: &Rows,
        x: &mut Activations,
    ) -> Result<(), Error> {
        let input = self.input(input);
        let add_to =
            |y: &mut Activations| matmul(&input, &matrix.matrix, Add::Output, &mut y.values);
        if self.share.count() == 1 {
            add_to(x);
            return Ok(());
        }
        let mut sum = x.columns(matrix.here.clone());
        add_to(&mut sum);
        *x = self.share.whole(sum, matrix.all, ROWS)?;
        Ok(())
    }

    fn gate_up_silu(
        &mut self,
        shape: &Shape,
        x: &Activations,
        weights: &FeedForward<Self>,
    ) -> Result<Activations, Error> {
        let normed = x.normed(shape.rms_epsilon, &weights.norm);
        let input = self.input(&normed);
        let mut gate = product(&input, &weights.gate, Add::Nothing);
        let up = product(&input, &weights.up, Add::Nothing);
        silu_mul(&up.values, &mut gate.values);
        self.share.whole(gate, weights.gate.all, ROWS)
    }

    async fn argmax(
        &mut self,
        shape: &Shape,
        x: &Activations,
        rows: usize,
        norm: &Vec<f32>,
        head: &Rows,
    ) -> Result<Vec<u32>, Error> {
        let logits = self.logits_here(shape, x, rows, norm, head);
        self.share.argmax(rows, head, &logits.values)
    }

    async fn logits(
        &mut self,
        shape: &Shape,
        x: &Activations,
        rows: usize,
        norm: &Vec<f32>,
        head: &Rows,
    ) -> Result<Vec<f32>, Error> {
        let logits = self.logits_here(shape, x, rows, norm, head);
        Ok(self.share.whole(logits, head.all, ROWS)?.values)
    }
}
