use std::rc::Rc;

use super::{Live, SessionError, Setup};
use crate::data::DataSet;
use crate::network::Network;
use crate::plan::Shape;
use crate::spec::Experiment;

impl Setup {
    /// What an experiment computes on a data set.
    ///
    /// # Errors
    /// Every reason why its network cannot be, addressed.
    pub fn of(experiment: &Experiment, data: Rc<DataSet>) -> Result<Self, SessionError> {
        let [c, h, w] = data.shape;
        let network =
            Network::new(experiment, Shape::new(1, c, h, w), data.classes).map_err(SessionError::Problems)?;
        Ok(Self {
            network,
            data,
            batch: experiment.batch as usize,
            seed: experiment.seed,
            schedule: experiment.schedule.rule(experiment.steps),
            live: Live::of(experiment),
            frozen: experiment.freeze.clone(),
            log: experiment.log.clone(),
            start: experiment.start.and_then(|start| start.source()).map(|source| (source.weights)()),
        })
    }
}
