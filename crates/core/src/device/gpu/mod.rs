//! A GPU as a device, through WebGPU: a kernel is a pipeline, a step a dispatch.
//!
//! All the work of a turn is one write of step records and one submission; nothing is made, copied
//! or looked up by name between two steps.

mod adapter;
mod faults;
mod memory;
mod pipelines;
mod read;
mod shards;
mod sized;

use std::collections::BTreeMap;
use std::future::ready;
use std::ops::Range;
use std::rc::Rc;

pub use adapter::{Info, Options};
pub use faults::Health;
use faults::Outcome;
use memory::{Ledger, Memory, fits};
pub use pipelines::Share;
use pipelines::{Pipelines, SHARDS, bind};
use shards::shards;

use super::{DataId, Device, DeviceError, ProgramId, Reply, StateId, Usage};
use crate::data::DataSet;
use crate::plan::{Buffer, Operand, Plan, RING, Resources, Slots, Step, StepRecord};
use crate::state::Layout;
use crate::text;

const RECORD: usize = size_of::<StepRecord>();
/// Words of one shard of pixels: 128 MiB, which every WebGPU device binds.
const SHARD: usize = (128 << 20) / 4;

struct Data {
    /// Record and data set: group 1 of the kernels that read images.
    group: wgpu::BindGroup,
    outcome: Rc<Outcome>,
    _buffers: Vec<Memory>,
}

struct State {
    arenas: BTreeMap<Buffer, Memory>,
    outcome: Rc<Outcome>,
}

struct Dispatch {
    pipeline: Rc<wgpu::ComputePipeline>,
    operands: wgpu::BindGroup,
    resources: Resources,
    grid: [u32; 3],
}

struct Program {
    dispatches: Vec<Dispatch>,
    slots: Slots,
    values: BTreeMap<Buffer, Memory>,
    outcome: Rc<Outcome>,
    state: StateId,
    data: DataId,
}

/// A GPU that WebGPU reaches.
pub struct Gpu {
    device: wgpu::Device,
    queue: wgpu::Queue,
    info: Info,
    health: Health,
    ledger: Ledger,
    pipelines: Pipelines,
    /// The step records of one submission, and group 1 of the kernels that read them.
    records: Memory,
    record: wgpu::BindGroup,
    next: u32,
    /// Words of one shard of pixels.
    shard: usize,
    data: BTreeMap<DataId, Data>,
    states: BTreeMap<StateId, State>,
    programs: BTreeMap<ProgramId, Program>,
}

impl Gpu {
    /// Opens an adapter.
    ///
    /// # Errors
    /// When there is none, or when it only imitates a GPU and the options want a real one.
    pub async fn open(options: &Options) -> Result<Self, DeviceError> {
        let adapter::Opened { device, queue, info } = adapter::open(options).await?;
        let health = Health::watch(&device);
        let ledger = Ledger::default();
        let share = options.share.unwrap_or_else(|| info.share());
        let mut pipelines = Pipelines::new(share, info.lanes);
        let usage = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
        let records = Memory::new(&device, &ledger, "records", (RING * RECORD) as u64, usage);
        let layout = pipelines.resources(&device, Resources::Record);
        let record = bind(&device, "record", layout, vec![records.words(0, RECORD / 4)]);
        Ok(Self {
            device,
            queue,
            info,
            health,
            ledger,
            pipelines,
            records,
            record,
            next: 0,
            shard: SHARD,
            data: BTreeMap::new(),
            states: BTreeMap::new(),
            programs: BTreeMap::new(),
        })
    }

    /// Pixels in pieces of so many words instead of 128 MiB: a test of large data sets by small ones.
    pub fn set_shard(&mut self, words: usize) {
        self.shard = words;
    }

    /// What the adapter says about itself.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// How the device does, to be asked for as long as anybody likes.
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// A buffer that kernels read and write, of `len` words, all zero.
    fn storage(&self, label: &str, len: usize) -> Memory {
        let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST;
        Memory::new(&self.device, &self.ledger, label, 4 * len as u64, usage)
    }

