//! [`Backend`] on the GPU: which kernels an operation is made of.

use model::{ActivationBits, Attention, Backend, BlockFormat, Error, FeedForward, Shape};

use crate::device::{Device, Memory, Options};
use crate::kernels::{Kernel, Kernels, Shares, TILE, TOKENS};
use crate::pool::{Activations, Pool};
use crate::recorder::{Call, Recorder};
use crate::weights::{Matrix, Part, Vector};

/// The most workgroups that a dispatch can have in one dimension.
const WORKGROUPS: usize = 65_535;
/// Rows whose logits are held at once: more take several rounds.
const HEAD_ROWS: usize = 64;

/// A GPU that computes models.
pub struct Gpu {
    device: Device,
    kernels: Kernels,
    recorder: Recorder,
    pool: Pool,
    /// Bound where a matrix has no bias.
    nothing: Memory,
}

/// Keys and values, f32, two buffers a layer of `[capacity, kv_heads, head_dim]`.
pub struct Cache {
    capacity: usize,
    layers: Vec<(Memory, Memory)>,
    /// Cosine and sine of RoPE's angles, `[capacity, head_dim / 2, 2]`.
    turns: Memory,
}

impl Gpu {
    /// Asks for an adapter, and compiles the kernels.
    ///
    /// # Errors
    /// [`Error::Device`] where there is no adapter, or it is below WebGPU's default limits, or it
    /// refuses a kernel; says which.
    pub async fn new(options: Options) -> Result<Self, Error> {
        let device = Device::new(&options).await?;
        let few = options.few_invocations.unwrap_or(device.is_software());
        let shares = Shares {
            slices: if few { 1 } else { 8 },
        };
        let scope = device.raw.push_error_scope(wgpu::ErrorFilter::Validation);
        let kernels = Kernels::new(&device.raw, shares);
        if let Some(error) = scope.pop().await {
            return Err(Error::Device(format!(
                "the adapter {} refuses a kernel: {error}",
                device.info.name
            )));
        }
        let recorder = Recorder::new(&device);
        let nothing = device.memory("nothing", 16)?;
        Ok(Self {
            device,
            kernels,
            recorder,
            pool: Pool::default(),
            nothing,
        })
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

    /// Dispatches recorded so far: what a pass costs besides its arithmetic.
    #[must_use]
    pub fn dispatches(&self) -> u64 {
        self.recorder.count
    }

    /// Reads activations back, `[tokens, width]`: for tests and for looking into a model.
    ///
    /// # Errors
    /// [`Error::Device`] where the device failed.
    pub async fn read(&mut self, activations: &Activations) -> Result<Vec<f32>, Error> {
        let words = activations.tokens * activations.width;
        self.recorder
            .read(&self.device, &self.kernels, activations.memory(), words)
            .await
    }

    fn dispatch(&mut self, call: Call) -> Result<(), Error> {
        self.recorder.dispatch(&self.device, &self.kernels, call)
    }

    fn activations(&self, tokens: usize, width: usize) -> Result<Activations, Error> {
        self.pool.take(&self.device, tokens, width)
    }

    /// RMSNorm of `tokens` tokens from `first` on.
    fn rms_norm(
        &mut self,
        shape: &Shape,
        x: &Activations,
        first: usize,
        tokens: usize,
        gains: &Vector,
    ) -> Result<Activations, Error> {
        same("gains of a norm", gains.length, x.width)?;
        let y = self.activations(tokens, x.width)?;
        let parameters = [
            word(x.width / 4)?,
            word(first)?,
            shape.rms_epsilon.to_bits(),
        ];
        let memories = [x.memory(), &gains.memory, y.memory()];
        self.dispatch(Call {
            kernel: Kernel::RmsNorm,
            parameters: &parameters,
            memories: &memories,
            workgroups: (word(tokens)?, 1),
            tokens,
        })?;
        Ok(y)
    }

    /// `y = x · matrixᵀ (+ bias)`, or added to what stands in y.
    fn matmul(
        &mut self,
        x: &Activations,
        matrix: &Matrix,
        bias: Option<&Vector>,
        y: &Activations,
        add: bool,
    ) -> Result<(), Error> {
        same("columns of a matrix", matrix.columns, x.width)?;
        same("rows of a matrix", matrix.rows, y.width)?;
        if let Some(bias) = bias {
            same("biases", bias.length, matrix.rows)?;
        }
        let tokens = x.tokens;
        let [.., largest] = TOKENS;
        let tile = TOKENS
            .into_iter()
            .find(|&tile| tokens <= tile as usize)
            .unwrap_or(largest);
        let kernel = Kernel::Matmul {
            format: matrix.format,
            tokens: tile,
        };
        for &Part {
            first,
            rows,
            ref quants,
            ref scales,
        } in &matrix.parts
        {
            let parameters = [
                word(tokens)?,
                word(matrix.columns)?,
                word(rows)?,
                word(first)?,
                word(y.width)?,
                u32::from(bias.is_some()),
                u32::from(add),
            ];
            let bias = bias.map_or(&self.nothing, |bias| &bias.memory);
            let memories = [x.memory(), quants, scales, bias, y.memory()];
            let workgroups = (word(rows.div_ceil(TILE))?, word(tokens)?.div_ceil(tile));
            // Borrowed apart, for `memories` holds a buffer of `self`.
            self.recorder.dispatch(
                &self.device,
                &self.kernels,
                Call {
                    kernel,
                    parameters: &parameters,
                    memories: &memories,
                    workgroups,
                    tokens,
                },
            )?;
        }
        Ok(())
    }

    /// `x · matrixᵀ (+ bias)` in new activations.
    fn project(
        &mut self,
        x: &Activations,
        matrix: &Matrix,
        bias: Option<&Vector>,
    ) -> Result<Activations, Error> {
        let y = self.activations(x.tokens, matrix.rows)?;
        self.matmul(x, matrix, bias, &y, false)?;
        Ok(y)
    }

    /// Norm and head of `tokens` tokens from `first` on.
    fn head(
        &mut self,
        shape: &Shape,
        x: &Activations,
        first: usize,
        tokens: usize,
        norm: &Vector,
        head: &Matrix,
    ) -> Result<Activations, Error> {
        let normed = self.rms_norm(shape, x, first, tokens, norm)?;
        self.project(&normed, head, None)
    }

    /// The last `rows` tokens of `x` in pieces whose logits fit a buffer: first token and number.
    fn pieces(
        &self,
        x: &Activations,
        rows: usize,
        head: &Matrix,
    ) -> Result<Vec<(usize, usize)>, Error> {
        let Some(start) = x.tokens.checked_sub(rows) else {
            return Err(Error::Request(format!(
                "the logits of {rows} of {} tokens",
                x.tokens
            )));
        };
        let fit = (self.device.largest / (head.rows as u64 * 4)) as usize;
        let piece = fit.min(HEAD_ROWS);
        if piece == 0 {
            return Err(Error::Unsupported(format!("a vocabulary of {}", head.rows)));
        }
        Ok((start..x.tokens)
            .step_by(piece)
            .map(|first| (first, piece.min(x.tokens - first)))
            .collect())
    }
}

/// As a kernel takes it.
fn word(number: usize) -> Result<u32, Error> {
    u32::try_from(number).map_err(|_| Error::Unsupported(format!("{number} does not fit 32 bits")))
}

/// Workgroups for `count` invocations, over two dimensions where one does not hold them.
fn grid(count: usize, of_a_workgroup: usize) -> Result<(u32, u32), Error> {
    let workgroups = count.div_ceil(of_a_workgroup);
    let rows = workgroups.div_ceil(WORKGROUPS).max(1);
    Ok((word(workgroups.div_ceil(rows))?, word(rows)?))
}

/// Shapes that do not match would read the wrong numbers rather than fail.
fn same(what: &str, found: usize, wanted: usize) -> Result<(), Error> {
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
        match backend {
            wgpu::Backend::BrowserWebGpu => format!("WebGPU: {name}"),
            native => format!("WebGPU: {name} ({native:?})"),
        }
    }

