//! Dispatches recorded one after the other, sent to the device in a few submissions, and reading back.

mod timing;

use std::collections::HashMap;
use std::ops::Sub;

use futures_channel::oneshot;
use model::Error;

use crate::device::{Device, Memory};
use crate::kernels::{Kernel, Kernels};

/// Bytes from one dispatch's parameters to the next: the largest alignment that WebGPU allows for.
const SLOT: usize = 256;
/// Bytes of one dispatch's parameters.
const PARAMETERS: usize = 64;
/// Dispatches in one submission. Few enough that the device starts while the rest is recorded.
const DISPATCHES: usize = 64;
/// Seconds that one submission may take, so that none runs into a watchdog (2 s on Windows), and the page is drawn
/// in between.
pub(crate) const SUBMISSION: f64 = 0.1;
/// Multiplications that fit into it where nothing is measured: a GPU does 10^11 a second, as an integrated one does
/// at a tenth of its best.
pub(crate) const PRODUCTS: u64 = 10_000_000_000;

/// A kernel's work.
pub(crate) struct Call<'a> {
    /// One that [`Kernels`] has compiled.
    pub(crate) kernel: Kernel,
    /// The fields of the kernel's `Params`.
    pub(crate) parameters: &'a [u32],
    /// The kernel's bindings from 1 on.
    pub(crate) memories: &'a [&'a Memory],
    /// In two dimensions.
    pub(crate) workgroups: (u32, u32),
    /// Multiplications of matrices and of attention: they count towards the end of a submission.
    pub(crate) products: u64,
    /// Bytes of weights that it reads, through whatever caches there are.
    pub(crate) weights: u64,
}

/// A call as it waits for its submission.
struct Dispatch {
    kernel: Kernel,
    bind_group: usize,
    workgroups: (u32, u32),
}

/// Records dispatches.
pub(crate) struct Recorder {
    parameters: wgpu::Buffer,
    /// The parameters of `dispatches`, a slot each.
    bytes: Vec<u8>,
    dispatches: Vec<Dispatch>,
    /// Of `dispatches`.
    products: u64,
    /// In one submission, unless one dispatch has more.
    pub(crate) most_products: u64,
    /// Bind groups by kernel and buffers: a pass uses those of the pass before it.
    bind_groups: Vec<wgpu::BindGroup>,
    indices: HashMap<(Kernel, [u64; 8]), usize>,
    pub(crate) counts: Counts,
}

/// What passes have cost besides arithmetic, since the device was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Kernels compiled.
    pub kernels: u64,
    /// Kernels started.
    pub dispatches: u64,
    /// Submissions to the device's queue.
    pub submits: u64,
    /// Results waited for.
    pub maps: u64,
    /// Multiplications of matrices and of attention that were asked for, as
    /// [`Shape::multiply_adds`](model::Shape::multiply_adds) counts them.
    pub multiply_adds: u64,
    /// Bytes of weights that the kernels read: each weight once for as many tokens as meet it in a workgroup.
    pub weight_bytes: u64,
    /// Bytes of results that came back.
    pub read_bytes: u64,
    /// Bytes of memory that was taken, for good: activations are there for the next pass.
    pub memory_bytes: u64,
}

impl Sub for Counts {
    type Output = Self;

    /// What came between two looks.
    fn sub(self, before: Self) -> Self {
        Self {
            kernels: self.kernels - before.kernels,
            dispatches: self.dispatches - before.dispatches,
            submits: self.submits - before.submits,
            maps: self.maps - before.maps,
            multiply_adds: self.multiply_adds - before.multiply_adds,
            weight_bytes: self.weight_bytes - before.weight_bytes,
            read_bytes: self.read_bytes - before.read_bytes,
            memory_bytes: self.memory_bytes - before.memory_bytes,
        }
    }
}

