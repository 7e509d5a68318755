//! Compiling ahead, kernel by kernel, so that somebody can be told how far it is.

use std::rc::Rc;

use super::{Session, SessionError, Setup, SharedDevice, planned};
use crate::plan::Plan;

/// Hears how many kernels are compiled, of how many that the device did not know.
pub type Told = Rc<dyn Fn(usize, usize)>;

impl Session {
    /// Compiles what a session trains with before it is opened.
    ///
    /// # Errors
    /// As for opening, and when a kernel cannot be compiled.
    pub async fn compile(
        device: &SharedDevice,
        setup: Setup,
        told: impl Fn(usize, usize),
    ) -> Result<(), SessionError> {
        let (_, _, plan) = planned(device, setup)?;
        compiled(device, &plan, told).await
    }

    /// Says who hears how far the compiling of the plans is that the session makes once it is open.
    pub fn tell(&mut self, told: Told) {
        self.told = told;
    }
}

/// Compiles a plan's kernels that the device does not know, one after the other.
pub(super) async fn compiled(
    device: &SharedDevice,
    plan: &Plan,
    told: impl Fn(usize, usize),
) -> Result<(), SessionError> {
    let missing = device.borrow().uncompiled(plan)?;
    for (done, &at) in missing.iter().enumerate() {
        let reply = device.borrow_mut().compile(&plan.steps[at]);
        reply.await?;
        told(done + 1, missing.len());
    }
    Ok(())
}