    fn filled(&self, label: &str, words: &[u32]) -> Memory {
        let memory = self.storage(label, words.len());
        self.queue.write_buffer(&memory.raw, 0, bytemuck::cast_slice(words));
        memory
    }

    fn dispatch(
        &mut self,
        step: &Step,
        (slots, values): (&Slots, &BTreeMap<Buffer, Memory>),
        state: StateId,
        outcome: &Rc<Outcome>,
    ) -> Result<Dispatch, DeviceError> {
        let operands = step.reads.iter().chain(&step.writes);
        let pipeline = self.pipelines.pipeline(&self.device, step, outcome);
        let bindings = operands
            .map(|&at| Ok(find(&self.states, values, state, slots.place(at))?.words(at.offset, at.len)));
        let bindings = bindings.collect::<Result<Vec<_>, DeviceError>>()?;
        let layout = self.pipelines.operands(&self.device, step.kernel.arity());
        let operands = bind(&self.device, step.kernel.name(), layout, bindings);
        let resources = step.kernel.resources();
        Ok(Dispatch { pipeline, operands, resources, grid: self.pipelines.form(&*step.kernel).1.0 })
    }

    /// Encodes the dispatches once per record into one pass: a pass keeps their order.
    fn submit(&self, dispatches: &[Dispatch], data: &wgpu::BindGroup, records: &[StepRecord]) {
        self.queue.write_buffer(&self.records.raw, 0, bytemuck::cast_slice(records));
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        for row in 0..records.len() {
            let mut bound = Resources::None;
            for dispatch in dispatches {
                pass.set_pipeline(&dispatch.pipeline);
                pass.set_bind_group(0, &dispatch.operands, &[]);
                if dispatch.resources != Resources::None && dispatch.resources != bound {
                    bound = dispatch.resources;
                    let group = if bound == Resources::Data { data } else { &self.record };
                    pass.set_bind_group(1, group, &[(row * RECORD) as u32]);
                }
                let [x, y, z] = dispatch.grid;
                pass.dispatch_workgroups(x, y, z);
            }
        }
        drop(pass);
        self.queue.submit([encoder.finish()]);
    }

    fn read_parts(
        &self,
        outcomes: Vec<Rc<Outcome>>,
        parts: Result<Vec<read::Part>, DeviceError>,
    ) -> Reply<Vec<Vec<f32>>> {
        match self.health.check().and(parts) {
            Ok(parts) => {
                read::read((&self.device, &self.queue), &self.ledger, &self.health, outcomes, &parts)
            }
            Err(error) => Box::pin(ready(Err(error))),
        }
    }
}

/// Bytes of a plan's own buffers.
fn sizes(plan: &Plan, slots: &Slots) -> impl Iterator<Item = u64> + Clone {
    let constants = plan.constants.iter().map(Vec::len);
    slots.lengths().iter().copied().chain(constants).map(|len| 4 * len as u64)
}

/// The buffer behind an operand.
fn find<'a>(
    states: &'a BTreeMap<StateId, State>,
    values: &'a BTreeMap<Buffer, Memory>,
    state: StateId,
    at: Operand,
) -> Result<&'a Memory, DeviceError> {
    let buffers = if at.buffer.is_state() {
        &states.get(&state).ok_or_else(|| DeviceError::freed(text::device::STATE))?.arenas
    } else {
        values
    };
    buffers.get(&at.buffer).ok_or_else(|| DeviceError::Invalid(text::gpu::no_buffer(at.buffer)))
}

impl Device for Gpu {
    fn name(&self) -> String {
        self.info.title()
    }

    fn is_wide(&self) -> bool {
        true
    }

