//! What a page asks before there is a run.

use std::collections::BTreeMap;
use std::rc::Rc;

use convlab_core::data::{DataSet, Images, Sizes, Standardize, digits, images};
use convlab_core::network::describe;
use convlab_core::session::{Session, SessionError, Setup, SharedDevice};
use convlab_core::spec::{self, Backend, Data, Experiment, Study};
use js_sys::{Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;

use crate::convert::{error, failed, field, pixels, to_js};
use crate::device::{Badge, Devices};
use crate::run::Run;

/// The first slice of the digits: enough for the first screen.
const EARLY: &str = "digits-first";
const DIGITS: &str = "digits";

/// The module's engine: devices and data sets that all runs share.
#[wasm_bindgen]
pub struct Engine {
    shared: Rc<Shared>,
}

/// What runs keep hold of.
#[derive(Default)]
pub struct Shared {
    devices: Devices,
    files: std::cell::RefCell<BTreeMap<String, Rc<Images>>>,
    sets: std::cell::RefCell<Vec<(Experiment, bool, Rc<DataSet>)>>,
}

#[wasm_bindgen]
impl Engine {
    /// An engine without data.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Engine {
        Engine { shared: Rc::new(Shared { devices: Devices::new(), ..Shared::default() }) }
    }

    /// The settings of an experiment, as the form needs them.
    pub fn settings(&self) -> Result<JsValue, JsValue> {
        to_js(&spec::settings())
    }

    /// What a link means; bad words give problems.
    pub fn describe(&self, link: &str) -> Result<JsValue, JsValue> {
        to_js(&describe(link))
    }

    /// Names of the files that an experiment needs.
    pub fn files(&self, link: &str, options: &JsValue) -> Vec<String> {
        let (study, _) = spec::link::parse(link);
        self.shared.needs(&study.base, field(options, "early").is_truthy(), options)
    }

    /// Takes a file.
    ///
    /// # Errors
    /// One sentence when it is damaged.
    pub fn provide(&self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        if !self.shared.files.borrow().contains_key(name) {
            let images = digits::parse(bytes).map_err(error)?;
            self.shared.files.borrow_mut().insert(name.to_owned(), Rc::new(images));
        }
        Ok(())
    }

    /// Opens the experiment of a link.
    ///
    /// # Errors
    /// Every reason why it cannot run, in sentences.
    pub async fn open(&self, link: String, options: JsValue) -> Result<Run, JsValue> {
        let shared = Rc::clone(&self.shared);
        let (mut study, problems) = spec::link::parse(&link);
        if let Some(choice) = field(&options, "backend").as_string() {
            study.backend = backend(&choice)
                .ok_or_else(|| error(format!("{choice} is not a backend: auto, webgpu or cpu.")))?;
        }
        let given = given_data(&field(&options, "data"))?;
        let early = field(&options, "early").is_truthy();
        Run::open(shared, study, problems, given, early).await
    }
}

fn backend(word: &str) -> Option<Backend> {
    match word {
        "auto" => Some(Backend::Auto),
        "webgpu" => Some(Backend::WebGpu),
        "cpu" => Some(Backend::Cpu),
        _ => None,
    }
}

impl Shared {
    fn needs(&self, experiment: &Experiment, early: bool, options: &JsValue) -> Vec<String> {
        let own = !field(options, "data").is_undefined();
        if own || experiment.data != Data::Digits {
            return Vec::new();
        }
        let known = self.files.borrow();
        let name = if early && !known.contains_key(DIGITS) { EARLY } else { DIGITS };
        vec![name.to_owned()]
    }

    /// Files that an experiment still needs before it can be opened.
    pub fn missing(&self, experiment: &Experiment) -> Vec<String> {
        let known = self.files.borrow();
        self.needs(experiment, false, &JsValue::UNDEFINED)
            .into_iter()
            .filter(|name| !known.contains_key(name))
            .collect()
    }

