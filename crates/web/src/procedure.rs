//! Checks, sweeps and comparisons, advanced piece by piece by the worker.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use convlab_core::data::DataSet;
use convlab_core::doctor::diagnose;
use convlab_core::procedures::{self as core, Axis, Lab, Progress, SharedLab, Trials};
use convlab_core::session::{SessionError, SharedDevice};
use convlab_core::spec::{Data, Experiment, Study};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::convert::{error, failed, field, from_js, only, to_js};
use crate::engine::Shared;
use crate::given::Given;
use convlab_core::text::web as text;

/// The page's images and the device of the procedure.
pub struct Room {
    pub shared: Rc<Shared>,
    pub device: SharedDevice,
    /// The caller's own data, in place of an experiment's.
    pub given: Option<Given>,
}

impl Lab for Room {
    fn device(&self) -> SharedDevice {
        Rc::clone(&self.device)
    }

    fn data(&self, experiment: &mut Experiment) -> Result<Rc<DataSet>, SessionError> {
        let own = match (&self.given, experiment.data) {
            (Some(Given::Set(data)), _) => return Ok(Rc::clone(data)),
            (Some(Given::Files(images, _)), Data::Own) => Some(images),
            _ => None,
        };
        self.shared.data(experiment, false, own).map_err(|why| {
            let sentence = field(&why, "message").as_string();
            SessionError::Refused(sentence.unwrap_or_else(|| text::NO_IMAGES_HERE.to_owned()))
        })
    }
}

#[derive(Deserialize)]
#[serde(default)]
struct Options {
    images: u32,
    steps: u32,
    low: f64,
    high: f64,
    over: String,
    points: usize,
    random: Option<usize>,
    layer: Option<usize>,
}

const OPTIONS: [&str; 9] = ["backend", "images", "steps", "low", "high", "over", "points", "random", "layer"];

impl Default for Options {
    fn default() -> Self {
        let over = String::new();
        Self { images: 10, steps: 200, low: 1e-5, high: 10.0, over, points: 5, random: None, layer: None }
    }
}

type Next<'a> = Pin<Box<dyn Future<Output = Result<JsValue, JsValue>> + 'a>>;

/// A procedure whose rows and outcome are plain objects.
trait Work {
    fn next(&mut self) -> Next<'_>;
    fn pace(&self, steps: usize);
}

#[derive(Serialize)]
struct Piece<R, O> {
    progress: Progress,
    rows: Vec<R>,
    outcome: Option<O>,
}

/// A procedure, and what becomes of its outcome on the way out.
struct Mapped<R, O, F>(core::Procedure<R, O>, F);

impl<R: Serialize, O, P: Serialize, F: Fn(O) -> P> Work for Mapped<R, O, F> {
    fn next(&mut self) -> Next<'_> {
        Box::pin(async {
            let core::Piece { rows, outcome } = self.0.next().await.map_err(failed)?;
            to_js(&Piece { progress: self.0.progress(), rows, outcome: outcome.map(&self.1) })
        })
    }

    fn pace(&self, steps: usize) {
        self.0.pace(steps);
    }
}

fn plain<R: Serialize + 'static, O: Serialize + 'static>(procedure: core::Procedure<R, O>) -> Box<dyn Work> {
    Box::new(Mapped(procedure, |outcome: O| outcome))
}

/// Something tried on sessions of its own. Freeing it cancels it.
#[wasm_bindgen]
pub struct Procedure(Box<dyn Work>);

impl Procedure {
    /// The procedure of a name.
    ///
    /// # Errors
    /// One sentence: no such name or option, or an experiment that cannot run.
    pub fn start(lab: SharedLab, study: Study, name: &str, options: JsValue) -> Result<Procedure, JsValue> {
        only(&options, &OPTIONS)?;
        let options: Options = from_js(options)?;
        let base = study.base.clone();
        let work = match name {
            "first-loss" => plain(core::first_loss(lab, base)),
            "overfit" => plain(core::overfit(lab, base, options.images, options.steps)),
            "range" => {
                let range = [options.low, options.high];
                plain(core::range_test(lab, base, range, options.steps).map_err(error)?)
            }
            "ladder" => plain(core::ladder(lab, base)),
            "search" => {
                let axes = Axis::read(&options.over).map_err(error)?;
                let trials = options.random.map_or(Trials::Grid(options.points), Trials::Random);
                plain(core::search(lab, base, axes, trials).map_err(error)?)
            }
            "study" => plain(core::study(lab, &study).map_err(failed)?),
            "knock-out" => plain(core::knock_out(lab, study, options.layer)),
            "cues" => plain(core::cues(lab, study).map_err(error)?),
            "doctor" => Box::new(Mapped(core::record(lab, base), |record| diagnose(&record))),
            _ => return Err(error(text::no_procedure(name))),
        };
        Ok(Procedure(work))
    }
}

#[wasm_bindgen]
impl Procedure {
    /// Works until the next rest: `{ progress: { done, of }, rows, outcome }`; the outcome is null until
    /// the last piece.
    pub async fn next(&mut self) -> Result<JsValue, JsValue> {
        self.0.next().await
    }

    /// So many training steps in the next pieces.
    pub fn pace(&self, steps: usize) {
        self.0.pace(steps);
    }
}
