//! Learning rates, as PyTorch's schedulers give them.

use convlab_core::golden::{LayerCase, schedule};

use crate::wrong::Bench;

/// Holds a schedule against the learning rate of each step.
pub fn check(case: &LayerCase, bench: &Bench) -> Result<(), String> {
    let (schedule, base) = schedule(case)?;
    for (step, want) in case.lr.iter().enumerate() {
        let got = bench.rate(&schedule, base, step as u32);
        if (got - want).abs() > case.atol || got.is_nan() {
            return Err(format!("the rate of step {step} is {got}, expected {want}"));
        }
    }
    Ok(())
}