    fn create_data(&mut self, data: &Rc<DataSet>) -> Result<DataId, DeviceError> {
        self.health.check()?;
        let pixels = shards(&data.pixels, self.shard);
        let bytes = |len: usize| 4 * len as u64;
        let shared = [data.labels.len(), data.table.len()].map(bytes);
        let sizes = pixels.iter().map(|shard| bytes(shard.len())).chain(shared);
        if pixels.len() > SHARDS {
            return Err(DeviceError::OutOfMemory(sizes.sum()));
        }
        fits(&self.device, sizes.clone())?;
        let outcome = Rc::new(Outcome::default());
        let layout = self.pipelines.resources(&self.device, Resources::Data).clone();
        let (group, buffers) = outcome.watch(&self.device, sizes.sum(), || {
            let mut buffers: Vec<Memory> =
                pixels.iter().map(|shard| self.filled("pixels", &shard.words())).collect();
            while buffers.len() < SHARDS {
                buffers.push(self.storage("empty", 0));
            }
            buffers.push(self.filled("labels", &data.labels));
            buffers.push(self.filled("table", &data.table));
            let mut bindings = vec![self.records.words(0, RECORD / 4)];
            bindings.extend(buffers.iter().map(|memory| memory.raw.as_entire_binding()));
            (bind(&self.device, "data", &layout, bindings), buffers)
        });
        outcome.check()?;
        let id = DataId(self.number());
        self.data.insert(id, Data { group, outcome, _buffers: buffers });
        Ok(id)
    }

    fn create_state(&mut self, layout: &Layout) -> Result<StateId, DeviceError> {
        self.health.check()?;
        let sizes: Vec<(Buffer, usize)> = layout.buffers().into_iter().map(|b| (b, layout.len(b))).collect();
        let bytes = sizes.iter().map(|&(_, len)| 4 * len as u64);
        fits(&self.device, bytes.clone())?;
        let outcome = Rc::new(Outcome::default());
        let arenas = outcome.watch(&self.device, bytes.sum(), || {
            sizes.iter().map(|&(b, len)| (b, self.storage(&format!("{b:?}"), len))).collect()
        });
        outcome.check()?;
        let id = StateId(self.number());
        self.states.insert(id, State { arenas, outcome });
        Ok(id)
    }

    fn uncompiled(&self, plan: &Plan) -> Result<Vec<usize>, DeviceError> {
        fits(&self.device, sizes(plan, &plan.slots()))?;
        Ok(self.pipelines.missing(&plan.steps))
    }

    fn compile(&mut self, step: &Step) -> Reply<()> {
        if let Err(why) = self.health.check() {
            return Box::pin(ready(Err(why)));
        }
        let outcome = Rc::new(Outcome::default());
        outcome.watch(&self.device, 0, || self.pipelines.make_ahead(&self.device, step, &outcome));
        Box::pin(outcome.settled())
    }

    fn create_program(
        &mut self,
        plan: &Plan,
        state: StateId,
        data: DataId,
    ) -> Result<ProgramId, DeviceError> {
        self.health.check()?;
        let slots = plan.slots();
        fits(&self.device, sizes(plan, &slots))?;
        let outcome = Rc::new(Outcome::default());
        let device = self.device.clone();
        let (values, dispatches) = outcome.watch(&device, sizes(plan, &slots).sum(), || {
            let mut values = BTreeMap::new();
            for (i, &len) in slots.lengths().iter().enumerate() {
                values.insert(Buffer::Value(i as u32), self.storage("value", len));
            }
            for (i, numbers) in plan.constants.iter().enumerate() {
                let memory = self.filled("constant", bytemuck::cast_slice(numbers));
                values.insert(Buffer::Constant(i as u32), memory);
            }
            let dispatches =
                plan.steps.iter().map(|step| self.dispatch(step, (&slots, &values), state, &outcome));
            let dispatches = dispatches.collect::<Result<Vec<_>, DeviceError>>();
            (values, dispatches)
        });
        self.pipelines.let_go();
        outcome.check()?;
        let id = ProgramId(self.number());
        self.programs.insert(id, Program { dispatches: dispatches?, slots, values, outcome, state, data });
        Ok(id)
    }

    fn write_state(&mut self, state: StateId, buffer: Buffer, numbers: &[f32]) {
        if let Some(memory) = self.states.get(&state).and_then(|state| state.arenas.get(&buffer)) {
            self.queue.write_buffer(&memory.raw, 0, bytemuck::cast_slice(numbers));
        }
    }