impl Recorder {
    pub(crate) fn new(device: &Device, most_products: u64) -> Self {
        let parameters = device.raw.create_buffer(&wgpu::BufferDescriptor {
            label: Some("parameters"),
            size: (SLOT * DISPATCHES) as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Self {
            parameters,
            bytes: Vec::with_capacity(SLOT * DISPATCHES),
            dispatches: Vec::with_capacity(DISPATCHES),
            products: 0,
            most_products,
            bind_groups: Vec::new(),
            indices: HashMap::new(),
            counts: Counts::default(),
        }
    }

    /// Records a call.
    pub(crate) fn dispatch(
        &mut self,
        device: &Device,
        kernels: &Kernels,
        call: Call,
    ) -> Result<(), Error> {
        let Call {
            kernel,
            parameters,
            memories,
            workgroups,
            products,
            weights,
        } = call;
        let full = self.products + products > self.most_products;
        if full || self.dispatches.len() == DISPATCHES {
            self.submit(device, kernels, None);
        }
        let mut key = (kernel, [u64::MAX; 8]);
        for (slot, memory) in key.1.iter_mut().zip(memories) {
            *slot = memory.id;
        }
        let bind_group = match self.indices.get(&key) {
            Some(&index) => index,
            None => {
                let pipeline = kernels.get(kernel).ok_or_else(|| {
                    Error::Device(format!("the kernel {kernel:?} was not compiled"))
                })?;
                self.bind_groups
                    .push(bind(device, &pipeline.layout, &self.parameters, memories));
                let index = self.bind_groups.len() - 1;
                self.indices.insert(key, index);
                index
            }
        };
        self.bytes.resize(self.dispatches.len() * SLOT, 0);
        self.bytes
            .extend_from_slice(bytemuck::cast_slice(parameters));
        self.dispatches.push(Dispatch {
            kernel,
            bind_group,
            workgroups,
        });
        self.products += products;
        self.counts.dispatches += 1;
        self.counts.multiply_adds += products;
        self.counts.weight_bytes += weights;
        Ok(())
    }

    /// Sends what was recorded to the device, followed by a copy of the first bytes of a buffer.
    pub(crate) fn submit(
        &mut self,
        device: &Device,
        kernels: &Kernels,
        copy: Option<(&Memory, &wgpu::Buffer)>,
    ) {
        if self.dispatches.is_empty() && copy.is_none() {
            return;
        }
        device.queue.write_buffer(&self.parameters, 0, &self.bytes);
        let mut encoder = device
            .raw
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            for (slot, dispatch) in self.dispatches.drain(..).enumerate() {
                if let Some(kernel) = kernels.get(dispatch.kernel) {
                    pass.set_pipeline(&kernel.pipeline);
                    pass.set_bind_group(
                        0,
                        &self.bind_groups[dispatch.bind_group],
                        &[(slot * SLOT) as u32],
                    );
                    pass.dispatch_workgroups(dispatch.workgroups.0, dispatch.workgroups.1, 1);
                }
            }
        }
        if let Some((from, to)) = copy {
            encoder.copy_buffer_to_buffer(&from.buffer, 0, to, 0, to.size());
        }
        device.queue.submit([encoder.finish()]);
        self.counts.submits += 1;
        self.bytes.clear();
        self.products = 0;
    }

    /// Forgets the bind groups, and with them the buffers of a model that is no longer used.
    pub(crate) fn forget(&mut self, device: &Device, kernels: &Kernels) {
        self.submit(device, kernels, None);
        self.bind_groups.clear();
        self.indices.clear();
    }

    /// Runs what was recorded and reads the first `words` words of a buffer.
    pub(crate) async fn read<T: bytemuck::Pod>(
        &mut self,
        device: &Device,
        kernels: &Kernels,
        memory: &Memory,
        words: usize,
    ) -> Result<Vec<T>, Error> {
        device.check()?;
        let staging = device.raw.create_buffer(&wgpu::BufferDescriptor {
            label: Some("staging"),
            size: words as u64 * 4,
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        self.submit(device, kernels, Some((memory, &staging)));
        self.map(device, &staging).await
    }

    /// What a buffer holds once everything submitted so far is done.
    async fn map<T: bytemuck::Pod>(
        &mut self,
        device: &Device,
        staging: &wgpu::Buffer,
    ) -> Result<Vec<T>, Error> {
        self.counts.maps += 1;
        self.counts.read_bytes += staging.size();
        let (sender, receiver) = oneshot::channel();
        staging.map_async(wgpu::MapMode::Read, .., move |result| {
            // The receiver is gone when the caller has given up.
            let _ = sender.send(result);
        });
        device.wait()?;
        let mapped = receiver.await;
        // What the device itself reported says more than the failed mapping.
        device.check()?;
        mapped
            .map_err(|_| Error::Device("the device gave up on a result".into()))?
            .map_err(|error| Error::Device(format!("reading a result: {error}")))?;
        let view = staging
            .get_mapped_range(..)
            .map_err(|error| Error::Device(format!("reading a result: {error}")))?;
        Ok(bytemuck::pod_collect_to_vec(&view[..]))
    }
}

fn bind(
    device: &Device,
    layout: &wgpu::BindGroupLayout,
    parameters: &wgpu::Buffer,
    memories: &[&Memory],
) -> wgpu::BindGroup {
    let mut entries = vec![wgpu::BindGroupEntry {
        binding: 0,
        resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
            buffer: parameters,
            offset: 0,
            size: wgpu::BufferSize::new(PARAMETERS as u64),
        }),
    }];
    entries.extend(
        (1..)
            .zip(memories)
            .map(|(binding, memory)| wgpu::BindGroupEntry {
                binding,
                resource: memory.buffer.as_entire_binding(),
            }),
    );
    device.raw.create_bind_group(&wgpu::BindGroupDescriptor {
        label: None,
        layout,
        entries: &entries,
    })
}
