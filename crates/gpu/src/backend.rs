//! [`Backend`] on the GPU: which kernels an operation is made of.

use std::ops::Range;

use model::{ActivationBits, Attention, Backend, BlockFormat, Error, FeedForward, Formats, Shape};

use crate::beside::Beside;
use crate::device::{Device, Memory, Options};
use crate::kernels::{Kernel, Kernels};
use crate::measure::fastest;
use crate::pool::{Activations, Pool, Spans};
use crate::precision::Precision;
use crate::product::{Operation, Product, Shares, project_add_parameters};
use crate::recorder::{Call, Counts, PRODUCTS, Recorder};
use crate::self_test::self_test;
use crate::shared_out::SharedOut;
use crate::variants::{Choice, Variant, Variants};
use crate::weights::{Matrix, Part, Vector};

/// The most workgroups that a dispatch can have in one dimension.
const WORKGROUPS: usize = 65_535;
/// How many times as long a CPU in disguise takes as the GPU that submissions are cut for.
const SOFTWARE: u64 = 16;

/// A GPU that computes models.
pub struct Gpu {
    pub(crate) device: Device,
    pub(crate) kernels: Kernels,
    pub(crate) recorder: Recorder,
    pool: Pool,
    pub(crate) variants: Variants,
    pub(crate) precision: Precision,
    /// Chosen by whoever made it.
    pub(crate) asked: Option<Precision>,
    /// What the model asks for.
    pub(crate) bits: ActivationBits,
    /// Whether what is fastest is still to be measured, and whether the precision is part of that.
    pub(crate) measure: bool,
    pub(crate) undecided: bool,
}

/// Keys and values, f32, a buffer a layer of `[2, capacity, kv_heads, head_dim]`.
pub struct Cache {
    capacity: usize,
    layers: Vec<Memory>,
    /// Cosine and sine of RoPE's angles, `[capacity, head_dim / 2, 2]`.
    turns: Memory,
}

impl Gpu {
    /// Asks for an adapter.
    ///
    /// # Errors
    /// [`Error::Device`] where there is no adapter, or it is below WebGPU's default limits; says which.
    pub async fn new(options: Options) -> Result<Self, Error> {
        let device = Device::new(&options).await?;
        let few = options.few_invocations.unwrap_or(device.is_software());
        let shares = Shares {
            slices: if few { 1 } else { 8 },
        };
        let kernels = Kernels::new(shares);
        let products = if device.is_software() {
            PRODUCTS / SOFTWARE
        } else {
            PRODUCTS
        };
        let recorder = Recorder::new(&device, products);
        let measure = match options.variants {
            Choice::Fastest => !device.is_software(),
            Choice::Measured => true,
            Choice::Untried | Choice::Only(_) => false,
        };
        Ok(Self {
            device,
            kernels,
            recorder,
            pool: Pool::default(),
            variants: match options.variants {
                Choice::Only(variant) => Variants::only(variant),
                _ => Variants::untried(few),
            },
            precision: options.precision.unwrap_or_default(),
            asked: options.precision,
            bits: ActivationBits::default(),
            measure,
            undecided: false,
        })
    }

    #[cfg(all(feature = "compare", not(target_arch = "wasm32")))]
    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    /// Whether the adapter is a CPU in disguise (SwiftShader, lavapipe): right, and slower than
    /// computing on the CPU directly.
    #[must_use]
    pub fn is_software(&self) -> bool {
        self.device.is_software()
    }

    /// Loses the device, as a driver that resets it or a browser whose GPU process ends does: for tests.
    #[cfg(feature = "compare")]
    pub fn lose(&self) {
        self.device.raw.destroy();
    }

    /// Binds no buffers larger than this, as an adapter that offers no larger ones: for tests.
    #[cfg(feature = "compare")]
    pub fn limit_buffers(&mut self, bytes: u64) {
        self.device.largest = self.device.largest.min(bytes);
    }

    /// Changes the text of the kernels that are compiled from now on, as a driver that gets one wrong: for tests.
    #[cfg(feature = "compare")]
    pub fn edit_kernels(&mut self, edit: fn(String) -> String) {
        self.kernels.edit = edit;
    }

