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
    Argmax,
}

/// For which weights, and how many tokens at once, a kernel multiplies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Product {
    pub(crate) format: BlockFormat,
    /// Tokens that one invocation computes, one of [`TOKENS`].
    pub(crate) tokens: u32,
}

/// Tokens that an invocation computes in one go, in ascending order.
pub(crate) const TOKENS: [u32; 3] = [1, 4, 8];

impl Product {
    /// For a pass of `tokens` tokens.
    pub(crate) fn new(format: BlockFormat, tokens: usize) -> Self {
        let [.., largest] = TOKENS;
        let fits = TOKENS.into_iter().find(|&tile| tokens <= tile as usize);
        Self {
            format,
            tokens: fits.unwrap_or(largest),
        }
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
            Self::Argmax => "argmax",
        }
    }

    /// Storage buffers: those that it reads, which come first, and those that it writes.
    fn bindings(self) -> (u32, u32) {
        match self {
            Self::QueryKeyValue(_) => (6, 2),
            Self::GateUpSilu(_) | Self::Logits(_) => (4, 1),
            Self::Embed(_) | Self::ProjectAdd(_) => (3, 1),
            Self::Attention => (2, 1),
            Self::Argmax => (1, 1),
        }
    }

    /// Rows of the matrix that one invocation computes for `tokens` tokens.
    pub(crate) fn rows(self, shares: Shares) -> u32 {
        match self {
            // The two of a pair.
            Self::QueryKeyValue(_) | Self::GateUpSilu(_) => 2,
            // On a CPU more than one gained nothing.
            Self::ProjectAdd(Product { tokens, .. }) | Self::Logits(Product { tokens, .. })
                if shares.slices > 1 && tokens >= 8 =>
            {
                2
            }
            _ => 1,
        }
    }

    /// The text as it is compiled.
    fn text(self, shares: Shares) -> String {
        let layout = include_str!("../../../shaders/weights/layout.wgsl");
        let norm = include_str!("../../../shaders/parts/norm.wgsl");
        let products = include_str!("../../../shaders/parts/products.wgsl");
        let product = |Product { format, tokens }, text, norm| {
            let (slices, rows) = (shares.slices, self.rows(shares));
            let constants = [("TOKENS", tokens), ("ROWS", rows), ("SLICES", slices)]
                .map(|(name, value)| format!("const {name} = {value}u;\n"));
            let texts = [text, norm, products, weights(format), layout];
            constants.concat() + &repeat(&texts.join("\n"), tokens, rows)
        };
        match self {
            Self::Embed(format) => [
                include_str!("../../../shaders/embed.wgsl"),
                weights(format),
                layout,
            ]
            .join("\n"),
            Self::QueryKeyValue(of) => {
                let text = include_str!("../../../shaders/query_key_value.wgsl");
                product(of, text, norm)
            }
            Self::Attention => include_str!("../../../shaders/attention.wgsl").into(),
            Self::ProjectAdd(of) => {
                let text = include_str!("../../../shaders/project_add.wgsl");
                product(of, text, "")
            }
            Self::GateUpSilu(of) => {
                let text = include_str!("../../../shaders/gate_up_silu.wgsl");
                product(of, text, norm)
            }
            Self::Logits(of) => product(of, include_str!("../../../shaders/logits.wgsl"), norm),
            Self::Argmax => include_str!("../../../shaders/argmax.wgsl").into(),
        }
    }
}

fn weights(format: BlockFormat) -> &'static str {
    match format {
        BlockFormat::F32 => include_str!("../../../shaders/weights/f32.wgsl"),
        BlockFormat::F16 => include_str!("../../../shaders/weights/f16.wgsl"),
        BlockFormat::BF16 => include_str!("../../../shaders/weights/bf16.wgsl"),
        BlockFormat::Q8_0 => include_str!("../../../shaders/weights/q8_0.wgsl"),
        BlockFormat::Q4_0 => include_str!("../../../shaders/weights/q4_0.wgsl"),
    }
}

/// A line with `$t` becomes one line for each token, one with `$r` one for each row.
fn repeat(text: &str, tokens: u32, rows: u32) -> String {
    let mut lines = String::new();
    for line in text.lines() {
        let times = |name, count| if line.contains(name) { count } else { 1 };
        for token in 0..times("$t", tokens) {
            for row in 0..times("$r", rows) {
                let line = line.replace("$t", &token.to_string());
                lines.push_str(&line.replace("$r", &row.to_string()));
                lines.push('\n');
            }
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
