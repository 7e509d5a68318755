//! What a page asks before there is a run.

use std::collections::BTreeMap;
use std::rc::Rc;

use convlab_core::data::{DataSet, Images, data_set, digits};
use convlab_core::device::cpu::Cpu;
use convlab_core::network::describe;
use convlab_core::session::{FirstStage, Session, SessionError, Setup, SharedDevice, Told};
use convlab_core::spec::{self, Backend, Data, Experiment, Study};
use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::convert::{error, failed, field, to_js};
use crate::device::{Badge, Devices};
use crate::given::Given;
use crate::procedure::{Procedure, Room};
use crate::reading::Reading;
use crate::run::Run;
use convlab_core::text::web as text;

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
    sets: std::cell::RefCell<Vec<Known>>,
}

/// A data set, and what it was made from.
struct Known {
    experiment: Experiment,
    images: Option<Rc<Images>>,
    set: Rc<DataSet>,
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

    /// What all devices hold: `{ buffers, bytes }`.
    pub fn usage(&self) -> Result<JsValue, JsValue> {
        to_js(&self.shared.devices.usage())
    }

    /// Asks the GPU for what is under way once more: a read that is late may only wait for that.
    pub fn nudge(&self) {
        self.shared.devices.nudge();
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

    /// Begins to read files of the user for the experiment of a link; `files` are their bytes.
    ///
    /// # Errors
    /// One sentence that names the file and what is wrong with it.
    pub fn read(&self, link: &str, names: Vec<String>, files: &js_sys::Array) -> Result<Reading, JsValue> {
        let (study, _) = spec::link::parse(&spec::link::about_own_files(link));
        Reading::begin(names, files, study.base.side as usize)
    }

    /// Opens the experiment of a link, on files where some have been read. `compiling` hears how many kernels
    /// of its network are compiled, and of how many that are new: now, when it starts again, and for what it
    /// makes beside its training.
    ///
    /// # Errors
    /// Every reason why it cannot run, in sentences.
    pub async fn open(
        &self,
        link: String,
        options: JsValue,
        files: Option<Reading>,
        compiling: Option<Function>,
    ) -> Result<Run, JsValue> {
        let shared = Rc::clone(&self.shared);
        let link = if files.is_some() { spec::link::about_own_files(&link) } else { link };
        let (study, problems) = study(&link, &options)?;
        let given = match files {
            Some(files) => Some(files.finish()?),
            None => Given::read(&field(&options, "data"))?,
        };
        let early = field(&options, "early").is_truthy();
        Run::open(shared, study, problems, given, early, compiling).await
    }

    /// Starts a procedure on the experiment of a link.
    ///
    /// # Errors
    /// One sentence: no such procedure or option, or an experiment that cannot run.
    pub async fn procedure(
        &self,
        name: String,
        link: String,
        options: JsValue,
    ) -> Result<Procedure, JsValue> {
        let shared = Rc::clone(&self.shared);
        let (study, _) = study(&link, &options)?;
        shared.procedure(study, None, &name, options).await
    }
}

/// What a link means, on the backend that was chosen beside it.
pub fn study(link: &str, options: &JsValue) -> Result<(Study, Vec<spec::Problem>), JsValue> {
    let (mut study, problems) = spec::link::parse(link);
    if let Some(choice) = field(options, "backend").as_string() {
        study.backend = backend(&choice).ok_or_else(|| error(text::no_backend(&choice)))?;
    }
    Ok((study, problems))
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
        if own || experiment.data == Data::Shapes {
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

    /// The data set of an experiment; experiments that agree on it share it. `own` are the user's
    /// images.
    ///
    /// # Errors
    /// One sentence.
    pub fn data(
        &self,
        experiment: &Experiment,
        early: bool,
        own: Option<&Rc<Images>>,
    ) -> Result<Rc<DataSet>, JsValue> {
        let files = self.files.borrow();
        let whole = files.get(DIGITS);
        let part = early && whole.is_none() && experiment.data == Data::Digits;
        let images = match experiment.data {
            Data::Shapes => None,
            Data::Own => own,
            Data::Digits if part => files.get(EARLY),
            Data::Digits => whole,
        };
        let same = |known: &&Known| {
            let agree = match (&known.images, images) {
                (Some(a), Some(b)) => Rc::ptr_eq(a, b),
                (a, b) => a.is_none() && b.is_none(),
            };
            agree && known.experiment.same_images(experiment)
        };
        let mut sets = self.sets.borrow_mut();
        sets.retain(|known| Rc::strong_count(&known.set) > 1);
        if let Some(known) = sets.iter().find(same) {
            return Ok(Rc::clone(&known.set));
        }
        let set = Rc::new(data_set(experiment, images.map(Rc::as_ref), part).map_err(error)?);
        sets.push(Known { experiment: experiment.clone(), images: images.cloned(), set: Rc::clone(&set) });
        Ok(set)
    }

    /// Starts a procedure on an experiment, or on the caller's own data in place of its own.
    ///
    /// # Errors
    /// One sentence: no such procedure or option, or an experiment that cannot run.
    pub async fn procedure(
        self: Rc<Self>,
        study: Study,
        given: Option<Given>,
        name: &str,
        options: JsValue,
    ) -> Result<Procedure, JsValue> {
        let (device, _) = self.devices.choose(study.backend).await.map_err(failed)?;
        Procedure::start(Rc::new(Room { shared: self, device, given }), study, name, options)
    }

    /// Another device to compare with, and its name: the CPU beside a GPU; beside the CPU a GPU where
    /// there is one, else the readable references.
    pub async fn other(&self, kind: &str) -> (SharedDevice, String) {
        if kind == "webgpu" {
            let (device, badge) = self.devices.cpu(String::new());
            return (device, badge.name);
        }
        match self.devices.choose(Backend::WebGpu).await {
            Ok((device, badge)) => (device, badge.name),
            Err(_) => {
                let plain = std::cell::RefCell::new(Cpu::of_references());
                (Rc::new(plain), text::REFERENCES.to_owned())
            }
        }
    }

    /// A session on the device of a choice, with all that it needs there.
    ///
    /// A device may be lost before it has done anything: then another is tried once, and where any
    /// will do the CPU.
    ///
    /// # Errors
    /// One sentence, when WebGPU is asked for and there is none, or the session does not fit.
    pub async fn session(
        &self,
        study: &Study,
        data: Rc<DataSet>,
        compiling: Option<&Function>,
    ) -> Result<(Session, Badge), JsValue> {
        let setup = Setup::of(&study.base, data).map_err(failed)?;
        let mut again = true;
        loop {
            let (device, badge) = self.devices.choose(study.backend).await.map_err(failed)?;
            let why = match ready(device, setup.clone(), study, compiling).await {
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
            return Ok((ready(device, setup, study, compiling).await.map_err(failed)?, badge));
        }
    }
}

/// A session on a device that has made all of it, behind the first stage that the study begins with.
async fn ready(
    device: SharedDevice,
    mut setup: Setup,
    study: &Study,
    compiling: Option<&Function>,
) -> Result<Session, SessionError> {
    let compiling = compiling.cloned();
    let told: Told = Rc::new(move |done, total| {
        if let Some(compiling) = &compiling {
            // What the page does with it is no matter of the engine.
            let _ = compiling.call2(&JsValue::NULL, &done.into(), &total.into());
        }
    });
    Session::compile(&device, setup.clone(), &*told).await?;
    if let Some(stage) = FirstStage::of(Rc::clone(&device), setup.clone(), &study.base)? {
        setup.start = Some(stage.train().await?);
    }
    let mut session = Session::open(device, setup)?;
    session.tell(told);
    session.settle().await?;
    Ok(session)
}
