//! The adapter, its device, and what went wrong with it.

use std::cell::Cell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::Error;

use crate::precision::Precision;
use crate::variants::Choice;

/// What the user of [`Gpu::new`](crate::Gpu::new) can choose.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Prefer the adapter that saves power (the integrated one) where there are several.
    pub low_power: bool,
    /// Lay out the kernels for a device that runs few invocations at once, as a CPU does, or for one
    /// that runs thousands. Default: by the kind of the adapter. Changes results in rounding only.
    pub few_invocations: Option<bool>,
    /// How products are shared out among invocations. Changes no result.
    pub variants: Choice,
    /// How activations meet quantized weights, where a model leaves that open: its file asks for no more than 8
    /// bits, and all layers are of formats that have integers. Default: as integers where the adapter is measured
    /// and they are clearly faster on it, else as they are.
    pub precision: Option<Precision>,
}

/// The only feature that is used, where there is it.
const CLOCK: wgpu::Features = wgpu::Features::TIMESTAMP_QUERY;

/// A buffer on the device.
#[derive(Clone)]
pub(crate) struct Memory {
    /// Names the buffer in the keys of cached bind groups; never used twice.
    pub(crate) id: u64,
    pub(crate) buffer: wgpu::Buffer,
}

/// The device, its queue, and the first error that it reported.
pub(crate) struct Device {
    pub(crate) raw: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    pub(crate) info: wgpu::AdapterInfo,
    /// Bytes of the largest buffer that a kernel can bind.
    pub(crate) largest: u64,
    /// Whether kernels can take products of bytes four at a time; some browsers do not know them.
    pub(crate) has_dots: bool,
    fault: Fault,
    next_id: Cell<u64>,
    taken: Cell<u64>,
}

/// The first error that the device reported outside of a call (WebGPU reports most of them later), or
/// that it was lost, which explains what was reported before.
#[derive(Clone, Default)]
struct Fault(Arc<Mutex<Option<String>>>);

impl Fault {
    fn error(&self, message: String) {
        log::error!("{message}");
        self.message().get_or_insert(message);
    }

    fn lost(&self, message: &str) {
        log::error!("lost: {message}");
        *self.message() = Some(format!("lost: {message}"));
    }

    fn message(&self) -> MutexGuard<'_, Option<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Device {
    /// Asks for an adapter and a device with the adapter's buffer sizes, and else default limits.
    pub(crate) async fn new(options: &Options) -> Result<Self, Error> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let adapter = instance
            .request_adapter(&wgpu::RequestAdapterOptions {
                power_preference: if options.low_power {
                    wgpu::PowerPreference::LowPower
                } else {
                    wgpu::PowerPreference::HighPerformance
                },
                ..Default::default()
            })
            .await
            .map_err(|error| {
                // In wasm, wgpu goes on to name every backend that it was built without.
                Error::Device(if cfg!(target_arch = "wasm32") {
                    "WebGPU has no adapter here".to_owned()
                } else {
                    format!("no WebGPU adapter: {error}")
                })
            })?;
        let info = adapter.get_info();
        let offered = adapter.limits();
        let required = wgpu::Limits {
            max_buffer_size: offered.max_buffer_size,
            max_storage_buffer_binding_size: offered.max_storage_buffer_binding_size,
            // Kernels have no vertices, and Deno's adapters do not say this limit.
            max_bind_groups_plus_vertex_buffers: 0,
            ..wgpu::Limits::default()
        };
        let mut missing = Vec::new();
        required.check_limits_with_fail_fn(&offered, false, |name, wanted, found| {
            missing.push(format!("{name} is {found}, {wanted} needed"));
        });
        if !missing.is_empty() {
            let name = &info.name;
            return Err(Error::Device(format!(
                "the adapter {name} is below WebGPU's limits: {}",
                missing.join(", ")
            )));
        }
        let (raw, queue) = adapter
            .request_device(&wgpu::DeviceDescriptor {
                label: Some("foretab"),
                required_features: adapter.features() & CLOCK,
                required_limits: required,
                ..Default::default()
            })
            .await
            .map_err(|error| {
                Error::Device(format!(
                    "the adapter {} gives no device: {error}",
                    info.name
                ))
            })?;

        let has_dots = instance
            .wgsl_language_features()
            .contains(wgpu::WgslLanguageFeatures::Packed4x8IntegerDotProduct);

        let fault = Fault::default();
        // Without a handler wgpu panics.
        let uncaptured = fault.clone();
        raw.on_uncaptured_error(Arc::new(move |error| uncaptured.error(error.to_string())));
        let lost = fault.clone();
        raw.set_device_lost_callback(move |_, message| lost.lost(&message));
        let largest = offered
            .max_storage_buffer_binding_size
            .min(offered.max_buffer_size);
        Ok(Self {
            raw,
            queue,
            info,
            largest,
            has_dots,
            fault,
            next_id: Cell::new(0),
            taken: Cell::new(0),
        })
    }

    /// What the device reported; it stays, for what came after it is not to be trusted.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let reported = self.fault.message().clone();
        reported.map_or(Ok(()), |message| Err(Error::Device(message)))
    }

    /// A buffer of at least `bytes` for kernels to bind, filled with zeros.
    pub(crate) fn memory(&self, label: &str, bytes: u64) -> Result<Memory, Error> {
        if bytes > self.largest {
            let largest = self.largest;
            return Err(Error::Device(format!(
                "{label} takes {bytes} bytes, the adapter's largest buffer is {largest}"
            )));
        }
        self.check()?;
        let buffer = self.raw.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size: bytes.max(16).next_multiple_of(16),
            usage: wgpu::BufferUsages::STORAGE
                | wgpu::BufferUsages::COPY_SRC
                | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        self.taken.set(self.taken.get() + buffer.size());
        Ok(Memory { id, buffer })
    }

    /// Natively this waits for what was submitted; in the browser it does nothing, and promises resolve.
    pub(crate) fn wait(&self) -> Result<(), Error> {
        self.raw
            .poll(wgpu::PollType::wait_indefinitely())
            .map(|_| ())
            .map_err(|error| Error::Device(format!("waiting for a result: {error}")))
    }

    /// Whether the device can say how long its kernels take.
    pub(crate) fn has_clock(&self) -> bool {
        self.raw.features().contains(CLOCK)
    }

    /// Bytes of all buffers so far.
    pub(crate) fn taken(&self) -> u64 {
        self.taken.get()
    }

    /// Whether invocations run on a CPU, where barriers are dear and few invocations suffice.
    pub(crate) fn is_software(&self) -> bool {
        self.info.device_type == wgpu::DeviceType::Cpu
    }
}
