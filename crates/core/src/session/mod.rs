//! A run: N steps per turn, metrics out; evaluates, observes, snapshots.

mod average;
mod checkpoint;
mod compile;
mod error;
mod evaluate;
mod freeze;
mod inspect;
mod knock_out;
mod part;
mod proof;
mod safetensors;
mod setup;
mod stages;
mod standard;
mod start;
mod turn;

pub use crate::spec::Live;
pub use average::Seen;
pub use compile::Told;
use compile::compiled;
pub use error::SessionError;
pub use evaluate::{Averaged, Evaluation, Judged};
pub use inspect::{
    Computed, Confusion, DropoutMask, DropoutQuery, Filters, Histogram, HistogramQuery, ImagesQuery,
    Inspection, LayerValues, LayerView, Maps, MapsQuery, Mistakes, MistakesQuery, NormView, Numbers, Query,
    Saliency, SaliencyQuery, Shown, Trained, Updated, ValuesQuery,
};
pub use part::Part;
pub use proof::{Agreement, Slope};
pub use start::FirstStage;
use turn::UnderWay;
pub use turn::{Pace, Row, Turn};

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

use crate::data::{Batches, DataSet, Split};
use crate::device::{DataId, Device, ProgramId, StateId};
use crate::network::Network;
use crate::optimizer::Schedule;
use crate::plan::{Buffer, Mode, Plan, Stage, assemble};
use crate::spec::{Intervention, settings};
use crate::text::session as text;

/// A device that several sessions use.
pub type SharedDevice = Rc<RefCell<dyn Device>>;

/// Everything that decides what a run computes.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The network and its optimiser.
    pub network: Network,
    /// The images.
    pub data: Rc<DataSet>,
    /// Images per step.
    pub batch: usize,
    /// Key of all random numbers.
    pub seed: u32,
    /// How the learning rate changes by itself.
    pub schedule: Schedule,
    /// Live settings at step 0.
    pub live: Live,
    /// Address prefixes of layers that stay as they are.
    pub frozen: Vec<String>,
    /// Changes of live settings and of frozen layers, by step.
    pub log: Vec<Intervention>,
    /// Weights to begin with, as safetensors, instead of those that the seed draws.
    pub start: Option<Rc<[u8]>>,
}

struct Program {
    plan: Plan,
    id: ProgramId,
}

type Making<'a> = Pin<Box<dyn Future<Output = Result<Program, SessionError>> + 'a>>;

struct Saved {
    step: u32,
    arenas: Vec<(Buffer, Vec<f32>)>,
}

/// One network, its state and its plans on a device.
pub struct Session {
    device: SharedDevice,
    setup: Setup,
    batches: Batches,
    data: DataId,
    state: StateId,
    train: Program,
    evaluate: Option<Program>,
    predict: Option<Program>,
    observe: Option<Program>,
    /// An evaluation with units of this layer knocked out.
    masked: Option<(usize, Program)>,
    preview: Option<Program>,
    step: u32,
    stage: Option<Stage>,
    /// Steps that the device works at, or has done, whose rows nobody has asked for yet.
    under_way: Option<UnderWay>,
    landed: Option<Turn>,
    saved: Saved,
    /// The weights that the run began with.
    start: Vec<f32>,
    /// Whether the gradients are those of the last step: neither restored nor of a step half done.
    fresh: bool,
    looks: u32,
    /// What images are standardised by before other weights are loaded.
    own_standard: Vec<[f32; 2]>,
    told: Told,
}

impl Session {
    /// Plans a network, makes its state on the device and draws the initial weights.
    ///
    /// # Errors
    /// When a batch is larger than the training split or the device has no room.
    pub fn open(device: SharedDevice, setup: Setup) -> Result<Self, SessionError> {
        let (setup, batches, plan) = planned(&device, setup)?;
        let (data, state, id) = {
            let mut device = device.borrow_mut();
            let data = device.create_data(&setup.data)?;
            let state = device.create_state(&plan.layout)?;
            (data, state, device.create_program(&plan, state, data)?)
        };
        let own_standard = setup.data.standard.clone();
        let saved = match setup.beginning(&plan) {
            Ok(saved) => saved,
            Err(why) => {
                let mut device = device.borrow_mut();
                device.free_program(id);
                device.free_state(state);
                device.free_data(data);
                return Err(why);
            }
        };
        let mut session = Self {
            device,
            setup,
            batches,
            data,
            state,
            train: Program { plan, id },
            evaluate: None,
            predict: None,
            observe: None,
            masked: None,
            preview: None,
            step: 0,
            stage: None,
            under_way: None,
            landed: None,
            saved,
            start: Vec::new(),
            fresh: false,
            looks: 0,
            own_standard,
            told: Rc::new(|_, _| ()),
        };
        session.begin();
        Ok(session)
    }

    /// Resolves when the device has made all that it was asked for: a browser says only then what it
    /// could not make.
    ///
    /// # Errors
    /// What failed.
    pub async fn settle(&self) -> Result<(), SessionError> {
        let nothing = self.device.borrow_mut().read(self.train.id, &[]);
        nothing.await?;
        Ok(())
    }

    /// What the run computes, its log included.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The training plan.
    pub fn plan(&self) -> &Plan {
        &self.train.plan
    }

    /// Updates made so far.
    pub fn step(&self) -> u32 {
        self.step
    }

    /// How often the test images were looked at: each look after the first makes them a second
    /// validation split.
    pub fn looks(&self) -> u32 {
        self.looks
    }

    /// Adds the looks of an earlier session on the same images.
    pub fn count_looks(&mut self, looks: u32) {
        self.looks += looks;
    }

