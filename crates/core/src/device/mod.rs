//! What runs a plan: the CPU, or a GPU through WebGPU.

pub mod cpu;
#[cfg(feature = "gpu")]
pub mod gpu;

/// The fast forms of the kernels on the CPU.
pub use convlab_fast as fast;

use std::fmt;
use std::future::{Future, ready};
use std::ops::Range;
use std::pin::Pin;
use std::rc::Rc;

use crate::data::DataSet;
use crate::plan::{Buffer, Operand, Plan, Step, StepRecord};
use crate::state::Layout;
use crate::text::device as text;

/// Why a device could not do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceError {
    /// There is none; the text says why.
    Absent(String),
    /// It went away: driver update, sleep, watchdog.
    Lost(String),
    /// Somebody switched it off.
    Destroyed(String),
    /// Not enough memory for this many bytes.
    OutOfMemory(u64),
    /// It refused a command: a fault of ours.
    Invalid(String),
}

impl DeviceError {
    /// It was asked for something that was given back.
    fn freed(what: &str) -> Self {
        Self::Invalid(text::freed(what))
    }
}

impl fmt::Display for DeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            DeviceError::Absent(why) => text::absent(why),
            DeviceError::Lost(why) => text::lost(why),
            DeviceError::Destroyed(why) => text::destroyed(why),
            DeviceError::OutOfMemory(bytes) => text::no_room(bytes.div_ceil(1 << 20)),
            DeviceError::Invalid(why) => text::refused(why),
        })
    }
}

impl std::error::Error for DeviceError {}

impl DeviceError {
    /// Whether nothing on the device can be reached any more.
    pub fn is_loss(&self) -> bool {
        matches!(self, DeviceError::Lost(_) | DeviceError::Destroyed(_))
    }
}

/// An answer that a device gives later; it borrows nothing.
pub type Reply<T> = Pin<Box<dyn Future<Output = Result<T, DeviceError>>>>;

/// A data set on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DataId(pub u32);
/// The state of one network on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateId(pub u32);
/// A plan on a device, bound to a state and a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProgramId(pub u32);

/// Something that runs plans. It owns all buffers; sessions hold numbers.
pub trait Device {
    /// `CPU`, or the adapter's name.
    fn name(&self) -> String;

    /// Whether it computes so many numbers at once that long sums are best taken in parts. One that does not
    /// gets kernels that have no WGSL, too ([`Plan::suited`]).
    fn is_wide(&self) -> bool {
        false
    }

    /// Takes the images; the same set taken twice is held once.
    ///
    /// # Errors
    /// When they do not fit.
    fn create_data(&mut self, data: &Rc<DataSet>) -> Result<DataId, DeviceError>;

    /// Makes the arenas of a network, all zero.
    ///
    /// # Errors
    /// When they do not fit.
    fn create_state(&mut self, layout: &Layout) -> Result<StateId, DeviceError>;

    /// The kernels of a plan that the device has not compiled yet, by their places, each once.
    ///
    /// # Errors
    /// When the plan does not fit.
    fn uncompiled(&self, _plan: &Plan) -> Result<Vec<usize>, DeviceError> {
        Ok(Vec::new())
    }

    /// Compiles a kernel for operands of these lengths, ahead of the plan that needs it. Ready when it is
    /// compiled.
    fn compile(&mut self, _step: &Step) -> Reply<()> {
        Box::pin(ready(Ok(())))
    }

    /// Makes a plan's values and pipelines and binds them.
    ///
    /// # Errors
    /// When they do not fit or a pipeline cannot be made.
    fn create_program(&mut self, plan: &Plan, state: StateId, data: DataId)
    -> Result<ProgramId, DeviceError>;

    /// Overwrites a whole arena.
    fn write_state(&mut self, state: StateId, buffer: Buffer, numbers: &[f32]);

    /// Reads a whole arena, after all work given so far.
    fn read_state(&mut self, state: StateId, buffer: Buffer) -> Reply<Vec<f32>>;

    /// Overwrites an operand of a plan's own values.
    fn write(&mut self, program: ProgramId, at: Operand, numbers: &[f32]);

    /// Runs the kernels `range` of the plan once for every record, in order. A GPU only enqueues.
    ///
    /// # Errors
    /// When the device is lost.
    fn run(
        &mut self,
        program: ProgramId,
        records: &[StepRecord],
        range: Range<usize>,
    ) -> Result<(), DeviceError>;

    /// Reads operands (values or state), after all work given so far.
    fn read(&mut self, program: ProgramId, at: &[Operand]) -> Reply<Vec<Vec<f32>>>;

    /// Asks for what is under way once more: some browsers answer a read only when something new is asked.
    fn nudge(&self) {}

    /// Gives a data set's memory back.
    fn free_data(&mut self, data: DataId);
    /// Gives a state's memory back.
    fn free_state(&mut self, state: StateId);
    /// Gives a program's memory back.
    fn free_program(&mut self, program: ProgramId);

    /// Live bytes and buffers.
    fn usage(&self) -> Usage;
}

/// What a device holds now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Usage {
    /// Buffers alive.
    pub buffers: usize,
    /// Their bytes.
    pub bytes: u64,
}
