//! The CPU as a device: every kernel is a function call.

use std::collections::BTreeMap;
use std::future::ready;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::fast::Scratch;
use super::{DataId, Device, DeviceError, ProgramId, Reply, StateId, Usage};
use crate::data::DataSet;
use crate::plan::{At, Buffer, Operand, Plan, Slots, Step, StepRecord};
use crate::state::Layout;
use crate::text::device as text;

type Arenas = BTreeMap<Buffer, Vec<f32>>;

struct Program {
    steps: Arc<[Step]>,
    slots: Slots,
    values: Arenas,
    state: StateId,
    data: DataId,
}

/// The CPU, one thread.
#[derive(Default)]
pub struct Cpu {
    /// Runs the readable references instead of the fast forms.
    pub reference: bool,
    next: u32,
    data: BTreeMap<DataId, Rc<DataSet>>,
    states: BTreeMap<StateId, Arenas>,
    programs: BTreeMap<ProgramId, Program>,
    scratch: Scratch,
}

impl Cpu {
    /// The readable references in place of the fast forms.
    pub fn of_references() -> Self {
        Self { reference: true, ..Self::default() }
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn operand(&self, program: &Program, at: Operand) -> Vec<f32> {
        let at = program.slots.place(at);
        let arenas = if at.buffer.is_state() { &self.states[&program.state] } else { &program.values };
        arenas[&at.buffer][at.offset..at.offset + at.len].to_vec()
    }
}

/// Operands that a step reads, and that it writes, at most: a browser grants a kernel eight in all.
const MOST: usize = 8;

/// Start of an operand in its arena.
fn start(arenas: &mut [&mut Arenas; 2], at: Operand) -> *mut f32 {
    let arena = arenas[usize::from(at.buffer.is_state())]
        .get_mut(&at.buffer)
        .expect("a plan's buffers were made with it");
    arena[at.offset..at.offset + at.len].as_mut_ptr()
}

fn run_step(step: &Step, at: &At, arenas: &mut [&mut Arenas; 2], reference: bool, scratch: &mut Scratch) {
    let (mut reads, mut writes): ([&[f32]; MOST], [&mut [f32]; MOST]) = Default::default();
    let (reads, writes) = (&mut reads[..step.reads.len()], &mut writes[..step.writes.len()]);
    // SAFETY: the pointers lie inside live vectors that nothing else touches during this call;
    // `Builder::run` has checked that no written operand overlaps another operand of the step.
    unsafe {
        for (read, at) in reads.iter_mut().zip(&step.reads) {
            *read = std::slice::from_raw_parts(start(arenas, *at), at.len);
        }
        for (write, at) in writes.iter_mut().zip(&step.writes) {
            *write = std::slice::from_raw_parts_mut(start(arenas, *at), at.len);
        }
    }
    if reference || !step.kernel.fast(at, reads, writes, scratch) {
        step.kernel.reference_f32(at, reads, writes);
    }
}

impl Device for Cpu {
    fn name(&self) -> String {
        text::CPU.to_owned()
    }

    fn create_data(&mut self, data: &Rc<DataSet>) -> Result<DataId, DeviceError> {
        let id = DataId(self.number());
        self.data.insert(id, Rc::clone(data));
        Ok(id)
    }

    fn create_state(&mut self, layout: &Layout) -> Result<StateId, DeviceError> {
        let id = StateId(self.number());
        let arenas = layout.buffers().into_iter().map(|b| (b, vec![0.0; layout.len(b)])).collect();
        self.states.insert(id, arenas);
        Ok(id)
    }

    fn create_program(
        &mut self,
        plan: &Plan,
        state: StateId,
        data: DataId,
    ) -> Result<ProgramId, DeviceError> {
        let mut values = Arenas::new();
        let slots = plan.slots();
        for (i, &len) in slots.lengths().iter().enumerate() {
            values.insert(Buffer::Value(i as u32), vec![0.0; len]);
        }
        for (i, numbers) in plan.constants.iter().enumerate() {
            values.insert(Buffer::Constant(i as u32), numbers.clone());
        }
        let id = ProgramId(self.number());
        let mut steps = plan.steps.clone();
        for at in steps.iter_mut().flat_map(|step| step.reads.iter_mut().chain(&mut step.writes)) {
            *at = slots.place(*at);
        }
        self.programs.insert(id, Program { steps: steps.into(), slots, values, state, data });
        Ok(id)
    }

    fn write_state(&mut self, state: StateId, buffer: Buffer, numbers: &[f32]) {
        if let Some(arena) = self.states.get_mut(&state).and_then(|arenas| arenas.get_mut(&buffer)) {
            arena.copy_from_slice(numbers);
        }
    }

    fn read_state(&mut self, state: StateId, buffer: Buffer) -> Reply<Vec<f32>> {
        Box::pin(ready(Ok(self.states[&state][&buffer].clone())))
    }

    fn write(&mut self, program: ProgramId, at: Operand, numbers: &[f32]) {
        let Some(program) = self.programs.get_mut(&program) else { return };
        let at = program.slots.place(at);
        if let Some(arena) = program.values.get_mut(&at.buffer) {
            arena[at.offset..at.offset + at.len].copy_from_slice(numbers);
        }
    }

    fn run(
        &mut self,
        program: ProgramId,
        records: &[StepRecord],
        range: Range<usize>,
    ) -> Result<(), DeviceError> {
        let Some(program) = self.programs.get_mut(&program) else {
            return Err(DeviceError::freed(text::PROGRAM));
        };
        let steps = Arc::clone(&program.steps);
        let state = self.states.get_mut(&program.state).ok_or_else(|| DeviceError::freed(text::STATE))?;
        let data = self.data.get(&program.data).ok_or_else(|| DeviceError::freed(text::DATA_SET))?;
        let mut arenas = [&mut program.values, state];
        for record in records {
            let at = At { record, data };
            for step in &steps[range.clone()] {
                run_step(step, &at, &mut arenas, self.reference, &mut self.scratch);
            }
        }
        Ok(())
    }

    fn read(&mut self, program: ProgramId, at: &[Operand]) -> Reply<Vec<Vec<f32>>> {
        let program = &self.programs[&program];
        let numbers = at.iter().map(|&at| self.operand(program, at)).collect();
        Box::pin(ready(Ok(numbers)))
    }

    fn free_data(&mut self, data: DataId) {
        self.data.remove(&data);
    }

    fn free_state(&mut self, state: StateId) {
        self.states.remove(&state);
    }

    fn free_program(&mut self, program: ProgramId) {
        self.programs.remove(&program);
    }

    fn usage(&self) -> Usage {
        let arenas = self.states.values().chain(self.programs.values().map(|p| &p.values));
        let lengths: Vec<usize> = arenas.flat_map(BTreeMap::values).map(Vec::len).collect();
        Usage { buffers: lengths.len(), bytes: 4 * lengths.iter().sum::<usize>() as u64 }
    }
}
