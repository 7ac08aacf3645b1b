//! What the device does at best, for benchmarks: no pass is quicker than its multiply-adds, or than
//! reading its weights.

use model::Error;

use crate::Gpu;
use crate::device::{Device, Memory};

const INVOCATIONS: usize = 256 * 1024;
/// Of an invocation of `multiply_add.wgsl`: 256 rounds of eight vec4s.
const MULTIPLY_ADDS: u64 = 256 * 8 * 4;
/// Bytes to read, where the device has such a buffer: more than its caches hold.
const BYTES: u64 = 128 << 20;

/// A kernel that does nothing else.
struct Probe {
    pipeline: wgpu::ComputePipeline,
    bind_group: wgpu::BindGroup,
}

/// Measures a device. Times are the caller's to take: a call returns when the device is done.
pub struct Probes {
    read: Probe,
    multiply_add: Probe,
    bytes: u64,
}

impl Probes {
    /// Compiles the kernels, and takes memory.
    ///
    /// # Errors
    /// [`Error::Device`] where there is no memory, or the device was lost.
    pub fn new(gpu: &Gpu) -> Result<Self, Error> {
        let device = gpu.device();
        let bytes = BYTES.min(device.largest);
        let memories = [
            device.memory("probed", bytes)?,
            device.memory("sums", (INVOCATIONS * 4) as u64)?,
        ];
        let probe = |code: &str| probe(device, code, &memories);
        Ok(Self {
            read: probe(include_str!("../../../shaders/probes/read_memory.wgsl")),
            multiply_add: probe(include_str!("../../../shaders/probes/multiply_add.wgsl")),
            bytes,
        })
    }

    /// Reads memory so many times; returns the number of bytes.
    ///
    /// # Errors
    /// [`Error::Device`] where the device was lost.
    pub fn read(&self, gpu: &Gpu, times: u32) -> Result<u64, Error> {
        run(gpu.device(), &self.read, times)?;
        Ok(self.bytes * u64::from(times))
    }

    /// Multiplies and adds floats in registers; returns how many.
    ///
    /// # Errors
    /// [`Error::Device`] where the device was lost.
    pub fn multiply_add(&self, gpu: &Gpu, times: u32) -> Result<u64, Error> {
        run(gpu.device(), &self.multiply_add, times)?;
        Ok(INVOCATIONS as u64 * MULTIPLY_ADDS * u64::from(times))
    }
}

fn probe(device: &Device, code: &str, memories: &[Memory]) -> Probe {
    let module = device
        .raw
        .create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("probe"),
            source: wgpu::ShaderSource::Wgsl(code.into()),
        });
    let pipeline = device
        .raw
        .create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some("probe"),
            layout: None,
            module: &module,
            entry_point: None,
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        });
    let entries: Vec<_> = (0..)
        .zip(memories)
        .map(|(binding, memory)| wgpu::BindGroupEntry {
            binding,
            resource: memory.buffer.as_entire_binding(),
        })
        .collect();
    let bind_group = device.raw.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("probe"),
        layout: &pipeline.get_bind_group_layout(0),
        entries: &entries,
    });
    Probe {
        pipeline,
        bind_group,
    }
}

fn run(device: &Device, probe: &Probe, times: u32) -> Result<(), Error> {
    let mut encoder = device
        .raw
        .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    for _ in 0..times {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(&probe.pipeline);
        pass.set_bind_group(0, &probe.bind_group, &[]);
        pass.dispatch_workgroups((INVOCATIONS / 256) as u32, 1, 1);
    }
    device.queue.submit([encoder.finish()]);
    device
        .raw
        .poll(wgpu::PollType::wait_indefinitely())
        .map_err(|error| Error::Device(format!("waiting for a probe: {error}")))?;
    device.check()
}
