//! The kernels' texts, completed as `/shaders/README.md` says, and their pipelines.

use std::collections::HashMap;

use model::BlockFormat;

/// A kernel in one of its variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kernel {
    Embed(BlockFormat),
    QueryKeyValue(Product),
    Attention,
    ProjectAdd(Product),
    GateUpSilu(Product),
    Logits(Product),
    Argmax(Product),
    ArgmaxMerge,
}

/// For which weights a kernel multiplies, and how much one invocation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Product {
    pub(crate) format: BlockFormat,
    pub(crate) variant: Variant,
}

/// What one invocation of a product computes. Every sum of a product is the same in all variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Variant {
    /// Rows of the matrix; a kernel whose outputs take two takes no fewer.
    pub(crate) rows: u32,
    /// Tokens, one of [`TOKENS`].
    pub(crate) tokens: u32,
}

/// Tokens that an invocation computes in one go, in ascending order.
pub(crate) const TOKENS: [u32; 3] = [1, 4, 8];

impl Variant {
    /// For a pass of `tokens` tokens.
    pub(crate) fn new(tokens: usize, shares: Shares) -> Self {
        let [.., largest] = TOKENS;
        let fits = TOKENS.into_iter().find(|&tile| tokens <= tile as usize);
        let tokens = fits.unwrap_or(largest);
        // On a CPU more than one gained nothing.
        let rows = if shares.slices > 1 && tokens >= 8 {
            2
        } else {
            1
        };
        Self { rows, tokens }
    }
}

/// How products are shared out. What they are depends on the slices alone, and on them in rounding only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shares {
    /// Invocations that share the columns of a row: 1 where few run at once, else as many as the most
    /// tokens, for each of them finishes one.
    pub(crate) slices: u32,
}

/// Rows in a tile of a matrix, and invocations of a product side by side.
pub(crate) const TILE: usize = 32;

impl Kernel {
    /// The name of the function and of its file, and of the operation of [`model::Backend`] that it is.
    fn name(self) -> &'static str {
        match self {
            Self::Embed(_) => "embed",
            Self::QueryKeyValue(_) => "query_key_value",
            Self::Attention => "attention",
            Self::ProjectAdd(_) => "project_add",
            Self::GateUpSilu(_) => "gate_up_silu",
            Self::Logits(_) => "logits",
            Self::Argmax(_) => "argmax",
            Self::ArgmaxMerge => "argmax_merge",
        }
    }

    /// Storage buffers: those that it reads, which come first, and those that it writes.
    fn bindings(self) -> (u32, u32) {
        match self {
            Self::QueryKeyValue(_) => (6, 2),
            Self::GateUpSilu(_) | Self::Logits(_) | Self::Argmax(_) => (4, 1),
            Self::Embed(_) | Self::ProjectAdd(_) => (3, 1),
            Self::Attention => (2, 1),
            Self::ArgmaxMerge => (1, 1),
        }
    }

    /// Rows of the matrix that make one output: RoPE turns pairs, and the gate's rows meet those of up.
    fn rows_of_an_output(self) -> u32 {
        match self {
            Self::QueryKeyValue(_) | Self::GateUpSilu(_) => 2,
            _ => 1,
        }
    }

    /// Rows of the matrix that one workgroup takes.
    pub(crate) fn rows(self, variant: Variant) -> usize {
        let of_an_invocation = variant.rows.max(self.rows_of_an_output());
        TILE * of_an_invocation as usize
    }

    /// The text as it is compiled.
    fn text(self, shares: Shares) -> String {
        match self {
            Self::Embed(format) => [
                include_str!("../../../shaders/embed.wgsl"),
                weights(format),
                LAYOUT,
            ]
            .join("\n"),
            Self::QueryKeyValue(of) => {
                let text = include_str!("../../../shaders/query_key_value.wgsl");
                self.product(of, shares, text, NORM)
            }
            Self::Attention => include_str!("../../../shaders/attention.wgsl").into(),
            Self::ProjectAdd(of) => {
                let text = include_str!("../../../shaders/project_add.wgsl");
                let plain = include_str!("../../../shaders/parts/plain.wgsl");
                self.product(of, shares, text, plain)
            }
            Self::GateUpSilu(of) => {
                let text = include_str!("../../../shaders/gate_up_silu.wgsl");
                self.product(of, shares, text, NORM)
            }
            Self::Logits(of) => {
                let text = include_str!("../../../shaders/logits.wgsl");
                self.product(of, shares, text, NORM)
            }
            Self::Argmax(of) => {
                let text = include_str!("../../../shaders/argmax.wgsl");
                self.product(of, shares, text, NORM)
            }
            Self::ArgmaxMerge => include_str!("../../../shaders/argmax_merge.wgsl").into(),
        }
    }

    /// A kernel that multiplies: its text with the parts that do so.
    fn product(self, of: Product, shares: Shares, text: &str, before: &str) -> String {
        let Product { format, variant } = of;
        let rows = self.rows_of_an_output();
        let outputs = variant.rows.div_ceil(rows);
        let constants = [
            ("TOKENS", variant.tokens),
            ("OUTPUTS", outputs),
            ("SLICES", shares.slices),
        ]
        .map(|(name, value)| format!("const {name} = {value}u;\n"));
        let products = include_str!("../../../shaders/parts/products.wgsl");
        let texts = [text, before, products, weights(format), LAYOUT];
        let text = texts.join("\n").replace("$kernel", self.name());
        let tokens: Vec<_> = (0..variant.tokens).map(|t| t.to_string()).collect();
        let outputs: Vec<_> = (0..outputs).map(|output| output.to_string()).collect();
        let rows: Vec<_> = ["x", "y"].map(String::from)[..rows as usize].to_vec();
        let lines = repeat(&text, "$t", &tokens);
        constants.concat() + &repeat(&repeat(&lines, "$o", &outputs), "$r", &rows)
    }
}

