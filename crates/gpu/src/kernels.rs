//! The kernels' texts, completed as `/shaders/README.md` says, and their pipelines.

use std::collections::HashMap;

use model::BlockFormat;

use crate::decoding;
use crate::product::{Product, Shares};

/// A kernel in one of its variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kernel {
    Embed(BlockFormat),
    /// Of so many queries at once.
    Attention(u32),
    ArgmaxMerge,
    Product(Product),
}

impl Kernel {
    /// The name of the function and of its file, and of the operation of [`model::Backend`] that it is.
    fn name(self) -> &'static str {
        match self {
            Self::Embed(_) => "embed",
            Self::Attention(_) => "attention",
            Self::ArgmaxMerge => "argmax_merge",
            Self::Product(product) => product.operation.name(),
        }
    }

    /// Storage buffers: those that it reads, which come first, and those that it writes.
    fn bindings(self) -> (u32, u32) {
        match self {
            Self::Embed(_) => (3, 1),
            Self::Attention(_) => (2, 1),
            Self::ArgmaxMerge => (1, 1),
            Self::Product(product) => product.operation.bindings(),
        }
    }

    /// The text as it is compiled.
    fn text(self, shares: Shares) -> String {
        match self {
            Self::Embed(format) => {
                include_str!("../../../shaders/embed.wgsl").to_owned() + &decoding::of_one(format)
            }
            Self::Attention(queries) => {
                let text = include_str!("../../../shaders/attention.wgsl");
                let constant = format!("const QUERIES = {queries}u;\n");
                [softmax(), constant, repeat(text, "$q", 0..queries)].concat()
            }
            Self::ArgmaxMerge => include_str!("../../../shaders/argmax_merge.wgsl").into(),
            Self::Product(product) => product.text(shares),
        }
    }
}

/// Positions of the cache that attention sums together.
pub(crate) const SPAN: usize = 256;

/// How attention's sums are put together.
pub(crate) fn softmax() -> String {
    let text = include_str!("../../../shaders/parts/softmax.wgsl");
    format!("const SPAN = {SPAN}u;\n{text}")
}

/// A line with `name` becomes one line for each of `values`.
pub(crate) fn repeat(
    text: &str,
    name: &str,
    values: impl IntoIterator<Item = impl ToString>,
) -> String {
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
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

/// The kernels compiled so far: those of a model before its weights are read, others when they are needed.
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

    /// How many are there.
    pub(crate) fn count(&self) -> u64 {
        self.pipelines.len() as u64
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
