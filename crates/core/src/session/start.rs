use std::rc::Rc;

use super::checkpoint::File;
use super::{Part, Saved, Session, SessionError, Setup, SharedDevice, initial};
use crate::data::DataSet;
use crate::plan::Plan;
use crate::spec::{Experiment, Start, Study, link};
use crate::text::session as text;

/// What is trained before the runs that begin with its weights.
pub struct FirstStage {
    /// Its run.
    pub session: Session,
    /// Its steps.
    pub steps: u32,
    link: String,
}

impl FirstStage {
    /// The first stage of an experiment, where it begins with one; `setup` is what the experiment
    /// computes.
    ///
    /// # Errors
    /// When the device has no room.
    pub fn of(
        device: SharedDevice,
        setup: Setup,
        experiment: &Experiment,
    ) -> Result<Option<Self>, SessionError> {
        let Some(Start::Steps(steps)) = experiment.start else { return Ok(None) };
        let session = Session::open(device, Setup { start: None, ..setup })?;
        let link = link::format(&Study::single(Experiment { start: None, ..experiment.clone() }));
        Ok(Some(Self { session, steps, link }))
    }

    /// Trains it and hands over its weights.
    ///
    /// # Errors
    /// When the device is lost, or the loss became no usable number.
    pub async fn train(mut self) -> Result<Rc<[u8]>, SessionError> {
        let mut diverged = None;
        while self.session.step() < self.steps && diverged.is_none() {
            let left = self.steps - self.session.step();
            diverged = self.session.turn(left as usize).await?.diverged;
        }
        self.weights(diverged).await
    }

    /// Hands over the weights of a session that was trained; `diverged` is the step whose loss was no
    /// usable number.
    ///
    /// # Errors
    /// When there is such a step, or the device is lost.
    pub async fn weights(mut self, diverged: Option<u32>) -> Result<Rc<[u8]>, SessionError> {
        match diverged {
            Some(step) => Err(SessionError::Refused(text::first_stage_diverged(step))),
            None => self.session.weights(&self.link, &Part::default()).await.map(Rc::from),
        }
    }
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