const LAYOUT: &str = include_str!("../../../shaders/weights/layout.wgsl");
const NORM: &str = include_str!("../../../shaders/parts/norm.wgsl");

fn weights(format: BlockFormat) -> &'static str {
    match format {
        BlockFormat::F32 => include_str!("../../../shaders/weights/f32.wgsl"),
        BlockFormat::F16 => include_str!("../../../shaders/weights/f16.wgsl"),
        BlockFormat::BF16 => include_str!("../../../shaders/weights/bf16.wgsl"),
        BlockFormat::Q8_0 => include_str!("../../../shaders/weights/q8_0.wgsl"),
        BlockFormat::Q4_0 => include_str!("../../../shaders/weights/q4_0.wgsl"),
    }
}

/// A line with `name` becomes one line for each of `values`.
fn repeat(text: &str, name: &str, values: &[String]) -> String {
    let mut lines = String::new();
    for line in text.lines() {
        let times = if line.contains(name) { values.len() } else { 1 };
        for value in &values[..times] {
            lines.push_str(&line.replace(name, value));
            lines.push('\n');
        }
    }
    lines
}

/// A compiled kernel.
pub(crate) struct Pipeline {
    pub(crate) pipeline: wgpu::ComputePipeline,
    pub(crate) layout: wgpu::BindGroupLayout,
}

/// The kernels compiled so far: each when it is first needed, which is the self-test where a model is loaded.
pub(crate) struct Kernels {
    pub(crate) shares: Shares,
    /// Changes the texts: how tests make a kernel wrong.
    pub(crate) edit: fn(String) -> String,
    pipelines: HashMap<Kernel, Pipeline>,
}

impl Kernels {
    pub(crate) fn new(shares: Shares) -> Self {
        Self {
            shares,
            edit: |text| text,
            pipelines: HashMap::new(),
        }
    }

    pub(crate) fn compile(&mut self, device: &wgpu::Device, kernel: Kernel) {
        let text = || (self.edit)(kernel.text(self.shares));
        self.pipelines
            .entry(kernel)
            .or_insert_with(|| Pipeline::new(device, kernel, text()));
    }

    /// A kernel that was compiled before.
    pub(crate) fn get(&self, kernel: Kernel) -> Option<&Pipeline> {
        self.pipelines.get(&kernel)
    }
}

impl Pipeline {
    fn new(device: &wgpu::Device, kernel: Kernel, text: String) -> Self {
        let name = kernel.name();
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(name),
            source: wgpu::ShaderSource::Wgsl(text.into()),
        });
        let (inputs, outputs) = kernel.bindings();
        let buffer = |binding, ty, has_dynamic_offset| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty,
                has_dynamic_offset,
                min_binding_size: None,
            },
            count: None,
        };
        let mut entries = vec![buffer(0, wgpu::BufferBindingType::Uniform, true)];
        for binding in 1..=inputs + outputs {
            let read_only = binding <= inputs;
            entries.push(buffer(
                binding,
                wgpu::BufferBindingType::Storage { read_only },
                false,
            ));
        }
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some(name),
            entries: &entries,
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(name),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(name),
            layout: Some(&pipeline_layout),
            module: &module,
            entry_point: Some(name),
            compilation_options: wgpu::PipelineCompilationOptions {
                // Every kernel writes its workgroup memory before it reads it.
                zero_initialize_workgroup_memory: false,
                ..Default::default()
            },
            cache: None,
        });
        Self { pipeline, layout }
    }
}
