//! One experiment on a device, as the worker drives it: one question at a time.

use std::rc::Rc;

use convlab_core::data::Split;
use convlab_core::doctor::{self, Point, Record, diagnose};
use convlab_core::network::Counts;
use convlab_core::plan::Stage;
use convlab_core::session::{Agreement, Pace, Part, Query, Session};
use convlab_core::shared::decimal;
use convlab_core::spec::{self, Data, Experiment, Problem, Study};
use js_sys::{Float32Array, Function, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::convert::{error, failed, from_js, only, pixels, put, to_js, words};
use crate::device::Badge;
use crate::engine::{Shared, study};
use crate::given::Given;
use crate::look;
use crate::procedure::Procedure;
use convlab_core::text::web as text;

/// A link does not hold the files that it was made with: the digits stand in for them.
fn without_files(study: &Study, problems: &mut Vec<Problem>) -> Study {
    problems.push(Problem::new("data", text::FILES_NOT_IN_LINK));
    let (base, _) = study.base.with(&[("data", "digits")]);
    let (study, repaired) = spec::link::parse(&spec::link::format(&Study { base, ..study.clone() }));
    problems.extend(repaired);
    study
}

/// A session with the link that it came from.
#[wasm_bindgen]
pub struct Run {
    shared: Rc<Shared>,
    study: Study,
    problems: Vec<Problem>,
    /// The caller's own data, in place of the experiment's.
    given: Option<Given>,
    early: bool,
    /// Hears how far the compiling of kernels is.
    compiling: Option<Function>,
    session: Session,
    badge: Badge,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct EvaluateQuery {
    split: Split,
    limit: Option<usize>,
    views: usize,
}

impl Default for EvaluateQuery {
    fn default() -> Self {
        Self { split: Split::Val, limit: None, views: 1 }
    }
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PredictQuery {
    views: usize,
}

impl Default for PredictQuery {
    fn default() -> Self {
        Self { views: 1 }
    }
}

/// What a run left behind for the doctor: training figures of each step from the first on.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Left {
    loss: Vec<f64>,
    accuracy: Vec<f64>,
    clean: Vec<Point>,
    val: Vec<Point>,
    looks: Vec<doctor::Look>,
    diverged: Option<u32>,
}

#[derive(Serialize)]
struct Compared {
    device: String,
    layers: Vec<Agreement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Applied {
    applies_at: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Frozen {
    applies_at: u32,
    frozen: Vec<String>,
}

impl Run {
    /// Opens a study's base experiment.
    ///
    /// # Errors
    /// Every reason why it cannot run, in sentences.
    pub async fn open(
        shared: Rc<Shared>,
        mut study: Study,
        mut problems: Vec<Problem>,
        given: Option<Given>,
        early: bool,
        compiling: Option<Function>,
    ) -> Result<Run, JsValue> {
        if study.base.data == Data::Own && given.is_none() {
            study = without_files(&study, &mut problems);
        }
        let data = match &given {
            Some(Given::Set(data)) => Rc::clone(data),
            Some(Given::Files(images, _)) => shared.data(&study.base, early, Some(images))?,
            None => shared.data(&study.base, early, None)?,
        };
        if !matches!(given, Some(Given::Set(_))) {
            problems.extend(data.fit(&mut study.base));
        }
        let (session, badge) = shared.session(&study, data, compiling.as_ref()).await?;
        Ok(Run { shared, study, problems, given, early, compiling, session, badge })
    }

    /// The study with the log of this run.
    fn current(&self) -> Study {
        let setup = self.session.setup();
        let mut base =
            Experiment { freeze: setup.frozen.clone(), log: setup.log.clone(), ..self.study.base.clone() };
        setup.live.put(&mut base);
        Study { base, ..self.study.clone() }
    }
}

#[wasm_bindgen]
impl Run {
    /// Settings, layers, counts and problems of the experiment.
    pub fn description(&self) -> Result<JsValue, JsValue> {
        let setup = self.session.setup();
        let ([train, validation, test], shape) = (setup.data.splits, setup.data.shape);
        let counts = Counts { train, validation, test, shape };
        let (names, problems) = (setup.data.names.clone(), self.problems.clone());
        let mut description = setup.network.describe(&self.current(), names, counts, problems);
        if let (Some(Given::Files(_, notes)), Data::Own) = (&self.given, self.study.base.data) {
            description.notes.extend_from_slice(notes);
        }
        description.notes.extend_from_slice(&setup.data.notes);
        to_js(&description)
    }

    /// `{ kind, name, reason }`.
    pub fn backend(&self) -> Result<JsValue, JsValue> {
        to_js(&self.badge)
    }

    /// Updates made so far.
    pub fn step(&self) -> u32 {
        self.session.step()
    }

    /// Files that a changed experiment would still need.
    pub fn files(&self, patch: &JsValue) -> Vec<String> {
        let base = self.current().base.with(&words(patch)).0;
        match self.given {
            Some(Given::Set(_)) => Vec::new(),
            Some(Given::Files(..)) if base.data == Data::Own => Vec::new(),
            _ => self.shared.missing(&base),
        }
    }

    /// Trains some steps, or lands those that are under way: `{ rows, diverged, ahead }`. A GPU begins with
    /// the `next` ones meanwhile; `ahead` says how many steps are still to land. A step goes to it in so many
    /// `pieces`.
    pub async fn turn(&mut self, steps: usize, next: usize, pieces: usize) -> Result<JsValue, JsValue> {
        let turn = to_js(&self.session.paced(Pace { steps, next, pieces }).await.map_err(failed)?)?;
        put(&turn, "ahead", self.session.ahead() as u32)?;
        Ok(turn)
    }

    /// Waits for the steps that are under way; the next turn brings their rows.
    pub async fn catch_up(&mut self) -> Result<(), JsValue> {
        self.session.catch_up().await.map_err(failed)
    }

    /// Changes live settings from the next step on: `{ appliesAt }`.
    pub fn set(&mut self, change: &JsValue) -> Result<JsValue, JsValue> {
        let mut applies_at = self.session.step();
        for (key, word) in words(change) {
            let (checked, problems) = self.current().base.with(&[(key.as_str(), word.as_str())]);
            if let Some(problem) = problems.into_iter().find(|problem| problem.field == key) {
                return Err(error(problem.message));
            }
            let value = checked.word(&key).and_then(|word| decimal::to_f64(&word));
            let value = value.ok_or_else(|| error(text::no_number(&key)))?;
            applies_at = self.session.set(&key, value).map_err(failed)?;
        }
        to_js(&Applied { applies_at })
    }

    /// Lets layers stay as they are: `{ appliesAt, frozen }`.
    pub fn freeze(&mut self, layers: Vec<String>) -> Result<JsValue, JsValue> {
        let applies_at = self.session.freeze(&layers).map_err(failed)?;
        to_js(&Frozen { applies_at, frozen: self.session.setup().frozen_at(applies_at) })
    }

    /// Lets layers learn again: `{ appliesAt, frozen }`.
    pub fn unfreeze(&mut self, layers: Vec<String>) -> Result<JsValue, JsValue> {
        let applies_at = self.session.unfreeze(&layers).map_err(failed)?;
        to_js(&Frozen { applies_at, frozen: self.session.setup().frozen_at(applies_at) })
    }

    /// Loss and accuracy in evaluation mode; with several views also by test-time augmentation.
    pub async fn evaluate(&mut self, query: JsValue) -> Result<JsValue, JsValue> {
        only(&query, &["split", "limit", "views"])?;
        let EvaluateQuery { split, limit, views } = from_js(query)?;
        let evaluation = to_js(&self.session.evaluate_averaged(split, limit, views).await.map_err(failed)?)?;
        if split == Split::Test {
            put(&evaluation, "looks", self.session.looks())?;
        }
        Ok(evaluation)
    }

    /// Class probabilities `[N, classes]` of images as they are shown: their mean over the views.
    pub async fn predict(&mut self, images: JsValue, query: JsValue) -> Result<Float32Array, JsValue> {
        only(&query, &["views"])?;
        let PredictQuery { views } = from_js(query)?;
        let answers = self.session.predict_averaged(&pixels(&images)?, views).await.map_err(failed)?;
        Ok(Float32Array::from(&answers[..]))
    }

    /// One image, as it is shown, through so many views: `{ images: [views, C, H, W], answers }`.
    pub async fn views(&mut self, image: JsValue, count: usize) -> Result<JsValue, JsValue> {
        let seen = self.session.predict_views(&pixels(&image)?, count).await.map_err(failed)?;
        let images: Vec<u8> = seen.iter().flat_map(|view| view.image.iter().copied()).collect();
        let answers: Vec<f32> = seen.iter().flat_map(|view| view.answer.iter().copied()).collect();
        let object: JsValue = js_sys::Object::new().into();
        put(&object, "images", Uint8Array::from(&images[..]))?;
        put(&object, "answers", Float32Array::from(&answers[..]))?;
        Ok(object)
    }

    /// The slope of the loss along each weight's gradient, by the way back and measured.
    pub async fn check_gradients(&self) -> Result<JsValue, JsValue> {
        to_js(&self.session.check_gradients().await.map_err(failed)?)
    }

    /// The probe images on another device: `{ device, layers }`. Beside a GPU that is the CPU, beside
    /// the CPU a GPU where there is one, else the readable references.
    pub async fn check_devices(&self) -> Result<JsValue, JsValue> {
        let (device, name) = self.shared.other(self.badge.kind).await;
        let layers = self.session.compare_with(&device).await.map_err(failed)?;
        to_js(&Compared { device: name, layers })
    }

    /// What the curve doctor says about what this run left behind.
    pub fn diagnose(&self, left: JsValue) -> Result<JsValue, JsValue> {
        only(&left, &["loss", "accuracy", "clean", "val", "looks", "diverged"])?;
        let left: Left = from_js(left)?;
        let train = left.loss.iter().zip(&left.accuracy).zip(1..);
        let train = train.map(|((&loss, &accuracy), step)| Point { step, loss, accuracy });
        let data = &self.session.setup().data;
        to_js(&diagnose(&Record {
            experiment: self.current().base,
            classes: data.classes,
            images: [data.splits[0], data.splits[1]],
            train: train.collect(),
            clean: left.clean,
            val: left.val,
            looks: left.looks,
            diverged: left.diverged,
        }))
    }

    /// Starts a procedure on the experiment of a link, on the images of this run.
    pub async fn procedure(
        &self,
        name: String,
        link: String,
        options: JsValue,
    ) -> Result<Procedure, JsValue> {
        let (study, _) = study(&link, &options)?;
        let (shared, given) = (Rc::clone(&self.shared), self.given.clone());
        shared.procedure(study, given, &name, options).await
    }

    /// Looks at the layers; changes nothing.
    pub async fn inspect(&mut self, query: JsValue) -> Result<JsValue, JsValue> {
        look::check(&query)?;
        let query: Query = from_js(query)?;
        look::seen(&self.session.inspect(&query).await.map_err(failed)?)
    }

    /// Runs one stage of the next step.
    pub async fn stage(&mut self, name: String) -> Result<JsValue, JsValue> {
        let stage = match name.as_str() {
            "forward" => Stage::Forward,
            "loss" => Stage::Loss,
            "backward" => Stage::Backward,
            "update" => Stage::Update,
            _ => return Err(error(text::no_stage(&name))),
        };
        to_js(&self.session.advance_stage(stage).await.map_err(failed)?)
    }

    /// Starts again at step 0; answers with the description. Without changes it replays the run, its
    /// log included; with changes it is a new one that begins with the live settings and the frozen
    /// layers as they stand. `keep` says whose weights to take along: `{ only, except }`.
    pub async fn restart(&mut self, patch: JsValue, keep: JsValue) -> Result<JsValue, JsValue> {
        let changes = words(&patch);
        let kept = match part(keep)? {
            Some(part) => {
                Some((part, self.session.weights(&self.link(), &Part::default()).await.map_err(failed)?))
            }
            None => None,
        };
        if changes.is_empty() && kept.is_none() && !self.early {
            self.session.restart();
            return self.description();
        }
        let mut current = self.current();
        if !changes.is_empty() || kept.is_some() {
            self.session.live().put(&mut current.base);
            current.base.freeze = self.session.frozen();
            current.base.log.clear();
        }
        let (base, mut problems) = current.base.with(&changes);
        let changed = Study { seeds: vec![base.seed], base, ..current };
        // Reading the link again repairs what cannot be together, with a sentence each.
        let (study, repaired) = spec::link::parse(&spec::link::format(&changed));
        problems.extend(repaired);
        let given = self.given.clone();
        let mut next =
            Run::open(Rc::clone(&self.shared), study, problems, given, false, self.compiling.clone()).await?;
        if let Some((part, weights)) = kept {
            next.session.load(&weights, &part).map_err(failed)?;
        }
        next.session.count_looks(self.session.looks());
        *self = next;
        self.description()
    }

    /// The experiment with its log.
    pub fn link(&self) -> String {
        spec::link::format(&self.current())
    }

    /// The state as safetensors bytes.
    pub async fn snapshot(&mut self) -> Result<Uint8Array, JsValue> {
        let link = self.link();
        let bytes = self.session.snapshot(&link).await.map_err(failed)?;
        Ok(Uint8Array::from(&bytes[..]))
    }

    /// Puts a checkpoint back with its live settings and log; answers with the description.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<JsValue, JsValue> {
        self.session.restore(bytes).map_err(failed)?;
        self.description()
    }

    /// Goes back to a checkpoint of this very run, with the changes made since then.
    pub fn resume(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        self.session.resume(bytes).map_err(failed)
    }

    /// Parameters and running statistics as safetensors bytes.
    pub async fn weights(&mut self) -> Result<Uint8Array, JsValue> {
        let link = self.link();
        let bytes = self.session.weights(&link, &Part::default()).await.map_err(failed)?;
        Ok(Uint8Array::from(&bytes[..]))
    }

    /// Starts again at step 0 with these weights, or with a part of them: `{ only, except }`.
    pub fn load(&mut self, bytes: &[u8], part_of: JsValue) -> Result<(), JsValue> {
        let part = part(part_of)?.unwrap_or_default();
        self.session.load(bytes, &part).map_err(failed)
    }

    /// The training plan as text.
    pub fn plan(&self) -> String {
        self.session.plan().to_string()
    }

    /// Panics, so that tests see what a fault of ours looks like.
    pub fn panic(&self) {
        panic!("a panic was asked for");
    }
}

/// Which layers are meant; `undefined` says nothing.
fn part(value: JsValue) -> Result<Option<Part>, JsValue> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    only(&value, &["only", "except"])?;
    from_js(value).map(Some)
}