    /// Up to how many tokens each variant of the products is taken, and for more than that.
    pub fn variants(&self) -> impl Iterator<Item = (usize, Variant)> {
        self.variants.iter()
    }

    /// How activations meet the weights of the model that was loaded last, where these have integers.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// What passes have cost so far besides their arithmetic.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            memory_bytes: self.device.taken(),
            kernels: self.kernels.count(),
            ..self.recorder.counts
        }
    }

    /// Reads activations back, `[tokens, width]`: for tests and for looking into a model.
    ///
    /// # Errors
    /// [`Error::Device`] where the device failed.
    pub async fn read(&mut self, activations: &Activations) -> Result<Vec<f32>, Error> {
        let &Activations {
            ref tokens,
            width,
            spans,
            ..
        } = activations;
        if spans.is_some() {
            let what = "what attention found in spans, read before it is put together";
            return Err(Error::Unsupported(what.into()));
        }
        let words = tokens.end * width;
        let mut values = self
            .recorder
            .read(&self.device, &self.kernels, activations.memory(), words)
            .await?;
        values.drain(..tokens.start * width);
        Ok(values)
    }

    pub(crate) fn dispatch(&mut self, call: Call) -> Result<(), Error> {
        self.kernels.compile(&self.device.raw, call.kernel);
        self.recorder.dispatch(&self.device, &self.kernels, call)
    }

    /// Runs each call so many times in a row; returns the seconds of each.
    pub(crate) async fn time(&mut self, calls: Vec<(Call<'_>, u32)>) -> Result<Vec<f64>, Error> {
        for (call, _) in &calls {
            self.kernels.compile(&self.device.raw, call.kernel);
        }
        self.recorder.time(&self.device, &self.kernels, calls).await
    }

    pub(crate) fn activations(
        &self,
        tokens: Range<usize>,
        width: usize,
    ) -> Result<Activations, Error> {
        self.pool.take(&self.device, tokens, width)
    }

    /// The kernel that multiplies `tokens` tokens with matrices like these, side by side.
    pub(crate) fn product(
        &self,
        operation: Operation,
        matrices: &[&Matrix],
        tokens: usize,
    ) -> Product {
        let variant = self.variants.of(tokens);
        let formats: Vec<_> = matrices.iter().map(|matrix| matrix.format).collect();
        Product::new(operation, Beside::of(&formats), variant, self.precision)
    }

    /// Dispatches the product of `tokens` tokens with parts of these matrices.
    pub(crate) fn multiply(
        &mut self,
        operation: Operation,
        matrices: &[&Matrix],
        parts: &[&Part],
        tokens: usize,
        parameters: &[u32],
        memories: &[&Memory],
    ) -> Result<(), Error> {
        let product = self.product(operation, matrices, tokens);
        let columns = matrices.first().map_or(0, |matrix| matrix.columns);
        let rows: usize = parts.iter().map(|part| part.rows).sum();
        let (groups, tiles) = product.workgroups(tokens, rows);
        let bytes: u64 = parts.iter().map(|part| part.bytes).sum();
        self.dispatch(Call {
            kernel: Kernel::Product(product),
            parameters,
            memories,
            workgroups: (word(groups)?, word(tiles)?),
            products: tokens as u64 * rows as u64 * columns as u64,
            weights: bytes * groups as u64,
        })
    }
}

/// Bytes of the buffer that a layer's keys and values are in, for so many positions.
#[must_use]
pub fn layer_cache_bytes(shape: &Shape, capacity: usize) -> u64 {
    2 * capacity as u64 * (shape.kv_heads * shape.head_dim * 4) as u64
}

/// As a kernel takes it.
pub(crate) fn word(number: usize) -> Result<u32, Error> {
    u32::try_from(number).map_err(|_| Error::Unsupported(format!("{number} does not fit 32 bits")))
}

/// Workgroups for `count` invocations, over two dimensions where one does not hold them.
fn grid(count: usize, of_a_workgroup: usize) -> Result<(u32, u32), Error> {
    let workgroups = count.div_ceil(of_a_workgroup);
    let rows = workgroups.div_ceil(WORKGROUPS).max(1);
    Ok((word(workgroups.div_ceil(rows))?, word(rows)?))
}

