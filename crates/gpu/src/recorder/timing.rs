//! How long kernels take: by the device's own clock where it has one, else by the clock on the wall.

use futures_channel::oneshot;
use model::Error;
use web_time::Instant;

use super::{Call, DISPATCHES, Dispatch, Recorder, SLOT};
use crate::device::Device;
use crate::kernels::Kernels;

impl Recorder {
    /// Runs each call so many times in a row; returns the seconds that each took altogether. Browsers
    /// round the device's clock to 0.1 ms, and on the wall's clock there are also the ways to and from
    /// the device.
    pub(crate) async fn time(
        &mut self,
        device: &Device,
        kernels: &Kernels,
        calls: Vec<(Call<'_>, u32)>,
    ) -> Result<Vec<f64>, Error> {
        device.check()?;
        let runs = self.runs(device, kernels, calls)?;
        if device.has_clock() {
            self.by_device(device, kernels, &runs).await
        } else {
            self.by_wall(device, kernels, &runs).await
        }
    }

    /// The calls ready to be encoded: each finds its parameters in the slot that is its index.
    fn runs(
        &mut self,
        device: &Device,
        kernels: &Kernels,
        calls: Vec<(Call<'_>, u32)>,
    ) -> Result<Vec<(Dispatch, u32)>, Error> {
        self.submit(device, kernels, None);
        if calls.len() > DISPATCHES {
            let calls = calls.len();
            return Err(Error::Unsupported(format!("the time of {calls} calls")));
        }
        let mut times = Vec::new();
        for (call, count) in calls {
            self.dispatch(
                device,
                kernels,
                Call {
                    products: 0,
                    ..call
                },
            )?;
            times.push(count);
        }
        device.queue.write_buffer(&self.parameters, 0, &self.bytes);
        self.bytes.clear();
        Ok(self.dispatches.drain(..).zip(times).collect())
    }

    async fn by_device(
        &mut self,
        device: &Device,
        kernels: &Kernels,
        runs: &[(Dispatch, u32)],
    ) -> Result<Vec<f64>, Error> {
        let count = 2 * runs.len() as u32;
        let times = device.raw.create_query_set(&wgpu::QuerySetDescriptor {
            label: Some("times"),
            ty: wgpu::QueryType::Timestamp,
            count,
        });
        let buffer = |usage| {
            device.raw.create_buffer(&wgpu::BufferDescriptor {
                label: Some("times"),
                size: u64::from(count) * 8,
                usage,
                mapped_at_creation: false,
            })
        };
        let resolved = buffer(wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC);
        let staging = buffer(wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST);
        let mut encoder = device.raw.create_command_encoder(&Default::default());
        for (slot, run) in (0u32..).zip(runs) {
            let writes = wgpu::ComputePassTimestampWrites {
                query_set: &times,
                beginning_of_pass_write_index: Some(2 * slot),
                end_of_pass_write_index: Some(2 * slot + 1),
            };
            self.encode(&mut encoder, kernels, slot, run, Some(writes));
        }
        encoder.resolve_query_set(&times, 0..count, &resolved, 0);
        encoder.copy_buffer_to_buffer(&resolved, 0, &staging, 0, staging.size());
        device.queue.submit([encoder.finish()]);
        let stamps: Vec<u64> = self.map(device, &staging).await?;
        let unit = f64::from(device.queue.get_timestamp_period()) * 1e-9;
        let pairs = stamps.as_chunks().0.iter();
        Ok(pairs
            .map(|&[begin, end]| end.saturating_sub(begin) as f64 * unit)
            .collect())
    }

    async fn by_wall(
        &mut self,
        device: &Device,
        kernels: &Kernels,
        runs: &[(Dispatch, u32)],
    ) -> Result<Vec<f64>, Error> {
        let mut seconds = Vec::new();
        for (slot, run) in (0u32..).zip(runs) {
            let mut encoder = device.raw.create_command_encoder(&Default::default());
            self.encode(&mut encoder, kernels, slot, run, None);
            let began = Instant::now();
            device.queue.submit([encoder.finish()]);
            let (sender, receiver) = oneshot::channel();
            device.queue.on_submitted_work_done(move || {
                // The receiver is gone when the caller has given up.
                let _ = sender.send(());
            });
            device.wait()?;
            let done = receiver.await;
            seconds.push(began.elapsed().as_secs_f64());
            device.check()?;
            done.map_err(|_| Error::Device("the device gave up on a kernel".into()))?;
        }
        Ok(seconds)
    }

    fn encode(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        kernels: &Kernels,
        slot: u32,
        (dispatch, times): &(Dispatch, u32),
        timestamp_writes: Option<wgpu::ComputePassTimestampWrites>,
    ) {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: None,
            timestamp_writes,
        });
        if let Some(kernel) = kernels.get(dispatch.kernel) {
            let group = &self.bind_groups[dispatch.bind_group];
            pass.set_pipeline(&kernel.pipeline);
            pass.set_bind_group(0, group, &[slot * SLOT as u32]);
            for _ in 0..*times {
                pass.dispatch_workgroups(dispatch.workgroups.0, dispatch.workgroups.1, 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::{Call, Recorder};
    use crate::device::{Device, Options};
    use crate::kernels::{Kernel, Kernels};
    use crate::product::Shares;

    #[test]
    fn both_clocks_have_a_time_for_each_call() {
        let device = block_on(Device::new(&Options::default())).unwrap();
        let mut recorder = Recorder::new(&device, u64::MAX);
        let mut kernels = Kernels::new(Shares { slices: 1 });
        kernels.compile(&device.raw, Kernel::ArgmaxMerge);
        let [from, to] = [8_000, 4].map(|bytes| device.memory("numbers", bytes).unwrap());
        let call = Call {
            kernel: Kernel::ArgmaxMerge,
            parameters: &[1_000],
            memories: &[&from, &to],
            workgroups: (1, 1),
            products: 0,
            weights: 0,
        };
        let runs = recorder.runs(&device, &kernels, vec![(call, 100)]).unwrap();
        let by_wall = block_on(recorder.by_wall(&device, &kernels, &runs)).unwrap();
        assert!(matches!(by_wall[..], [seconds] if seconds > 0.0));
        if device.has_clock() {
            let by_device = block_on(recorder.by_device(&device, &kernels, &runs)).unwrap();
            assert!(matches!(by_device[..], [seconds] if seconds > 0.0));
        }
    }
}
