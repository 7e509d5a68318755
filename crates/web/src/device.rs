//! Which device computes, and why.

use std::cell::RefCell;
use std::rc::Rc;

use convlab_core::device::cpu::Cpu;
use convlab_core::device::gpu::{Gpu, Health, Options};
use convlab_core::device::{DeviceError, Usage};
use convlab_core::session::SharedDevice;
use convlab_core::spec::Backend;
use serde::Serialize;

use crate::convert::field;
use convlab_core::text::web as text;

/// What the badge says.
#[derive(Clone, Debug, Serialize)]
pub struct Badge {
    /// `webgpu` or `cpu`.
    pub kind: &'static str,
    /// The adapter's name.
    pub name: String,
    /// One sentence: why this one.
    pub reason: String,
}

/// The devices of this module; the GPU is opened when it is first asked for.
#[derive(Default)]
pub struct Devices {
    cpu: Option<SharedDevice>,
    gpu: RefCell<Option<Opened>>,
}

/// A GPU as it was opened.
#[derive(Clone)]
struct Opened {
    device: SharedDevice,
    name: String,
    /// Whether it only imitates a GPU.
    imitated: bool,
    health: Health,
}

impl Devices {
    /// The processor and every session on it share one device.
    pub fn new() -> Self {
        Self { cpu: Some(Rc::new(RefCell::new(Cpu::default()))), gpu: RefCell::new(None) }
    }

    /// The processor, and why it is the one.
    pub fn cpu(&self, reason: String) -> (SharedDevice, Badge) {
        let device = self.cpu.clone().expect("made with the module");
        (device, Badge { kind: "cpu", name: "CPU".to_owned(), reason })
    }

    /// What they hold, all together.
    pub fn usage(&self) -> Usage {
        let gpu = self.gpu.borrow().as_ref().map(|opened| Rc::clone(&opened.device));
        let held = self.cpu.iter().chain(&gpu).map(|device| device.borrow().usage());
        held.fold(Usage::default(), |sum, held| Usage {
            buffers: sum.buffers + held.buffers,
            bytes: sum.bytes + held.bytes,
        })
    }

    /// Asks the GPU for what is under way once more.
    pub fn nudge(&self) {
        if let Some(opened) = &*self.gpu.borrow() {
            opened.device.borrow().nudge();
        }
    }

    /// The device that a choice means.
    ///
    /// # Errors
    /// When WebGPU is asked for and there is none.
    pub async fn choose(&self, backend: Backend) -> Result<(SharedDevice, Badge), DeviceError> {
        if backend == Backend::Cpu {
            return Ok(self.cpu(text::CHOSE_CPU.to_owned()));
        }
        let software = backend == Backend::WebGpu;
        match self.gpu(software).await {
            Ok((device, name)) => {
                let reason = if software { text::CHOSE_WEBGPU } else { text::GPU_IS_THERE };
                Ok((device, Badge { kind: "webgpu", name, reason: reason.to_owned() }))
            }
            Err(why) if software => Err(why),
            Err(why) => Ok(self.cpu(why.to_string())),
        }
    }

    /// The GPU; `software` takes one that only imitates a GPU, too.
    async fn gpu(&self, software: bool) -> Result<(SharedDevice, String), DeviceError> {
        if let Some(Opened { device, name, imitated, health }) = self.gpu.borrow().clone()
            && (software || !imitated)
            && health.check().is_ok()
        {
            return Ok((device, name));
        }
        if let Some(why) = unreachable_gpu() {
            return Err(DeviceError::Absent(why.to_owned()));
        }
        let gpu = Gpu::open(&Options { software, ..Options::default() }).await?;
        let (imitated, name, health) = (gpu.info().software().is_some(), gpu.info().title(), gpu.health());
        let device: SharedDevice = Rc::new(RefCell::new(gpu));
        let opened = Opened { device: Rc::clone(&device), name: name.clone(), imitated, health };
        *self.gpu.borrow_mut() = Some(opened);
        Ok((device, name))
    }
}

/// Why nobody can ask for an adapter here; half a sentence.
fn unreachable_gpu() -> Option<&'static str> {
    let global = js_sys::global().into();
    if field(&field(&global, "navigator"), "gpu").is_truthy() {
        return None;
    }
    Some(match field(&global, "isSecureContext").is_truthy() {
        true => text::NO_WEBGPU,
        false => text::INSECURE,
    })
}
