use std::rc::Rc;

use serde::Serialize;

use super::{Lab, Procedure, SharedLab, stage};
use crate::data::shapes::{Cue, Shapes};
use crate::data::{DataSet, Sizes, Split, set_of};
use crate::session::{Session, SessionError, SharedDevice};
use crate::spec::{Data, Experiment, Study};
use crate::text::verdicts as text;

/// Test accuracy with and without one of the cues that always came together in training.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CueRow {
    /// Name of the arm.
    pub arm: String,
    /// Seed of the run.
    pub seed: u32,
    /// The cue that is drawn at random in the test; none: both are there.
    pub without: Option<Cue>,
    /// Share of the test images classified rightly.
    pub accuracy: f64,
}

/// Trains every run of a study on shapes whose colour and texture always tell the class together, then
/// tests it with one cue, or none, taken away.
///
/// # Errors
/// One sentence when an arm is not about shapes.
pub fn cues(lab: SharedLab, study: Study) -> Result<Procedure<CueRow, Vec<CueRow>>, String> {
    let runs: Vec<_> = study.runs().map(|(arm, seed, e)| (arm.title(), seed, e)).collect();
    if runs.iter().any(|(_, _, experiment)| experiment.data != Data::Shapes) {
        return Err(text::NO_CUES.to_owned());
    }
    let arms = study.arms.len();
    let steps = runs.iter().map(|(_, _, experiment)| experiment.steps).sum::<u32>()
        + stage::steps(&study.base) * study.seeds.len() as u32;
    Ok(Procedure::new(steps, async move |desk| {
        let lab: SharedLab = Rc::new(Typical(lab.device()));
        let mut all = Vec::new();
        let mut behind = Rc::clone(&lab);
        for (number, (arm, seed, experiment)) in runs.into_iter().enumerate() {
            if number % arms == 0 {
                behind = stage::behind(&desk, &lab, &Experiment { seed, ..study.base.clone() }).await?;
            }
            let mut session = behind.open(&experiment)?;
            if let Some(step) = desk.train(&mut session, experiment.steps, |_| {}).await? {
                return Err(SessionError::Refused(text::arm_diverged(&arm, step)));
            }
            for without in [None, Some(Cue::Colour), Some(Cue::Texture)] {
                let accuracy = accuracy(&mut session, &*images(&experiment, without)?).await?;
                let row = CueRow { arm: arm.clone(), seed, without, accuracy };
                desk.row(row.clone());
                all.push(row);
                desk.rest().await;
            }
        }
        Ok(all)
    }))
}

/// Shapes that are all typical of their class.
struct Typical(SharedDevice);

impl Lab for Typical {
    fn device(&self) -> SharedDevice {
        Rc::clone(&self.0)
    }

    fn data(&self, experiment: &mut Experiment) -> Result<Rc<DataSet>, SessionError> {
        images(experiment, None)
    }
}

/// The shapes of an experiment, all of them typical of their class but for one cue. Whatever is taken
/// away, an image keeps its number, its class and its split.
fn images(experiment: &Experiment, without: Option<Cue>) -> Result<Rc<DataSet>, SessionError> {
    let Sizes { train, val, test } = Sizes::of(experiment);
    let shapes = Shapes { correlation: 1.0, without, ..Shapes::of(experiment) };
    let images = shapes.generate(train + val + test, experiment.seed);
    set_of(images, experiment, false).map(Rc::new).map_err(SessionError::Refused)
}

/// Accuracy on the test images of another set, standardised as the network was trained.
async fn accuracy(session: &mut Session, data: &DataSet) -> Result<f64, SessionError> {
    let own = Rc::clone(&session.setup().data);
    let test = &data.table[data.entries(Split::Test)];
    let pixels = own.standardize(&data.pixels_of(test)).map_err(SessionError::Refused)?;
    let answers = session.predict(&pixels).await?;
    let hits = test.iter().zip(answers.chunks_exact(own.classes)).filter(|(image, scores)| {
        let best = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(b.cmp(&a)));
        best == Some(data.labels[**image as usize] as usize)
    });
    Ok(hits.count() as f64 / test.len() as f64)
}
