//! What is tried on sessions of its own: checks before a run, sweeps, comparisons.
//!
//! A [`Procedure`] is advanced piece by piece and may be dropped at any time. It reads no clock: who
//! advances it measures time, and sizes the pieces by [`Procedure::pace`]. No running session is touched.
//! Where the experiment begins with a first stage, a procedure trains that once and begins with its weights.

mod cues;
mod first_loss;
mod knock_out;
mod ladder;
mod overfit;
mod procedure;
mod range_test;
mod recording;
pub mod search;
mod stage;
mod study;
mod verdict;

pub use cues::{CueRow, cues};
pub use first_loss::{FirstLoss, first_loss};
pub use knock_out::{KnockOutRow, knock_out};
pub use ladder::{Rung, ladder};
pub use overfit::{Overfit, overfit};
pub use procedure::{Desk, Piece, Procedure, Progress};
pub use range_test::{RangeRow, RangeTest, range_test};
pub use recording::record;
pub use search::{Axis, Search, SearchRow, Trials, search};
pub use study::{ArmOutcome, Band, RunOutcome, StudyOutcome, StudyRow, study};
pub use verdict::{Grade, Verdict};

use std::rc::Rc;

use crate::data::DataSet;
use crate::session::{Session, SessionError, Setup, SharedDevice};
use crate::spec::Experiment;

/// Where procedures get their sessions: whoever starts one has the device and the images.
pub trait Lab {
    /// What computes.
    fn device(&self) -> SharedDevice;

    /// The images of an experiment, whose batch shrinks where they are fewer.
    ///
    /// # Errors
    /// One sentence: they are not here, or fewer than wanted.
    fn data(&self, experiment: &mut Experiment) -> Result<Rc<DataSet>, SessionError>;

    /// What an experiment computes.
    ///
    /// # Errors
    /// Every reason why it cannot.
    fn setup(&self, experiment: &Experiment) -> Result<Setup, SessionError> {
        let mut experiment = experiment.clone();
        let data = self.data(&mut experiment)?;
        Setup::of(&experiment, data)
    }

    /// A session at step 0.
    ///
    /// # Errors
    /// Every reason why it cannot be.
    fn open(&self, experiment: &Experiment) -> Result<Session, SessionError> {
        Session::open(self.device(), self.setup(experiment)?)
    }
}

/// A lab that several procedures use.
pub type SharedLab = Rc<dyn Lab>;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
