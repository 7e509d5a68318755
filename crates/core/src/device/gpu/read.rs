use std::rc::Rc;

use futures_channel::oneshot;

use super::faults::{Health, Outcome};
use super::memory::{Ledger, Memory};
use crate::device::{DeviceError, Reply};
use crate::text::gpu as text;

/// A part of a buffer to be read: first byte and number of bytes.
pub(super) type Part<'a> = (&'a Memory, u64, u64);

/// Copies parts of buffers to the host, after all work given so far. A copy that fails is an error,
/// never zeros.
pub(super) fn read(
    (device, queue): (&wgpu::Device, &wgpu::Queue),
    ledger: &Ledger,
    health: &Health,
    mut outcomes: Vec<Rc<Outcome>>,
    parts: &[Part],
) -> Reply<Vec<Vec<f32>>> {
    let sizes: Vec<u64> = parts.iter().map(|&(_, _, bytes)| bytes).collect();
    let total = sizes.iter().sum();
    let outcome = Rc::new(Outcome::default());
    let (send, receive) = oneshot::channel();
    let staging = outcome.watch(device, total, || {
        let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
        let staging = Memory::new(device, ledger, "read", total, usage);
        let mut encoder =
            device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("read") });
        let mut at = 0;
        for &(memory, first, bytes) in parts.iter().filter(|part| part.2 > 0) {
            encoder.copy_buffer_to_buffer(&memory.raw, first, &staging.raw, at, bytes);
            at += bytes;
        }
        queue.submit([encoder.finish()]);
        staging
    });
    // The reply may have been dropped: then nobody waits for the answer.
    staging.raw.map_async(wgpu::MapMode::Read, .., move |mapped| drop(send.send(mapped)));
    outcomes.push(outcome);
    let health = health.clone();
    #[cfg(not(target_arch = "wasm32"))]
    let device = device.clone();
    Box::pin(async move {
        #[cfg(not(target_arch = "wasm32"))]
        device.poll(wgpu::PollType::wait_indefinitely()).map_err(|e| DeviceError::Lost(e.to_string()))?;
        let mapped = receive.await;
        health.check()?;
        outcomes.iter().try_for_each(|outcome| outcome.check())?;
        let failed = || DeviceError::Invalid(text::NOT_READ.to_owned());
        mapped.map_err(|_| failed())?.map_err(|_| failed())?;
        let view = staging.raw.get_mapped_range(..).map_err(|_| failed())?;
        let mut rest = &view[..];
        let take = |bytes: &u64| {
            let part;
            (part, rest) = rest.split_at(*bytes as usize);
            bytemuck::pod_collect_to_vec(part)
        };
        Ok(sizes.iter().map(take).collect())
    })
}
