//! Runs one layer on the CPU, forwards and backwards.

use std::rc::Rc;

use std::task::{Context, Poll, Waker};

use super::Layer;
use crate::data::DataSet;
use crate::device::cpu::Cpu;
use crate::device::{Device, Reply};
use crate::plan::{Buffer, Builder, Mode, Shape, StepRecord};

/// What a layer made of its input and of the gradient of its output.
pub struct Ran {
    /// Shape of the output.
    pub shape: Shape,
    /// Output.
    pub y: Vec<f32>,
    /// Gradient of the input.
    pub dx: Vec<f32>,
    /// Gradient of each weight.
    pub gradients: Vec<Vec<f32>>,
}

/// Plans `layer` for training and runs it at step 0 with these weights; the fast forms must agree
/// with the references.
pub fn run(layer: &dyn Layer, shape: Shape, x: &[f32], weights: &[&[f32]], dy: &[f32]) -> Ran {
    run_at(&StepRecord::default(), layer, shape, x, weights, dy)
}

/// The same at any step.
pub fn run_at(
    record: &StepRecord,
    layer: &dyn Layer,
    shape: Shape,
    x: &[f32],
    weights: &[&[f32]],
    dy: &[f32],
) -> Ran {
    let fast = run_on(Cpu::default(), record, layer, shape, x, weights, dy);
    let mut reference = Cpu::default();
    reference.reference = true;
    let reference = run_on(reference, record, layer, shape, x, weights, dy);
    close(&fast.y, &reference.y);
    close(&fast.dx, &reference.dx);
    for (fast, reference) in fast.gradients.iter().zip(&reference.gradients) {
        close(fast, reference);
    }
    reference
}

fn run_on(
    mut device: Cpu,
    record: &StepRecord,
    layer: &dyn Layer,
    shape: Shape,
    x: &[f32],
    weights: &[&[f32]],
    dy: &[f32],
) -> Ran {
    let mut plan = Builder::new(Mode::Train { frozen: Vec::new() }, shape.n);
    let mut input = plan.value("x", shape);
    input.tracked = true;
    let (y, back) = layer.forward(&mut plan, input);
    assert_eq!(layer.output(shape), Ok(y.shape));
    let upstream = plan.value("dy", y.shape);
    let dx = back.run(&mut plan, upstream).expect("the input is tracked");
    let plan = plan.finish();

    let data = device.create_data(&Rc::new(DataSet::default())).unwrap();
    let state = device.create_state(&plan.layout).unwrap();
    let mut arena = vec![0.0; plan.layout.len(Buffer::Parameters)];
    assert_eq!(plan.layout.parameters.len(), weights.len());
    for (segment, weight) in plan.layout.parameters.iter().zip(weights) {
        arena[segment.at.offset..segment.at.offset + segment.at.len].copy_from_slice(weight);
    }
    device.write_state(state, Buffer::Parameters, &arena);
    let program = device.create_program(&plan, state, data).unwrap();
    device.write(program, input.at, x);
    device.write(program, upstream.at, dy);
    device.run(program, &[*record], 0..plan.steps.len()).unwrap();

    let mut wanted = vec![y.at, dx.at];
    wanted.extend(plan.gradients.iter().map(|(_, gradient)| gradient.at));
    let mut numbers = now(device.read(program, &wanted)).into_iter();
    let mut next = || numbers.next().unwrap();
    Ran { shape: y.shape, y: next(), dx: next(), gradients: numbers.collect() }
}

/// The answer of a device that answers at once.
fn now<T>(mut reply: Reply<T>) -> T {
    match reply.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer.unwrap(),
        Poll::Pending => panic!("the CPU answers at once"),
    }
}

/// 1, 2, 3, …
pub fn counting(len: usize) -> Vec<f32> {
    (1..=len).map(|i| i as f32).collect()
}

/// Asserts that two lists agree but for rounding.
pub fn close(got: &[f32], want: &[f32]) {
    let off = |(a, b): (&f32, &f32)| (a - b).abs() > 1e-5 * b.abs().max(1.0);
    assert!(got.len() == want.len() && !got.iter().zip(want).any(off), "got {got:?}\nwant {want:?}");
}
