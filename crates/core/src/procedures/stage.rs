//! The first stage of an experiment: trained once, for all sessions of a procedure.

use std::rc::Rc;

use super::{Desk, Lab, SharedLab};
use crate::data::DataSet;
use crate::session::{FirstStage, SessionError, Setup, SharedDevice};
use crate::spec::{Experiment, Start};

/// Steps of the first stage.
pub(super) fn steps(experiment: &Experiment) -> u32 {
    match experiment.start {
        Some(Start::Steps(steps)) => steps,
        _ => 0,
    }
}

/// A lab whose sessions begin with the weights of a first stage of `base`, where it has one.
///
/// # Errors
/// When it cannot be trained.
pub(super) async fn behind<R>(
    desk: &Desk<R>,
    lab: &SharedLab,
    base: &Experiment,
) -> Result<SharedLab, SessionError> {
    let Some(mut stage) = FirstStage::of(lab.device(), lab.setup(base)?, base)? else {
        return Ok(Rc::clone(lab));
    };
    let diverged = desk.train(&mut stage.session, stage.steps, |_| {}).await?;
    let weights = stage.weights(diverged).await?;
    Ok(Rc::new(Behind { lab: Rc::clone(lab), weights }))
}

struct Behind {
    lab: SharedLab,
    weights: Rc<[u8]>,
}

impl Lab for Behind {
    fn device(&self) -> SharedDevice {
        self.lab.device()
    }

    fn data(&self, experiment: &mut Experiment) -> Result<Rc<DataSet>, SessionError> {
        self.lab.data(experiment)
    }

    fn setup(&self, experiment: &Experiment) -> Result<Setup, SessionError> {
        Ok(Setup { start: Some(Rc::clone(&self.weights)), ..self.lab.setup(experiment)? })
    }
}
