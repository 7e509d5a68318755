use std::collections::BTreeMap;

use super::Case;
use crate::plan::{At, Buffer, Operand, Stage, Step};

/// A plan's numbers in f64: the references run on them.
#[derive(Clone, Debug)]
pub struct Exact(BTreeMap<Buffer, Vec<f64>>);

impl Exact {
    /// The numbers of a case before its first step; values nobody has written are NaN, so that
    /// nothing can come of reading them.
    pub fn new(case: &Case) -> Self {
        let mut buffers = BTreeMap::new();
        for (i, (_, shape)) in case.plan.values.iter().enumerate() {
            buffers.insert(Buffer::Value(i as u32), vec![f64::NAN; shape.len()]);
        }
        for (i, numbers) in case.plan.constants.iter().enumerate() {
            buffers.insert(Buffer::Constant(i as u32), widen(numbers));
        }
        buffers.extend(case.numbers.iter().map(|(&buffer, numbers)| (buffer, widen(numbers))));
        Self(buffers)
    }

    /// The numbers of an operand.
    pub fn get(&self, at: Operand) -> &[f64] {
        &self.0[&at.buffer][at.offset..at.offset + at.len]
    }

    /// The same, to be changed.
    ///
    /// # Panics
    /// When the plan has no such buffer.
    pub fn get_mut(&mut self, at: Operand) -> &mut [f64] {
        let buffer = self.0.get_mut(&at.buffer).expect("a plan's operands lie in its buffers");
        &mut buffer[at.offset..at.offset + at.len]
    }

    /// Runs the steps of the plan up to this stage.
    pub fn run(&mut self, case: &Case, last: Stage) {
        let at = At { record: &case.record, data: &case.data };
        for step in case.plan.steps.iter().take_while(|step| step.stage <= last) {
            let reads: Vec<Vec<f64>> = step.reads.iter().map(|&at| self.get(at).to_vec()).collect();
            let mut writes: Vec<Vec<f64>> = step.writes.iter().map(|&at| self.get(at).to_vec()).collect();
            reference(step, &at, &reads, &mut writes);
            for (&at, numbers) in step.writes.iter().zip(&writes) {
                self.get_mut(at).copy_from_slice(numbers);
            }
        }
    }
}

/// Runs the f64 reference of one step.
pub(super) fn reference(step: &Step, at: &At, reads: &[Vec<f64>], writes: &mut [Vec<f64>]) {
    let reads: Vec<&[f64]> = reads.iter().map(Vec::as_slice).collect();
    let mut writes: Vec<&mut [f64]> = writes.iter_mut().map(Vec::as_mut_slice).collect();
    step.kernel.reference_f64(at, &reads, &mut writes);
}

pub(super) fn widen(numbers: &[f32]) -> Vec<f64> {
    numbers.iter().map(|&x| f64::from(x)).collect()
}