/// Shapes that do not match would read the wrong numbers rather than fail.
pub(crate) fn same(what: &str, found: usize, wanted: usize) -> Result<(), Error> {
    if found == wanted {
        Ok(())
    } else {
        Err(Error::Unsupported(format!(
            "{found} {what} where {wanted} are needed"
        )))
    }
}

impl Backend for Gpu {
    type Matrix = Matrix;
    type Vector = Vector;
    type Activations = Activations;
    type Cache = Cache;

    fn name(&self) -> String {
        let wgpu::AdapterInfo { name, backend, .. } = &self.device.info;
        let name = if name.is_empty() {
            "an adapter without a name"
        } else {
            name
        };
        let rounded = match self.precision {
            Precision::Float => "",
            Precision::Int8 => ", 8-bit activations",
        };
        match backend {
            wgpu::Backend::BrowserWebGpu => format!("WebGPU: {name}{rounded}"),
            native => format!("WebGPU: {name} ({native:?}){rounded}"),
        }
    }

    fn need(&mut self, bits: ActivationBits) {
        self.bits = bits;
    }

    fn prepare(&mut self, formats: &[Formats]) {
        self.decide(formats);
        self.compile(formats);
    }

    async fn self_test(&mut self, formats: &[Formats]) -> Result<(), Error> {
        if let (true, Some(first)) = (self.measure, formats.first()) {
            let fastest = fastest(self, first.down).await;
            self.take(fastest);
            self.compile(formats);
        }
        match self_test(self, formats).await {
            // Nobody asked for integers: floats may be right.
            Err(error) if self.undecided && self.precision == Precision::Int8 => {
                log::warn!("{error}");
                self.precision = Precision::Float;
                self.note_fastest(formats);
                self.compile(formats);
                self_test(self, formats).await
            }
            result => result,
        }
    }

    fn matrix(
        &mut self,
        rows: usize,
        columns: usize,
        format: BlockFormat,
    ) -> Result<Matrix, Error> {
        Matrix::new(&self.device, rows, columns, format)
    }

    fn matrices(
        &mut self,
        _shape: &Shape,
        matrices: &[(usize, BlockFormat)],
        columns: usize,
    ) -> Result<Vec<Matrix>, Error> {
        if let &[(rows, format)] = matrices {
            return Ok(vec![self.matrix(rows, columns, format)?]);
        }
        Matrix::together(&self.device, matrices, columns)
    }

    fn write_rows(
        &mut self,
        matrix: &mut Matrix,
        first: usize,
        blocks: &[u8],
    ) -> Result<(), Error> {
        matrix.write_rows(&self.device, first, blocks)
    }

    fn vector(&mut self, values: &[f32]) -> Result<Vector, Error> {
        Vector::new(&self.device, values)
    }

    fn cache(&mut self, shape: &Shape, capacity: usize) -> Result<Cache, Error> {
        let vec4s = shape.head_dim / 4;
        if !shape.head_dim.is_multiple_of(4) || !(1..=64).contains(&vec4s) {
            return Err(Error::Unsupported(format!(
                "heads of {} numbers; the GPU's attention needs a multiple of 4, at most 256",
                shape.head_dim
            )));
        }
        // Bind groups of an earlier model would keep its weights alive.
        self.recorder.forget(&self.device, &self.kernels);
        let bytes = layer_cache_bytes(shape, capacity);
        let layers = (0..shape.layers)
            .map(|_| self.device.memory("keys and values", bytes))
            .collect::<Result<_, Error>>()?;
        let turns = shape.turns(0..capacity);
        let memory = self.device.memory("turns", (turns.len() * 4) as u64)?;
        self.device
            .queue
            .write_buffer(&memory.buffer, 0, bytemuck::cast_slice(&turns));
        Ok(Cache {
            capacity,
            layers,
            turns: memory,
        })
    }

