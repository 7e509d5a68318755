//! A device that makes one mistake.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use convlab_core::data::DataSet;
use convlab_core::device::fast::Scratch;
use convlab_core::device::{DataId, Device, DeviceError, ProgramId, Reply, StateId, Usage};
use convlab_core::init::Init;
use convlab_core::optimizer::Schedule;
use convlab_core::plan::{
    AnyKernel, At, Buffer, Constants, Grid, Operand, Plan, Resources, Sharing, Stage, Step, StepRecord,
};
use convlab_core::state::{Fill, Layout};

/// What a wrong kernel does with its operands.
pub type Run = dyn Fn(&Call, &[&[f32]], &mut [&mut [f32]]) + Send + Sync;

/// Where a mistake is made.
#[derive(Clone)]
pub enum Place {
    /// In the kernel of this name; with a stage, only there.
    Kernel(&'static str, Option<Stage>, Arc<Run>),
    /// In the shader of this kernel: some text instead of another.
    Shader(&'static str, &'static str, &'static str),
    /// In what a step is told.
    Record(fn(&mut StepRecord)),
    /// In the learning rate of a step.
    Rate(fn(&Schedule, f64, u32) -> f64),
    /// In how the weights between `fan_in` and `fan_out` units are drawn.
    Fill(fn(&Init, usize, usize) -> Fill),
}

/// Something that somebody could have got wrong.
#[derive(Clone)]
pub struct Mistake {
    /// In a few words.
    pub name: &'static str,
    /// Where.
    pub place: Place,
}

/// A wrong kernel instead of the one of this name.
pub fn kernel(
    kernel: &'static str,
    name: &'static str,
    run: impl Fn(&Call, &[&[f32]], &mut [&mut [f32]]) + Send + Sync + 'static,
) -> Mistake {
    Mistake { name, place: Place::Kernel(kernel, None, Arc::new(run)) }
}

/// The same on the way back only.
pub fn backward(
    kernel: &'static str,
    name: &'static str,
    run: impl Fn(&Call, &[&[f32]], &mut [&mut [f32]]) + Send + Sync + 'static,
) -> Mistake {
    Mistake { name, place: Place::Kernel(kernel, Some(Stage::Backward), Arc::new(run)) }
}

/// A call of a wrong kernel.
pub struct Call<'a> {
    right: &'a dyn AnyKernel,
    /// Step and data set.
    pub at: &'a At<'a>,
}

impl Call<'_> {
    /// Does it right.
    pub fn right(&self, reads: &[&[f32]], writes: &mut [&mut [f32]]) {
        self.right.reference_f32(self.at, reads, writes);
    }

    /// Does it right at another step.
    pub fn right_at(&self, record: &StepRecord, reads: &[&[f32]], writes: &mut [&mut [f32]]) {
        let at = At { record, data: self.at.data };
        self.right.reference_f32(&at, reads, writes);
    }

    /// A constant of the kernel.
    ///
    /// # Panics
    /// When it has none of this name.
    pub fn number(&self, name: &str) -> f64 {
        let constants = self.right.constants();
        let found = constants.iter().find(|(known, _)| *known == name);
        found.unwrap_or_else(|| panic!("{} has no {name}", self.right.name())).1
    }

    /// A size of the kernel.
    pub fn size(&self, name: &str) -> usize {
        self.number(name) as usize
    }
}

/// A kernel in whose place a wrong one runs: a function on the CPU, a shader on a GPU.
struct Wrong {
    right: Arc<dyn AnyKernel>,
    run: Option<Arc<Run>>,
    wgsl: &'static [&'static str],
}

impl fmt::Debug for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wrong({:?})", self.right)
    }
}

impl AnyKernel for Wrong {
    fn name(&self) -> &'static str {
        self.right.name()
    }

    fn wgsl(&self) -> &'static [&'static str] {
        self.wgsl
    }

    fn resources(&self) -> Resources {
        self.right.resources()
    }

    fn constants(&self) -> Constants {
        self.right.constants()
    }

    fn grid(&self) -> Grid {
        self.right.grid()
    }

    fn sharing(&self) -> Option<Sharing> {
        None
    }

    fn products(&self) -> usize {
        self.right.products()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn arity(&self) -> (usize, usize) {
        self.right.arity()
    }

    fn reference_f32(&self, at: &At, reads: &[&[f32]], writes: &mut [&mut [f32]]) {
        let call = Call { right: &*self.right, at };
        match &self.run {
            Some(run) => run(&call, reads, writes),
            None => call.right(reads, writes),
        }
    }

    fn reference_f64(&self, at: &At, reads: &[&[f64]], writes: &mut [&mut [f64]]) {
        self.right.reference_f64(at, reads, writes);
    }

    fn fast(&self, _: &At, _: &[&[f32]], _: &mut [&mut [f32]], _: &mut Scratch) -> bool {
        false
    }
}

