use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::device::DeviceError;
use crate::text::gpu as text;

/// What is wrong with the whole device. It stays: after a refused command the numbers on the device
/// cannot be trusted.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<Option<DeviceError>>>);

impl Health {
    /// Listens to everything that a device complains about and no scope takes.
    pub(super) fn watch(device: &wgpu::Device) -> Self {
        let health = Self::default();
        let (lost, refused) = (health.clone(), health.clone());
        device.set_device_lost_callback(move |reason, why| {
            let told = why.trim_end_matches(['.', '!']);
            let why = if told.is_empty() { text::NO_REASON } else { told }.to_owned();
            lost.record(match reason {
                wgpu::DeviceLostReason::Destroyed => DeviceError::Destroyed(why),
                wgpu::DeviceLostReason::Unknown => DeviceError::Lost(why),
            });
        });
        device.on_uncaptured_error(Arc::new(move |error| refused.record(translate(&error, 0))));
        health
    }

    fn record(&self, error: DeviceError) {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if first.is_none() || error.is_loss() {
            *first = Some(error);
        }
    }

    /// Whether the device still works.
    ///
    /// # Errors
    /// What it fell ill with; a new device must be opened then.
    pub fn check(&self) -> Result<(), DeviceError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().map_or(Ok(()), Err)
    }
}

type Scope = Pin<Box<dyn Future<Output = Option<DeviceError>>>>;

/// How the commands for one object ended. Natively that is known at once; a browser tells it later,
/// but before any read of what they made.
#[derive(Default)]
pub(super) struct Outcome {
    pending: RefCell<Vec<Scope>>,
    fault: RefCell<Option<DeviceError>>,
}

impl Outcome {
    /// Gives commands that together need `bytes` of new memory.
    pub fn watch<T>(&self, device: &wgpu::Device, bytes: u64, commands: impl FnOnce() -> T) -> T {
        use wgpu::ErrorFilter::{Internal, OutOfMemory, Validation};
        let scopes = [OutOfMemory, Internal, Validation].map(|filter| device.push_error_scope(filter));
        let made = commands();
        let errors: Vec<_> = scopes.into_iter().rev().map(wgpu::ErrorScopeGuard::pop).collect();
        self.pending.borrow_mut().push(Box::pin(async move {
            let mut fault = None;
            for error in errors {
                fault = fault.or(error.await.map(|e| translate(&e, bytes)));
            }
            fault
        }));
        made
    }

    /// Ready when all is known.
    pub async fn settled(self: Rc<Self>) -> Result<(), DeviceError> {
        for scope in self.pending.take() {
            let fault = scope.await;
            self.blame(fault);
        }
        self.check()
    }

    /// What is known by now.
    pub fn check(&self) -> Result<(), DeviceError> {
        let mut context = Context::from_waker(Waker::noop());
        self.pending.borrow_mut().retain_mut(|scope| match scope.as_mut().poll(&mut context) {
            Poll::Pending => true,
            Poll::Ready(fault) => {
                self.blame(fault);
                false
            }
        });
        self.fault.borrow().clone().map_or(Ok(()), Err)
    }

    /// The first fault stays.
    fn blame(&self, fault: Option<DeviceError>) {
        let mut first = self.fault.borrow_mut();
        *first = first.take().or(fault);
    }
}

fn translate(error: &wgpu::Error, bytes: u64) -> DeviceError {
    match error {
        wgpu::Error::OutOfMemory { .. } => DeviceError::OutOfMemory(bytes),
        other => DeviceError::Invalid(other.to_string()),
    }
}
