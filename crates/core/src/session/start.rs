use std::rc::Rc;

use super::checkpoint::File;
use super::{Part, Saved, Session, SessionError, Setup, SharedDevice, initial};
use crate::data::DataSet;
use crate::plan::Plan;

/// Trains the first stage of a study, and hands over its weights for the runs that begin with them;
/// `link` is the experiment of that stage.
///
/// # Errors
/// When the device is lost, or the loss became no usable number.
pub async fn first_stage(
    device: SharedDevice,
    setup: Setup,
    steps: u32,
    link: &str,
) -> Result<Vec<u8>, SessionError> {
    let mut session = Session::open(device, Setup { start: None, ..setup })?;
    while session.step() < steps {
        let turn = session.turn((steps - session.step()) as usize).await?;
        if let Some(step) = turn.diverged {
            return Err(SessionError::Refused(format!("The first stage diverged at step {step}.")));
        }
    }
    session.weights(link, &Part::default()).await
}

impl Setup {
    /// With images standardised as those that its first weights were trained on.
    pub(super) fn standardized(mut self) -> Result<Self, SessionError> {
        if let Some(bytes) = &self.start
            && let Some(standard) = File::read(bytes)?.standard(self.data.shape[0])?
            && standard != self.data.standard
        {
            self.data = Rc::new(DataSet { standard, ..(*self.data).clone() });
        }
        Ok(self)
    }

    /// The state before step 0: drawn by the seed, or the weights that the run starts with; of those
    /// the classifier only where it has the same shape.
    pub(super) fn beginning(&self, plan: &Plan) -> Result<Saved, SessionError> {
        let mut arenas = initial(plan, self.seed);
        if let Some(bytes) = &self.start {
            let file = File::read(bytes)?;
            let classifier = format!("{}.", self.network.chain.0.len() - 1);
            file.fill(plan, &mut arenas, |name, shape| {
                !name.starts_with(&classifier) || file.has(name, shape)
            })?;
        }
        Ok(Saved { step: 0, arenas })
    }
}
