//! The kernels as a [`Backend`].

use model::{ActivationBits, Attention, Backend, BlockFormat, Error, FeedForward, Shape};

use crate::{Add, Input, Matrix, Precision};
use crate::{argmax, attention, embed, matmul, rms_norm, rope_write, silu_mul};

/// The CPU that this runs on; one thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cpu {
    /// Chosen by whoever made it.
    precision: Option<Precision>,
    /// Chosen by the model.
    bits: ActivationBits,
}

impl Cpu {
    /// Activations meet quantized weights as integers: in 16 bits, unless the model's file says that 8
    /// do.
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

    fn input(self, x: &Activations) -> Input<'_> {
        Input::new(&x.values, x.width, self.precision())
    }

    fn precision(self) -> Precision {
        self.precision.unwrap_or(match self.bits {
            ActivationBits::Eight => Precision::Int8,
            ActivationBits::Sixteen => Precision::Int16,
        })
    }
}

/// A product as new activations.
fn product(x: &Input, matrix: &Matrix, add: Add) -> Activations {
    let mut y = Activations::zero(x.tokens(), matrix.rows());
    matmul(x, matrix, add, &mut y.values);
    y
}

/// Activations of a pass, `[tokens, width]`.
pub struct Activations {
    tokens: usize,
    width: usize,
    values: Vec<f32>,
}

impl Activations {
    fn zero(tokens: usize, width: usize) -> Self {
        Self {
            tokens,
            width,
            values: vec![0.0; tokens * width],
        }
    }

    /// The values, token after token.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    fn normed(&self, epsilon: f32, gains: &[f32]) -> Self {
        let mut y = Self::zero(self.tokens, self.width);
        rms_norm(epsilon, &self.values, gains, &mut y.values);
        y
    }
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
    type Matrix = Matrix;
    type Vector = Vec<f32>;
    type Activations = Activations;
    type Cache = Cache;

    fn name(&self) -> String {
        match self.precision().kernel() {
            Some(kernel) => format!("CPU ({})", kernel.name()),
            None => "CPU (floats)".into(),
        }
    }

    fn need(&mut self, bits: ActivationBits) {
        self.bits = bits;
    }

    fn matrix(
        &mut self,
        rows: usize,
        columns: usize,
        format: BlockFormat,
    ) -> Result<Matrix, Error> {
        Matrix::new(rows, columns, format)
    }

    fn write_rows(
        &mut self,
        matrix: &mut Matrix,
        _first: usize,
        blocks: &[u8],
    ) -> Result<(), Error> {
        matrix.push_rows(blocks);
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

    fn embed(&mut self, table: &Matrix, tokens: &[u32]) -> Result<Activations, Error> {
        let mut x = Activations::zero(tokens.len(), table.columns());
        embed(table, tokens, &mut x.values);
        Ok(x)
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
        let (query_bias, others) = weights.bias.split_at(weights.query.rows());
        let (key_bias, value_bias) = others.split_at(weights.key.rows());
        let mut query = product(&input, &weights.query, Add::Bias(query_bias));
        let key = product(&input, &weights.key, Add::Bias(key_bias));
        let value = product(&input, &weights.value, Add::Bias(value_bias));

        let known = cache.turns.len() / shape.head_dim;
        cache.turns.extend(shape.turns(known..needed));
        let (keys, values) = &mut cache.layers[layer];
        let length = keys.len().max(needed * key.width);
        keys.resize(length, 0.0);
        values.resize(length, 0.0);
        let (key, value) = (&key.values, &value.values);
        rope_write(
            shape,
            position,
            &cache.turns,
            key,
            value,
            &mut query.values,
            keys,
            values,
        );
        Ok(query)
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
        attention(shape, position, &query.values, keys, values, &mut y.values);
        Ok(y)
    }

    fn project_add(
        &mut self,
        input: &Activations,
        matrix: &Matrix,
        x: &mut Activations,
    ) -> Result<(), Error> {
        matmul(&self.input(input), matrix, Add::Output, &mut x.values);
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
        Ok(gate)
    }

    async fn argmax(
        &mut self,
        shape: &Shape,
        x: &Activations,
        rows: usize,
        norm: &Vec<f32>,
        head: &Matrix,
    ) -> Result<Vec<u32>, Error> {
        let logits = self.logits(shape, x, rows, norm, head).await?;
        let mut best = vec![0; rows];
        argmax(head.rows(), &logits, &mut best);
        Ok(best)
    }

    async fn logits(
        &mut self,
        shape: &Shape,
        x: &Activations,
        rows: usize,
        norm: &Vec<f32>,
        head: &Matrix,
    ) -> Result<Vec<f32>, Error> {
        let from = (x.tokens - rows) * x.width;
        let last = Activations {
            tokens: rows,
            width: x.width,
            values: x.values[from..].to_vec(),
        };
        let normed = last.normed(shape.rms_epsilon, norm);
        Ok(product(&self.input(&normed), head, Add::Nothing).values)
    }
}
