//! The kernels' texts, completed as `/shaders/README.md` says, and their pipelines.

use std::collections::HashMap;

use model::BlockFormat;

/// A kernel in one of its variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kernel {
    Embed(BlockFormat),
    RmsNorm,
    /// `tokens`: those that one invocation computes, one of [`TOKENS`].
    Matmul {
        format: BlockFormat,
        tokens: u32,
    },
    RopeWrite,
    Attention,
    SiluMul,
    Argmax,
}

/// Tokens that an invocation of `matmul` computes, in ascending order.
pub(crate) const TOKENS: [u32; 3] = [1, 4, 8];

/// How `matmul` shares out its work. What it computes depends on the slices alone, and on them in rounding only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shares {
    /// Invocations that share the columns of a row, 1 to 8: 1 where few run at once.
    pub(crate) slices: u32,
}

impl Shares {
    /// Rows that one invocation computes for `tokens` tokens. On a CPU more than one gained nothing.
    pub(crate) fn rows(self, tokens: u32) -> u32 {
        if self.slices > 1 && tokens >= 8 { 2 } else { 1 }
    }
}

/// Rows in a tile of a matrix, and invocations of `matmul` side by side.
pub(crate) const TILE: usize = 32;

impl Kernel {
    /// The name of the function, of its file and of its CPU twin.
    fn name(self) -> &'static str {
        match self {
            Self::Embed(_) => "embed",
            Self::RmsNorm => "rms_norm",
            Self::Matmul { .. } => "matmul",
            Self::RopeWrite => "rope_write",
            Self::Attention => "attention",
            Self::SiluMul => "silu_mul",
            Self::Argmax => "argmax",
        }
    }

    /// Storage buffers: those that it reads, which come first, and those that it writes.
    fn bindings(self) -> (u32, u32) {
        match self {
            Self::Embed(_) => (3, 1),
            Self::RmsNorm => (2, 1),
            Self::Matmul { .. } => (4, 1),
            Self::RopeWrite => (3, 3),
            Self::Attention => (3, 1),
            Self::SiluMul | Self::Argmax => (1, 1),
        }
    }

    /// The text as it is compiled.
    fn text(self, shares: Shares) -> String {
        let layout = include_str!("../../../shaders/weights/layout.wgsl");
        match self {
            Self::Embed(format) => [
                weights(format),
                layout,
                include_str!("../../../shaders/embed.wgsl"),
            ]
            .join("\n"),
            Self::RmsNorm => include_str!("../../../shaders/rms_norm.wgsl").into(),
            Self::Matmul { format, tokens } => {
                let (slices, rows) = (shares.slices, shares.rows(tokens));
                let constants = [("TOKENS", tokens), ("ROWS", rows), ("SLICES", slices)]
                    .map(|(name, value)| format!("const {name} = {value}u;\n"));
                let body = repeat(include_str!("../../../shaders/matmul.wgsl"), tokens, rows);
                [&constants.concat(), weights(format), layout, &body].join("\n")
            }
            Self::RopeWrite => include_str!("../../../shaders/rope_write.wgsl").into(),
            Self::Attention => include_str!("../../../shaders/attention.wgsl").into(),
            Self::SiluMul => include_str!("../../../shaders/silu_mul.wgsl").into(),
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

/// The kernels compiled so far.
pub(crate) struct Kernels {
    pub(crate) shares: Shares,
    pipelines: HashMap<Kernel, Pipeline>,
}

impl Kernels {
    /// Compiles the kernels that do not depend on a block format.
    pub(crate) fn new(device: &wgpu::Device, shares: Shares) -> Self {
        let mut kernels = Self {
            shares,
            pipelines: HashMap::new(),
        };
        for kernel in [
            Kernel::RmsNorm,
            Kernel::RopeWrite,
            Kernel::Attention,
            Kernel::SiluMul,
            Kernel::Argmax,
        ] {
            kernels.compile(device, kernel);
        }
        kernels
    }

    /// Compiles the kernels for matrices of `format`, while the model loads rather than at its first token.
    pub(crate) fn prepare(&mut self, device: &wgpu::Device, format: BlockFormat) {
        self.compile(device, Kernel::Embed(format));
        for tokens in TOKENS {
            self.compile(device, Kernel::Matmul { format, tokens });
        }
    }

    fn compile(&mut self, device: &wgpu::Device, kernel: Kernel) {
        let shares = self.shares;
        self.pipelines
            .entry(kernel)
            .or_insert_with(|| Pipeline::new(device, kernel, shares));
    }

    /// A kernel that was compiled before.
    pub(crate) fn get(&self, kernel: Kernel) -> Option<&Pipeline> {
        self.pipelines.get(&kernel)
    }
}

impl Pipeline {
    fn new(device: &wgpu::Device, kernel: Kernel, shares: Shares) -> Self {
        let name = kernel.name();
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(name),
            source: wgpu::ShaderSource::Wgsl(kernel.text(shares).into()),
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