    fn embed(&mut self, table: &Matrix, tokens: &[u32]) -> Result<Activations, Error> {
        if let Some(token) = tokens.iter().find(|&&token| token as usize >= table.rows) {
            return Err(Error::Request(format!(
                "token {token} of a vocabulary of {}",
                table.rows
            )));
        }
        // The tokens are written before the next submission: what is recorded already must not see them.
        self.recorder.submit(&self.device, &self.kernels, None);
        let ids = self.activations(0..tokens.len(), 1)?;
        self.device
            .queue
            .write_buffer(&ids.memory().buffer, 0, bytemuck::cast_slice(tokens));
        let x = self.activations(0..tokens.len(), table.columns)?;
        for part in table.alone()? {
            let parameters = [
                word(tokens.len())?,
                word(table.columns)?,
                word(part.first)?,
                word(part.rows)?,
            ];
            let memories = [ids.memory(), &part.quants, &part.scales, x.memory()];
            let workgroups = grid(tokens.len() * table.columns / 16, 64)?;
            self.dispatch(Call {
                kernel: Kernel::Embed(table.format),
                parameters: &parameters,
                memories: &memories,
                workgroups,
                products: 0,
                weights: 0, // a few rows
            })?;
        }
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
        let tokens = &x.tokens;
        let needed = position + tokens.len();
        if needed > cache.capacity {
            return Err(Error::Context {
                needed,
                capacity: cache.capacity,
            });
        }
        let Attention {
            query, key, value, ..
        } = weights;
        let parts = Matrix::beside([query, key, value])?;
        let [first, key_part, value_part] = parts;
        let (query_rows, kv_rows) = (
            shape.heads * shape.head_dim,
            shape.kv_heads * shape.head_dim,
        );
        same("query rows", query.rows, query_rows)?;
        same("key rows", key.rows, kv_rows)?;
        same("value rows", value.rows, kv_rows)?;
        same("columns of a matrix", query.columns, x.width)?;
        same("gains of a norm", weights.norm.length, x.width)?;
        same("biases", weights.bias.length, query_rows + 2 * kv_rows)?;

        let turned = self.activations(tokens.clone(), query_rows)?;
        let parameters = [
            word(tokens.end)?,
            word(x.width)?,
            word(tokens.start)?,
            word(position_of_0(tokens, position)?)?,
            word(shape.heads)?,
            word(shape.kv_heads)?,
            word(shape.head_dim / 2)?,
            word(key_part.place.row)?,
            word(value_part.place.row)?,
            word(cache.capacity * kv_rows)?,
            shape.rms_epsilon.to_bits(),
        ];
        let memories = [
            x.memory(),
            &weights.norm.memory,
            &first.quants,
            &first.scales,
            &weights.bias.memory,
            &cache.turns,
            turned.memory(),
            layer_of(cache, layer)?,
        ];
        self.multiply(
            Operation::QueryKeyValue,
            &[query, key, value],
            &parts,
            tokens.len(),
            &parameters,
            &memories,
        )?;
        Ok(turned)
    }

    /// The same buffer: kernels are told which of its tokens to compute.
    fn last(&mut self, x: &Activations, rows: usize) -> Result<Activations, Error> {
        x.last(rows)
    }

    fn attention(
        &mut self,
        shape: &Shape,
        query: &Activations,
        cache: &Cache,
        layer: usize,
        position: usize,
    ) -> Result<Activations, Error> {
        let tokens = &query.tokens;
        let count = tokens.len();
        let few = self.kernels.shares.few_invocations();
        let SharedOut { queries, spans } = SharedOut::of(shape, few, count, position + count);
        let first = position_of_0(tokens, position)?;
        let vec4s = shape.head_dim / 4;
        let y = if spans == 1 {
            self.activations(tokens.clone(), query.width)?
        } else {
            let spans = Spans {
                head: vec4s,
                count: spans,
                position: first,
            };
            self.pool
                .take_in_spans(&self.device, tokens.clone(), query.width, spans)?
        };
        let parameters = [
            word(tokens.end)?,
            word(tokens.start)?,
            word(first)?,
            word(shape.heads)?,
            word(shape.kv_heads)?,
            word(vec4s)?,
            word(cache.capacity * shape.kv_heads * vec4s)?,
            (1.0 / (shape.head_dim as f32).sqrt()).to_bits(),
            word(spans)?,
        ];
        let memories = [query.memory(), layer_of(cache, layer)?, y.memory()];
        let blocks = (count * shape.heads / shape.kv_heads).div_ceil(queries);
        // Of each token those before it and itself.
        let seen = count * (2 * position + count + 1) / 2;
        self.dispatch(Call {
            kernel: Kernel::Attention(word(queries)?),
            parameters: &parameters,
            memories: &memories,
            workgroups: (word(shape.kv_heads * spans)?, word(blocks)?),
            products: 2 * seen as u64 * query.width as u64,
            weights: 0,
        })?;
        Ok(y)
    }

