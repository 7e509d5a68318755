use std::fmt;

use super::Case;
use super::exact::{reference, widen};
use crate::device::{DataId, Device, DeviceError, ProgramId, StateId};
use crate::plan::{At, Operand, Step};

/// Where a device first differs from the f64 reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Number of the step in the plan.
    pub step: usize,
    /// Its kernel, `family/what`.
    pub kernel: &'static str,
    /// Address of the layer it was planned for.
    pub layer: String,
    /// Number of the written operand.
    pub operand: usize,
    /// Element that is furthest off.
    pub index: usize,
    /// What the device wrote there.
    pub got: f64,
    /// What the reference writes there.
    pub want: f64,
    /// How far apart they may be.
    pub allowed: f64,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, kernel, layer, operand, index, got, want, allowed } = self;
        write!(f, "step {step}, {kernel} of layer `{layer}`, output {operand}, element {index}: ")?;
        write!(f, "got {got:e}, want {want:e}, allowed {allowed:e}")
    }
}

/// Runs a case on a device, kernel after kernel, and compares all that each one writes with the f64
/// reference on the very numbers that the device gave it: the kernel named is the one at fault.
///
/// `tolerance` is relative to the largest number written, or to a hundredth of the largest number
/// read where a sum cancels; 0 asks for the same bits.
///
/// # Errors
/// When the device fails.
pub async fn first_difference(
    device: &mut dyn Device,
    case: &Case,
    tolerance: f64,
) -> Result<Option<Difference>, DeviceError> {
    let data = device.create_data(&case.data)?;
    let state = device.create_state(&case.plan.layout)?;
    let program = device.create_program(&case.plan, state, data)?;
    let found = walk(device, (program, state), case, tolerance).await;
    free(device, program, state, data);
    found
}

fn free(device: &mut dyn Device, program: ProgramId, state: StateId, data: DataId) {
    device.free_program(program);
    device.free_state(state);
    device.free_data(data);
}

async fn walk(
    device: &mut dyn Device,
    (program, state): (ProgramId, StateId),
    case: &Case,
    tolerance: f64,
) -> Result<Option<Difference>, DeviceError> {
    case.write(device, program, state);
    let at = At { record: &case.record, data: &case.data };
    for (number, step) in case.plan.steps.iter().enumerate() {
        let reads = numbers(device, program, &step.reads).await?;
        let mut want = numbers(device, program, &step.writes).await?;
        device.run(program, &[case.record], number..number + 1)?;
        let got = numbers(device, program, &step.writes).await?;
        reference(step, &at, &reads, &mut want);
        let read = reads.iter().map(|numbers| largest(numbers)).fold(0.0, f64::max);
        for (operand, (got, want)) in got.iter().zip(&want).enumerate() {
            let allowed = tolerance * largest(want).max(0.01 * read);
            if let Some(index) = worst(got, want, allowed) {
                return Ok(Some(difference(
                    number,
                    step,
                    operand,
                    index,
                    (got[index], want[index], allowed),
                )));
            }
        }
    }
    Ok(None)
}

fn difference(
    number: usize,
    step: &Step,
    operand: usize,
    index: usize,
    (got, want, allowed): (f64, f64, f64),
) -> Difference {
    let (kernel, layer) = (step.kernel.name(), step.layer.clone());
    Difference { step: number, kernel, layer, operand, index, got, want, allowed }
}

async fn numbers(
    device: &mut dyn Device,
    program: ProgramId,
    at: &[Operand],
) -> Result<Vec<Vec<f64>>, DeviceError> {
    Ok(device.read(program, at).await?.iter().map(|numbers| widen(numbers)).collect())
}

fn largest(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |top, x| x.abs().max(top))
}

/// The element furthest off, if one is further off than allowed; NaN is as far off as can be.
fn worst(got: &[f64], want: &[f64], allowed: f64) -> Option<usize> {
    let off = |i: usize| {
        let distance = (got[i] - want[i]).abs();
        if distance.is_nan() { f64::INFINITY } else { distance }
    };
    let worst = (0..want.len()).max_by(|&a, &b| off(a).total_cmp(&off(b)))?;
    (off(worst) > allowed).then_some(worst)
}