/// A device, with a mistake or without.
pub struct Bench<'d> {
    device: &'d mut dyn Device,
    place: Option<Place>,
    shaders: BTreeMap<&'static str, &'static [&'static str]>,
    /// Whether the mistake was made at all.
    pub made: bool,
}

impl<'d> Bench<'d> {
    /// With this mistake.
    pub fn new(device: &'d mut dyn Device, mistake: Option<&Mistake>) -> Self {
        let place = mistake.map(|mistake| mistake.place.clone());
        Self { device, place, shaders: BTreeMap::new(), made: false }
    }

    /// The kernel with the mistake, if it is made there.
    fn wrong(&mut self, step: &Step) -> Option<Wrong> {
        let right = Arc::clone(&step.kernel);
        let wrong = match self.place.clone()? {
            Place::Kernel(name, stage, run)
                if right.name() == name && stage.is_none_or(|stage| stage == step.stage) =>
            {
                Wrong { wgsl: right.wgsl(), right, run: Some(run) }
            }
            Place::Shader(name, text, instead) if right.name() == name => {
                let files = right.wgsl();
                // Pipelines know a shader by its address, so each mistake keeps its own.
                let wgsl = *self.shaders.entry(name).or_insert_with(|| {
                    let changed = files.iter().map(|file| &*file.replace(text, instead).leak());
                    changed.collect::<Vec<&'static str>>().leak()
                });
                if wgsl == files {
                    return None;
                }
                Wrong { right, run: None, wgsl }
            }
            _ => return None,
        };
        self.made = true;
        Some(wrong)
    }

    /// The learning rate of a step.
    pub fn rate(&self, schedule: &Schedule, base: f64, step: u32) -> f64 {
        match self.place {
            Some(Place::Rate(rate)) => rate(schedule, base, step),
            _ => schedule.rate(base, step),
        }
    }

    /// How weights are drawn.
    pub fn fill(&self, init: &Init, fan_in: usize, fan_out: usize) -> Fill {
        match self.place {
            Some(Place::Fill(fill)) => fill(init, fan_in, fan_out),
            _ => init.weight(fan_in, fan_out),
        }
    }
}

impl Device for Bench<'_> {
    fn name(&self) -> String {
        self.device.name()
    }

    fn create_data(&mut self, data: &Rc<DataSet>) -> Result<DataId, DeviceError> {
        self.device.create_data(data)
    }

    fn create_state(&mut self, layout: &Layout) -> Result<StateId, DeviceError> {
        self.device.create_state(layout)
    }

    fn create_program(
        &mut self,
        plan: &Plan,
        state: StateId,
        data: DataId,
    ) -> Result<ProgramId, DeviceError> {
        let mut plan = plan.clone();
        for step in &mut plan.steps {
            if let Some(wrong) = self.wrong(step) {
                step.kernel = Arc::new(wrong);
            }
        }
        self.device.create_program(&plan, state, data)
    }

    fn write_state(&mut self, state: StateId, buffer: Buffer, numbers: &[f32]) {
        self.device.write_state(state, buffer, numbers);
    }

    fn read_state(&mut self, state: StateId, buffer: Buffer) -> Reply<Vec<f32>> {
        self.device.read_state(state, buffer)
    }

    fn write(&mut self, program: ProgramId, at: Operand, numbers: &[f32]) {
        self.device.write(program, at, numbers);
    }

    fn run(
        &mut self,
        program: ProgramId,
        records: &[StepRecord],
        range: Range<usize>,
    ) -> Result<(), DeviceError> {
        let mut records = records.to_vec();
        if let Some(Place::Record(change)) = self.place {
            self.made = true;
            records.iter_mut().for_each(change);
        }
        self.device.run(program, &records, range)
    }

    fn read(&mut self, program: ProgramId, at: &[Operand]) -> Reply<Vec<Vec<f32>>> {
        self.device.read(program, at)
    }

    fn free_data(&mut self, data: DataId) {
        self.device.free_data(data);
    }

    fn free_state(&mut self, state: StateId) {
        self.device.free_state(state);
    }

    fn free_program(&mut self, program: ProgramId) {
        self.device.free_program(program);
    }

    fn usage(&self) -> Usage {
        self.device.usage()
    }
}