    /// Its activations are floats.
    fn need(&mut self, _bits: ActivationBits) {}

    fn matrix(
        &mut self,
        rows: usize,
        columns: usize,
        format: BlockFormat,
    ) -> Result<Matrix, Error> {
        self.kernels.prepare(&self.device.raw, format);
        Matrix::new(&self.device, rows, columns, format)
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
        let bytes = capacity as u64 * (shape.kv_heads * shape.head_dim * 4) as u64;
        let layers = (0..shape.layers)
            .map(|_| {
                Ok((
                    self.device.memory("keys", bytes)?,
                    self.device.memory("values", bytes)?,
                ))
            })
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
        let ids = self.activations(tokens.len(), 1)?;
        self.device
            .queue
            .write_buffer(&ids.memory().buffer, 0, bytemuck::cast_slice(tokens));
        let x = self.activations(tokens.len(), table.columns)?;
        for part in &table.parts {
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
                tokens: tokens.len(),
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
        let tokens = x.tokens;
        if position + tokens > cache.capacity {
            return Err(Error::Context {
                needed: position + tokens,
                capacity: cache.capacity,
            });
        }
        let normed = self.rms_norm(shape, x, 0, tokens, &weights.norm)?;
        let query = self.project(&normed, &weights.query, Some(&weights.query_bias))?;
        let key = self.project(&normed, &weights.key, Some(&weights.key_bias))?;
        let value = self.project(&normed, &weights.value, Some(&weights.value_bias))?;
        same("query rows", query.width, shape.heads * shape.head_dim)?;
        same("key rows", key.width, shape.kv_heads * shape.head_dim)?;
        same("value rows", value.width, shape.kv_heads * shape.head_dim)?;

        let half = shape.head_dim / 2;
        let parameters = [
            word(tokens)?,
            word(position)?,
            word(shape.heads)?,
            word(shape.kv_heads)?,
            word(half)?,
        ];
        let (keys, values) = layer_of(cache, layer)?;
        let memories = [
            &cache.turns,
            key.memory(),
            value.memory(),
            query.memory(),
            keys,
            values,
        ];
        let workgroups = grid(tokens * (shape.heads + 2 * shape.kv_heads) * half, 64)?;
        self.dispatch(Call {
            kernel: Kernel::RopeWrite,
            parameters: &parameters,
            memories: &memories,
            workgroups,
            tokens,
        })?;
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
        let y = self.activations(query.tokens, query.width)?;
        let scale = 1.0 / (shape.head_dim as f32).sqrt();
        let parameters = [
            word(position)?,
            word(shape.heads)?,
            word(shape.kv_heads)?,
            word(shape.head_dim / 4)?,
            scale.to_bits(),
        ];
        let (keys, values) = layer_of(cache, layer)?;
        let memories = [query.memory(), keys, values, y.memory()];
        let workgroups = (word(shape.heads)?, word(query.tokens)?);
        self.dispatch(Call {
            kernel: Kernel::Attention,
            parameters: &parameters,
            memories: &memories,
            workgroups,
            tokens: query.tokens,
        })?;
        Ok(y)
    }

    fn project_add(
        &mut self,
        input: &Activations,
        matrix: &Matrix,
        x: &mut Activations,
    ) -> Result<(), Error> {
        self.matmul(input, matrix, None, x, true)
    }

    fn gate_up_silu(
        &mut self,
        shape: &Shape,
        x: &Activations,
        weights: &FeedForward<Self>,
    ) -> Result<Activations, Error> {
        let normed = self.rms_norm(shape, x, 0, x.tokens, &weights.norm)?;
        let gate = self.project(&normed, &weights.gate, None)?;
        let up = self.project(&normed, &weights.up, None)?;
        same("rows of the up projection", up.width, gate.width)?;
        let length = gate.tokens * gate.width / 4;
        let memories = [up.memory(), gate.memory()];
        self.dispatch(Call {
            kernel: Kernel::SiluMul,
            parameters: &[word(length)?],
            memories: &memories,
            workgroups: grid(length, 64)?,
            tokens: gate.tokens,
        })?;
        Ok(gate)
    }

    async fn argmax(
        &mut self,
        shape: &Shape,
        x: &Activations,
        rows: usize,
        norm: &Vector,
        head: &Matrix,
    ) -> Result<Vec<u32>, Error> {
        let best = self.activations(rows, 1)?;
        let mut done = 0;
        for (first, tokens) in self.pieces(x, rows, head)? {
            let logits = self.head(shape, x, first, tokens, norm, head)?;
            let parameters = [word(head.rows)?, word(done)?];
            let memories = [logits.memory(), best.memory()];
            self.dispatch(Call {
                kernel: Kernel::Argmax,
                parameters: &parameters,
                memories: &memories,
                workgroups: (word(tokens)?, 1),
                tokens,
            })?;
            done += tokens;
        }
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
        for (first, tokens) in self.pieces(x, rows, head)? {
            let logits = self.head(shape, x, first, tokens, norm, head)?;
            all.extend(self.read(&logits).await?);
        }
        Ok(all)
    }
}

fn layer_of(cache: &Cache, layer: usize) -> Result<(&Memory, &Memory), Error> {
    cache
        .layers
        .get(layer)
        .map(|(keys, values)| (keys, values))
        .ok_or_else(|| {
            Error::Unsupported(format!(
                "layer {layer} of a cache of {}",
                cache.layers.len()
            ))
        })
}