    fn read_state(&mut self, state: StateId, buffer: Buffer) -> Reply<Vec<f32>> {
        let found = self.states.get(&state);
        let outcomes = found.iter().map(|state| Rc::clone(&state.outcome)).collect();
        let memory = found
            .and_then(|state| state.arenas.get(&buffer))
            .ok_or_else(|| DeviceError::freed(text::device::STATE));
        let reply = self.read_parts(outcomes, memory.map(|memory| vec![(memory, 0, memory.bytes)]));
        Box::pin(async move { Ok(reply.await?.concat()) })
    }

    fn write(&mut self, program: ProgramId, at: Operand, numbers: &[f32]) {
        let Some(program) = self.programs.get(&program) else { return };
        let at = program.slots.place(at);
        if let Some(memory) = program.values.get(&at.buffer) {
            self.queue.write_buffer(&memory.raw, 4 * at.offset as u64, bytemuck::cast_slice(numbers));
        }
    }

    fn run(
        &mut self,
        program: ProgramId,
        records: &[StepRecord],
        range: Range<usize>,
    ) -> Result<(), DeviceError> {
        self.health.check()?;
        let program = self.programs.get(&program).ok_or_else(|| DeviceError::freed(text::device::PROGRAM))?;
        let state = self.states.get(&program.state).ok_or_else(|| DeviceError::freed(text::device::STATE))?;
        let data = self.data.get(&program.data).ok_or_else(|| DeviceError::freed(text::device::DATA_SET))?;
        for outcome in [&program.outcome, &state.outcome, &data.outcome] {
            outcome.check()?;
        }
        program.outcome.watch(&self.device, 0, || {
            for records in records.chunks(RING) {
                self.submit(&program.dispatches[range.clone()], &data.group, records);
            }
        });
        program.outcome.check()
    }

    fn read(&mut self, program: ProgramId, at: &[Operand]) -> Reply<Vec<Vec<f32>>> {
        let Some(program) = self.programs.get(&program) else {
            return Box::pin(ready(Err(DeviceError::freed(text::device::PROGRAM))));
        };
        let mut outcomes = vec![Rc::clone(&program.outcome)];
        outcomes.extend(self.states.get(&program.state).map(|state| Rc::clone(&state.outcome)));
        outcomes.extend(self.data.get(&program.data).map(|data| Rc::clone(&data.outcome)));
        let part = |at: &Operand| {
            let memory = find(&self.states, &program.values, program.state, program.slots.place(*at))?;
            Ok((memory, 4 * at.offset as u64, 4 * at.len as u64))
        };
        self.read_parts(outcomes, at.iter().map(part).collect())
    }

    fn nudge(&self) {
        self.queue.submit([]);
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
        self.ledger.get()
    }
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;

    #[test]
    fn a_lost_device_says_so_to_everyone() {
        let Ok(mut gpu) = block_on(Gpu::open(&Options { software: true, ..Options::default() })) else {
            println!("Skipped, for there is no adapter.");
            return;
        };
        let data = gpu.create_data(&Rc::new(DataSet::default())).unwrap();
        let state = gpu.create_state(&Layout::default()).unwrap();
        let plan = crate::plan::Builder::new(crate::plan::Mode::Evaluate, 1).finish();
        let program = gpu.create_program(&plan, state, data).unwrap();
        let under_way = gpu.read_state(state, Buffer::Parameters);
        gpu.device.destroy();
        gpu.device.poll(wgpu::PollType::Poll).unwrap();
        let lost = |error: Option<DeviceError>| {
            assert!(matches!(error, Some(DeviceError::Destroyed(_))), "{error:?}");
        };
        lost(block_on(under_way).err());
        lost(gpu.run(program, &[StepRecord::default()], 0..0).err());
        lost(block_on(gpu.read_state(state, Buffer::Parameters)).err());
        lost(gpu.health().check().err());
        lost(gpu.create_state(&Layout::default()).err());
        lost(gpu.create_data(&Rc::new(DataSet::default())).err());
        lost(gpu.create_program(&plan, state, data).err());
        gpu.free_program(program);
        gpu.free_state(state);
        gpu.free_data(data);
    }
}