    /// The data set of an experiment; experiments that agree on it share it.
    ///
    /// # Errors
    /// One sentence.
    pub fn data(&self, experiment: &Experiment, early: bool) -> Result<Rc<DataSet>, JsValue> {
        let files = self.files.borrow();
        let whole = files.get(DIGITS);
        let early = early && whole.is_none();
        let same = |known: &Experiment| {
            let of = |e: &Experiment| (e.data, e.side, e.train, e.val, e.test, e.seed);
            of(known) == of(experiment)
        };
        let mut sets = self.sets.borrow_mut();
        sets.retain(|(_, _, set)| Rc::strong_count(set) > 1);
        if let Some((_, _, set)) = sets.iter().find(|(known, e, _)| *e == early && same(known)) {
            return Ok(Rc::clone(set));
        }
        let file = if early { files.get(EARLY) } else { whole };
        let images = images(experiment, file.map(Rc::as_ref)).map_err(error)?;
        let sizes = if early { Sizes::share(images.len(), experiment) } else { Sizes::of(experiment) };
        let set = DataSet::new(images, sizes, experiment.seed, &Standardize::Auto).map_err(error)?;
        let set = Rc::new(set);
        sets.push((experiment.clone(), early, Rc::clone(&set)));
        Ok(set)
    }

    /// A session on the device of a choice, with all that it needs there.
    ///
    /// A device may be lost before it has done anything: then another is tried once, and where any
    /// will do the CPU.
    ///
    /// # Errors
    /// One sentence, when WebGPU is asked for and there is none, or the session does not fit.
    pub async fn session(&self, study: &Study, data: Rc<DataSet>) -> Result<(Session, Badge), JsValue> {
        let setup = Setup::of(&study.base, data).map_err(failed)?;
        let mut again = true;
        loop {
            let (device, badge) = self.devices.choose(study.backend).await.map_err(failed)?;
            let why = match ready(device, setup.clone()).await {
                Ok(session) => return Ok((session, badge)),
                Err(SessionError::Device(why)) if why.is_loss() => why,
                Err(why) => return Err(failed(why)),
            };
            if again {
                again = false;
                continue;
            }
            if study.backend != Backend::Auto {
                return Err(failed(why));
            }
            let (device, badge) = self.devices.cpu(why.to_string());
            return Ok((ready(device, setup).await.map_err(failed)?, badge));
        }
    }
}

async fn ready(device: SharedDevice, setup: Setup) -> Result<Session, SessionError> {
    let session = Session::open(device, setup)?;
    session.settle().await?;
    Ok(session)
}

/// The data that a caller brings: `{ images, labels, shape, classes, standardize, batches }`.
fn given_data(data: &JsValue) -> Result<Option<Rc<DataSet>>, JsValue> {
    if data.is_undefined() || data.is_null() {
        return Ok(None);
    }
    let labels: Uint8Array =
        field(data, "labels").dyn_into().map_err(|_| error("Labels must be a Uint8Array."))?;
    let labels: Vec<u32> = labels.to_vec().into_iter().map(u32::from).collect();
    let shape: Vec<usize> = serde_wasm_bindgen::from_value(field(data, "shape")).map_err(error)?;
    let shape: [usize; 3] = shape.try_into().map_err(|_| error("The shape of an image is [C, H, W]."))?;
    let classes = field(data, "classes").as_f64().unwrap_or(0.0) as usize;
    let pixels = pixels(&field(data, "images"))?;
    let standardize = standardize(&field(data, "standardize"), &pixels)?;
    let names = (0..classes).map(|class| class.to_string()).collect();
    let sizes = Sizes { train: labels.len(), val: 0, test: 0 };
    let images = Images::checked(shape, names, pixels, labels).map_err(error)?;
    let mut set = DataSet::new(images, sizes, 1, &standardize).map_err(error)?;
    if let Ok(batches) = field(data, "batches").dyn_into::<Uint32Array>() {
        set.give(&batches.to_vec()).map_err(error)?;
    }
    Ok(Some(Rc::new(set)))
}

fn standardize(value: &JsValue, pixels: &convlab_core::data::Pixels) -> Result<Standardize, JsValue> {
    match value.as_string().as_deref() {
        Some("none") => return Ok(Standardize::None),
        Some("auto") => return Ok(Standardize::Auto),
        Some(other) => {
            return Err(error(format!("standardize: {other} is none of none, auto, {{ mean, std }}.")));
        }
        None => {}
    }
    if value.is_undefined() {
        let floats = matches!(pixels, convlab_core::data::Pixels::Floats(_));
        return Ok(if floats { Standardize::None } else { Standardize::Auto });
    }
    let list = |key| serde_wasm_bindgen::from_value::<Vec<f32>>(field(value, key)).map_err(error);
    Ok(Standardize::Given(list("mean")?.into_iter().zip(list("std")?).map(|(m, s)| [m, s]).collect()))
}
