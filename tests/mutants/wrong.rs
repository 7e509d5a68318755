//! A device that makes one mistake.

use std::any::Any;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use convlab_core::data::DataSet;
use convlab_core::device::cpu::Cpu;
use convlab_core::device::fast::Scratch;
use convlab_core::device::{DataId, Device, DeviceError, ProgramId, Reply, StateId, Usage};
use convlab_core::init::Init;
use convlab_core::optimizer::Schedule;
use convlab_core::plan::{
    AnyKernel, At, Buffer, Constants, Grid, Operand, Plan, Resources, Stage, StepRecord,
};
use convlab_core::state::{Fill, Layout};

/// What a wrong kernel does with its operands.
pub type Run = dyn Fn(&Call, &[&[f32]], &mut [&mut [f32]]) + Send + Sync;

/// Where a mistake is made.
#[derive(Clone)]
pub enum Place {
    /// In the kernel of this name; with a stage, only there.
    Kernel(&'static str, Option<Stage>, Arc<Run>),
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
        self.right.reference_f32(self.at, reads, writes.iter_mut().map(|w| &mut **w).collect());
    }

    /// Does it right at another step.
    pub fn right_at(&self, record: &StepRecord, reads: &[&[f32]], writes: &mut [&mut [f32]]) {
        let at = At { record, data: self.at.data };
        self.right.reference_f32(&at, reads, writes.iter_mut().map(|w| &mut **w).collect());
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

/// A kernel in whose place a wrong one runs.
struct Wrong {
    right: Arc<dyn AnyKernel>,
    run: Arc<Run>,
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
        self.right.wgsl()
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

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn arity(&self) -> (usize, usize) {
        self.right.arity()
    }

    fn reference_f32(&self, at: &At, reads: &[&[f32]], mut writes: Vec<&mut [f32]>) {
        (self.run)(&Call { right: &*self.right, at }, reads, &mut writes);
    }

    fn reference_f64(&self, at: &At, reads: &[&[f64]], writes: Vec<&mut [f64]>) {
        self.right.reference_f64(at, reads, writes);
    }

    fn fast(&self, _: &At, _: &[&[f32]], _: Vec<&mut [f32]>, _: &mut Scratch) -> bool {
        false
    }
}

/// The CPU, with a mistake or without.
#[derive(Default)]
pub struct Bench {
    cpu: Cpu,
    place: Option<Place>,
}

impl Bench {
    /// With this mistake.
    pub fn new(mistake: Option<&Mistake>) -> Self {
        Self { place: mistake.map(|mistake| mistake.place.clone()), ..Self::default() }
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

impl Device for Bench {
    fn name(&self) -> String {
        self.cpu.name()
    }

    fn create_data(&mut self, data: &Rc<DataSet>) -> Result<DataId, DeviceError> {
        self.cpu.create_data(data)
    }

    fn create_state(&mut self, layout: &Layout) -> Result<StateId, DeviceError> {
        self.cpu.create_state(layout)
    }

    fn create_program(
        &mut self,
        plan: &Plan,
        state: StateId,
        data: DataId,
    ) -> Result<ProgramId, DeviceError> {
        let mut plan = plan.clone();
        if let Some(Place::Kernel(name, stage, run)) = &self.place {
            for step in &mut plan.steps {
                if step.kernel.name() == *name && stage.is_none_or(|stage| stage == step.stage) {
                    step.kernel = Arc::new(Wrong { right: Arc::clone(&step.kernel), run: Arc::clone(run) });
                }
            }
        }
        self.cpu.create_program(&plan, state, data)
    }

    fn write_state(&mut self, state: StateId, buffer: Buffer, numbers: &[f32]) {
        self.cpu.write_state(state, buffer, numbers);
    }

    fn read_state(&mut self, state: StateId, buffer: Buffer) -> Reply<Vec<f32>> {
        self.cpu.read_state(state, buffer)
    }

    fn write(&mut self, program: ProgramId, at: Operand, numbers: &[f32]) {
        self.cpu.write(program, at, numbers);
    }

    fn run(
        &mut self,
        program: ProgramId,
        records: &[StepRecord],
        range: Range<usize>,
    ) -> Result<(), DeviceError> {
        let mut records = records.to_vec();
        if let Some(Place::Record(change)) = self.place {
            records.iter_mut().for_each(change);
        }
        self.cpu.run(program, &records, range)
    }

    fn read(&mut self, program: ProgramId, at: &[Operand]) -> Reply<Vec<Vec<f32>>> {
        self.cpu.read(program, at)
    }

    fn free_data(&mut self, data: DataId) {
        self.cpu.free_data(data);
    }

    fn free_state(&mut self, state: StateId) {
        self.cpu.free_state(state);
    }

    fn free_program(&mut self, program: ProgramId) {
        self.cpu.free_program(program);
    }

    fn usage(&self) -> Usage {
        self.cpu.usage()
    }
}