    fn project_add(
        &mut self,
        input: &Activations,
        matrix: &Matrix,
        x: &mut Activations,
    ) -> Result<(), Error> {
        same("columns of a matrix", matrix.columns, input.width)?;
        same("rows of a matrix", matrix.rows, x.width)?;
        same("tokens", input.tokens.len(), x.tokens.len())?;
        same("tokens before them", input.tokens.start, x.tokens.start)?;
        let operation = match input.spans {
            Some(_) => Operation::ProjectAddSpans,
            None => Operation::ProjectAdd,
        };
        for part in matrix.alone()? {
            let outputs = part.first..part.first + part.rows;
            let parameters = project_add_parameters(
                input.tokens.clone(),
                matrix.columns,
                outputs,
                x.width,
                input.spans,
            )?;
            let memories = [input.memory(), &part.quants, &part.scales, x.memory()];
            self.multiply(
                operation,
                &[matrix],
                &[part],
                input.tokens.len(),
                &parameters,
                &memories,
            )?;
        }
        Ok(())
    }

    fn gate_up_silu(
        &mut self,
        shape: &Shape,
        x: &Activations,
        weights: &FeedForward<Self>,
    ) -> Result<Activations, Error> {
        let FeedForward { gate, up, .. } = weights;
        let parts = Matrix::beside([gate, up])?;
        let [first, up_part] = parts;
        same("rows of the up projection", up.rows, gate.rows)?;
        same("columns of a matrix", gate.columns, x.width)?;
        same("gains of a norm", weights.norm.length, x.width)?;
        let y = self.activations(x.tokens.clone(), gate.rows)?;
        let parameters = [
            word(x.tokens.end)?,
            word(x.width)?,
            word(x.tokens.start)?,
            word(gate.rows)?,
            word(up_part.place.row)?,
            shape.rms_epsilon.to_bits(),
        ];
        let memories = [
            x.memory(),
            &weights.norm.memory,
            &first.quants,
            &first.scales,
            y.memory(),
        ];
        self.multiply(
            Operation::GateUpSilu,
            &[gate, up],
            &parts,
            x.tokens.len(),
            &parameters,
            &memories,
        )?;
        Ok(y)
    }

    async fn argmax(
        &mut self,
        shape: &Shape,
        x: &Activations,
        rows: usize,
        norm: &Vector,
        head: &Matrix,
    ) -> Result<Vec<u32>, Error> {
        let best = self.largest(shape, x, rows, norm, head)?;
        self.recorder
            .read(&self.device, &self.kernels, best.memory(), rows)
            .await
    }

    async fn logits(
        &mut self,
        shape: &Shape,
        x: &Activations,
        rows: usize,
        norm: &Vector,
        head: &Matrix,
    ) -> Result<Vec<f32>, Error> {
        let mut all = Vec::with_capacity(rows * head.rows);
        for tokens in self.pieces(x, rows, head)? {
            let logits = self.logits_of(shape, x, tokens, norm, head)?;
            all.extend(self.read(&logits).await?);
        }
        Ok(all)
    }
}

/// Where a buffer's token 0 stands, given where the first that is computed does.
fn position_of_0(tokens: &Range<usize>, position: usize) -> Result<usize, Error> {
    let start = tokens.start;
    position.checked_sub(start).ok_or_else(|| {
        Error::Request(format!(
            "position {position} after {start} tokens of the pass"
        ))
    })
}

fn layer_of(cache: &Cache, layer: usize) -> Result<&Memory, Error> {
    cache.layers.get(layer).ok_or_else(|| {
        let layers = cache.layers.len();
        Error::Unsupported(format!("layer {layer} of a cache of {layers}"))
    })
}