    /// Starts again: the same seed and the same log give the same bits.
    pub fn restart(&mut self) {
        self.standardize_by(&self.own_standard.clone());
        let saved = self.setup.beginning(&self.train.plan);
        self.saved = saved.expect("the session was opened with the same weights");
        self.begin();
    }

    /// Begins with the saved state.
    fn begin(&mut self) {
        let parameters = self.saved.arenas.iter().find(|(buffer, _)| *buffer == Buffer::Parameters);
        self.start = parameters.map(|(_, numbers)| numbers.clone()).unwrap_or_default();
        self.put_back();
    }

    fn gradients_are_fresh(&self) -> bool {
        self.fresh && self.stage.is_none_or(|stage| stage < Stage::Backward)
    }

    /// Changes a live setting from the next step on, and notes it in the log.
    ///
    /// # Errors
    /// When the setting does not act live.
    pub fn set(&mut self, setting: &str, value: f64) -> Result<u32, SessionError> {
        // A step that has begun stage by stage keeps the settings it began with.
        let step = self.step + u32::from(self.stage.is_some());
        let mut live = self.setup.live.at(&self.setup.log, step);
        let Some(field) = live.field(setting) else {
            return Err(SessionError::Refused(match settings().iter().find(|known| known.key == setting) {
                Some(_) => text::not_live(setting),
                None => text::no_setting(setting, &Live::KEYS.join(", ")),
            }));
        };
        if *field == value {
            return Ok(step);
        }
        if step == 0 {
            // Before the first step this is the experiment itself, not a change of it.
            if let Some(field) = self.setup.live.field(setting) {
                *field = value;
            }
        } else {
            self.setup.log.retain(|old| !(old.setting == setting && old.step >= step));
            self.setup.log.push(Intervention { step, setting: setting.to_owned(), value: value.into() });
        }
        Ok(step)
    }

    /// The live settings at the next step.
    pub fn live(&self) -> Live {
        self.setup.live.at(&self.setup.log, self.step)
    }

    /// Copies the state off the device.
    async fn save(&mut self) -> Result<(), SessionError> {
        let step = self.step;
        let mut arenas = Vec::new();
        for buffer in kept(&self.train.plan) {
            let reply = self.device.borrow_mut().read_state(self.state, buffer);
            arenas.push((buffer, reply.await?));
        }
        self.saved = Saved { step, arenas };
        Ok(())
    }

    /// Writes the saved state to the device.
    fn put_back(&mut self) {
        let mut device = self.device.borrow_mut();
        for (buffer, numbers) in &self.saved.arenas {
            device.write_state(self.state, *buffer, numbers);
        }
        self.step = self.saved.step;
        (self.stage, self.fresh) = (None, false);
        (self.under_way, self.landed) = (None, None);
    }

    /// A plan of another mode over the same state, on a device that has compiled it.
    fn program(&self, mode: Mode, batch: usize) -> Making<'_> {
        self.runnable(self.plan_of(&self.setup.network, mode, batch))
    }

    /// The plan of a network with the same state.
    fn plan_of(&self, network: &Network, mode: Mode, batch: usize) -> Plan {
        let wide = self.device.borrow().is_wide();
        let plan = assemble(network, &self.setup.data, mode, batch).suited(wide);
        debug_assert_eq!(plan.layout, self.train.plan.layout, "every plan of a network has one layout");
        plan
    }

    /// One machine for all who wait: inlined into each it would cost a first visit a kilobyte.
    fn runnable(&self, plan: Plan) -> Making<'_> {
        Box::pin(async move {
            compiled(&self.device, &plan, &*self.told).await?;
            self.bound(plan)
        })
    }

    fn bound(&self, plan: Plan) -> Result<Program, SessionError> {
        let id = self.device.borrow_mut().create_program(&plan, self.state, self.data)?;
        Ok(Program { plan, id })
    }
}

/// A setup as it runs, its batches and the plan of its training steps.
fn planned(device: &SharedDevice, setup: Setup) -> Result<(Setup, Batches, Plan), SessionError> {
    let mut setup = setup.standardized()?;
    setup.network.augment = setup.live.augments(&setup.log);
    setup.network.clip = setup.live.clips(&setup.log);
    let given = !setup.data.entries(Split::Given).is_empty();
    let batches = if given { Batches::given } else { Batches::training };
    let batches = batches(&setup.data, setup.batch).map_err(SessionError::Refused)?;
    let mode = Mode::Train { frozen: setup.frozen_at(0) };
    let wide = device.borrow().is_wide();
    let plan = assemble(&setup.network, &setup.data, mode, setup.batch).suited(wide);
    Ok((setup, batches, plan))
}

impl Drop for Session {
    fn drop(&mut self) {
        let mut device = self.device.borrow_mut();
        let masked = self.masked.take().map(|(_, program)| program);
        let others =
            [self.evaluate.take(), self.predict.take(), self.observe.take(), self.preview.take(), masked];
        for program in others.into_iter().flatten() {
            device.free_program(program.id);
        }
        device.free_program(self.train.id);
        device.free_state(self.state);
        device.free_data(self.data);
    }
}

/// The arenas that a checkpoint holds: all but the gradients, which every step writes anew.
fn kept(plan: &Plan) -> Vec<Buffer> {
    plan.layout.buffers().into_iter().filter(|&b| b != Buffer::Gradients).collect()
}

fn initial(plan: &Plan, seed: u32) -> Vec<(Buffer, Vec<f32>)> {
    kept(plan).into_iter().map(|buffer| (buffer, plan.layout.initial(buffer, seed))).collect()
}

#[cfg(test)]
mod tests;
