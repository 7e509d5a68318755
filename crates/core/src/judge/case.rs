use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::data::DataSet;
use crate::device::{Device, ProgramId, StateId};
use crate::layers::Layer;
use crate::plan::{Buffer, Builder, Mode, Operand, Plan, Shape, Stage, StepRecord, Value};
use crate::shared::random::{philox, uniform};

/// A plan with everything it reads: one step of it can be run anywhere.
#[derive(Clone, Debug)]
pub struct Case {
    /// The plan.
    pub plan: Plan,
    /// The images that it may gather.
    pub data: Rc<DataSet>,
    /// The step.
    pub record: StepRecord,
    /// State, and the values that the plan reads without having written them.
    pub numbers: BTreeMap<Buffer, Vec<f32>>,
}

impl Case {
    /// Draws state and inputs.
    ///
    /// Inputs are a shuffle of numbers evenly spread over `[−1, 1]`: no two are close, and none is
    /// close to 0, where maxima and rectifiers have no derivative.
    pub fn new(plan: Plan, data: impl Into<Rc<DataSet>>, record: StepRecord) -> Self {
        let data = data.into();
        let mut numbers = BTreeMap::new();
        for buffer in plan.layout.buffers() {
            let (low, high) = match buffer {
                Buffer::Statistics => (0.5, 1.5),
                Buffer::Slot(_) => (0.0, 0.1),
                _ => (-0.5, 0.5),
            };
            let draw = |i| low + (high - low) * draw(buffer, i);
            numbers.insert(buffer, (0..plan.layout.len(buffer) as u32).map(draw).collect());
        }
        let labels = plan.ports.labels.map(|labels| labels.at.buffer);
        for buffer in inputs(&plan) {
            let Buffer::Value(number) = buffer else { continue };
            let len = plan.values[number as usize].1.len() as u32;
            let classes = data.classes.max(1) as u32;
            let input = if labels == Some(buffer) {
                (0..len).map(|i| (i % classes) as f32).collect()
            } else {
                spread(buffer, len)
            };
            numbers.insert(buffer, input);
        }
        Self { plan, data, record, numbers }
    }

    /// Hands state and inputs to a device.
    pub(super) fn write(&self, device: &mut dyn Device, program: ProgramId, state: StateId) {
        for (&buffer, numbers) in &self.numbers {
            if buffer.is_state() {
                device.write_state(state, buffer, numbers);
            } else {
                device.write(program, Operand { buffer, offset: 0, len: numbers.len() }, numbers);
            }
        }
    }
}

/// Values that nothing writes, or not before they are read.
fn inputs(plan: &Plan) -> BTreeSet<Buffer> {
    let mut written = BTreeSet::new();
    let mut inputs = BTreeSet::new();
    for step in &plan.steps {
        let fresh = step.reads.iter().map(|read| read.buffer).filter(|buffer| !written.contains(buffer));
        inputs.extend(fresh);
        written.extend(step.writes.iter().map(|write| write.buffer));
    }
    inputs.extend((0..plan.values.len() as u32).map(Buffer::Value).filter(|value| !written.contains(value)));
    inputs
}

/// Uniform on `[0, 1)`.
fn draw(buffer: Buffer, i: u32) -> f32 {
    let (kind, number) = match buffer {
        Buffer::Value(number) => (0, number),
        Buffer::Constant(number) => (1, number),
        Buffer::Parameters => (2, 0),
        Buffer::Gradients => (3, 0),
        Buffer::Slot(number) => (4, u32::from(number)),
        Buffer::Statistics => (5, 0),
    };
    uniform(philox([i, kind, number, 0], [0, u32::MAX])[0])
}

fn spread(buffer: Buffer, len: u32) -> Vec<f32> {
    let mut order: Vec<u32> = (0..len).collect();
    order.sort_by(|&a, &b| draw(buffer, a).total_cmp(&draw(buffer, b)).then(a.cmp(&b)));
    // An even number of steps puts 0 between two of them.
    let steps = len.next_multiple_of(2) as f32;
    order.iter().map(|&i| (2.0 * i as f32 + 1.0) / steps - 1.0).collect()
}

/// One layer alone: forwards, and backwards from a gradient that the host gives.
#[derive(Clone, Debug)]
pub struct Single {
    /// The plan.
    pub plan: Plan,
    /// Input; its gradient is wanted.
    pub x: Value,
    /// Output.
    pub y: Value,
    /// Gradient of the output.
    pub dy: Value,
    /// Gradient of the input.
    pub dx: Value,
}

impl Single {
    /// Plans a layer under the address `0`.
    ///
    /// # Panics
    /// When the layer refuses the shape or hands back no gradient of its input.
    pub fn new(layer: &dyn Layer, shape: Shape, mode: Mode) -> Self {
        let mut plan = Builder::new(mode, shape.n);
        let x = Value { tracked: true, ..plan.value("x", shape) };
        let (y, back) = plan.scope("0", |plan| layer.forward(plan, x));
        assert_eq!(
            layer.output(shape),
            Ok(y.shape),
            "{}: the shape announced and the shape made",
            layer.title()
        );
        let dy = plan.value("dy", y.shape);
        plan.stage(Stage::Backward);
        let dx = plan.scope("0", |plan| back.run(plan, dy));
        let dx = dx.unwrap_or_else(|| panic!("{}: no gradient of the input", layer.title()));
        Self { plan: plan.finish(), x, y, dy, dx }
    }
}
