//! Answers that are known without another engine.

pub mod augment;
pub mod batches;
pub mod dropout;
pub mod init;
pub mod schedule;
pub mod training;

use convlab_core::data::DataSet;
use convlab_core::device::Device;
use convlab_core::plan::{Operand, Plan, StepRecord};
use convlab_core::state::Layout;
use pollster::block_on;
use std::rc::Rc;

use crate::suite::Known;
use crate::wrong::Bench;

/// All but those that read the golden files.
pub const ALL: &[Known] = &[
    ("batches: an epoch shows every image once", batches::every_image_once),
    ("batches: a label belongs to its image", batches::labels_follow),
    ("batches: the next epoch has another order", batches::epochs_differ),
    ("batches: another seed has another order", batches::seeds_differ),
    ("batches: training images have mean 0 and deviation 1", batches::standardised),
    ("augmentation: shares and ranges of what is drawn", augment::shares),
    ("augmentation: images, steps and seeds have views of their own", augment::differ),
    ("augmentation: a label stays with its image", augment::labels_stay),
    ("augmentation: a crop by hand", augment::crop),
    ("dropout: the mask is the one that Philox draws", dropout::bits),
    ("dropout: steps, seeds and layers have masks of their own", dropout::masks_differ),
    ("dropout: the share and the mean are kept", dropout::share_and_mean),
    ("dropout: the way back has the mask of the way there", dropout::one_mask),
    ("loss: masked rows do not count", training::masked_rows),
    ("prediction: probabilities by hand", training::softmax),
    ("clipping: all gradients have one norm together", training::clip_together),
    ("optimizer: two steps of RMSProp by hand", training::rms_prop),
];

/// Fails with `why` unless `holds`.
fn demand(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}

fn close(got: f32, want: f64) -> Result<(), String> {
    demand((f64::from(got) - want).abs() < 1e-6, || format!("{got} where {want} is right"))
}

/// Runs a plan once for each record, in order, and reads `at` after each.
fn run(
    bench: &mut Bench,
    (plan, data): (&Plan, Rc<DataSet>),
    inputs: &[(Operand, Vec<f32>)],
    records: &[StepRecord],
    at: &[Operand],
) -> Vec<Vec<Vec<f32>>> {
    let data = bench.create_data(&data).unwrap();
    let state = bench.create_state(&plan.layout).unwrap();
    let program = bench.create_program(plan, state, data).unwrap();
    fill(bench, state, &plan.layout);
    let mut seen = Vec::new();
    for record in records {
        for (operand, numbers) in inputs {
            if operand.buffer.is_state() {
                let mut arena = block_on(bench.read_state(state, operand.buffer)).unwrap();
                arena[operand.offset..operand.offset + operand.len].copy_from_slice(numbers);
                bench.write_state(state, operand.buffer, &arena);
            } else {
                bench.write(program, *operand, numbers);
            }
        }
        bench.run(program, &[*record], 0..plan.steps.len()).unwrap();
        seen.push(block_on(bench.read(program, at)).unwrap());
    }
    bench.free_program(program);
    bench.free_state(state);
    bench.free_data(data);
    seen
}

fn fill(bench: &mut Bench, state: convlab_core::device::StateId, layout: &Layout) {
    for buffer in layout.buffers() {
        bench.write_state(state, buffer, &layout.initial(buffer, 1));
    }
}
