use std::cell::Cell;
use std::rc::Rc;

use crate::device::{DeviceError, Usage};

/// Counts what is alive.
pub(super) type Ledger = Rc<Cell<Usage>>;

/// A buffer that is counted while it lives and gives its memory back at once.
pub(super) struct Memory {
    pub raw: wgpu::Buffer,
    /// Bytes used; the buffer itself has at least one word, for nothing smaller can be bound.
    pub bytes: u64,
    ledger: Ledger,
}

impl Memory {
    pub fn new(
        device: &wgpu::Device,
        ledger: &Ledger,
        label: &str,
        bytes: u64,
        usage: wgpu::BufferUsages,
    ) -> Self {
        let size = bytes.max(4);
        let descriptor =
            wgpu::BufferDescriptor { label: Some(label), size, usage, mapped_at_creation: false };
        let raw = device.create_buffer(&descriptor);
        let Usage { buffers, bytes: held } = ledger.get();
        ledger.set(Usage { buffers: buffers + 1, bytes: held + size });
        Self { raw, bytes, ledger: Rc::clone(ledger) }
    }

    /// `len` words from the word `offset` on, as a kernel's operand.
    pub fn words(&self, offset: usize, len: usize) -> wgpu::BindingResource<'_> {
        wgpu::BindingResource::Buffer(wgpu::BufferBinding {
            buffer: &self.raw,
            offset: 4 * offset as u64,
            size: wgpu::BufferSize::new(4 * len as u64),
        })
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.raw.destroy();
        let Usage { buffers, bytes } = self.ledger.get();
        self.ledger.set(Usage { buffers: buffers - 1, bytes: bytes - self.raw.size() });
    }
}

/// Whether a device binds buffers of these sizes.
pub(super) fn fits(device: &wgpu::Device, sizes: impl IntoIterator<Item = u64>) -> Result<(), DeviceError> {
    let limits = device.limits();
    let largest = limits.max_buffer_size.min(limits.max_storage_buffer_binding_size);
    sizes
        .into_iter()
        .find(|&bytes| bytes > largest)
        .map_or(Ok(()), |bytes| Err(DeviceError::OutOfMemory(bytes)))
}
