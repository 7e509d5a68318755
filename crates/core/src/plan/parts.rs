//! Long sums in parts: a GPU has more cores than a layer has weights, so each sums some rows of the batch
//! and one dispatch adds the parts of all layers.

use super::{Buffer, Kernel, Mode, Operand, Plan, Shape, Stage, Step};
use crate::layers::{DIVISIONS, NEARBY};
use crate::shared::{AddParts, Sums};

/// Looks at a step and makes one of it that writes its gradients in parts, if that is worth it.
pub type Division = fn(&Step, &mut Parts) -> Option<Step>;

/// Arenas begin their operands at multiples of this many elements, and parts do, too.
const ALIGNED: usize = 64;

/// The parts of a plan, in one value.
pub struct Parts {
    value: Buffer,
    len: usize,
    sums: Vec<(Operand, Operand)>,
}

impl Parts {
    /// The step with a kernel that writes `count` parts of each of its gradients.
    ///
    /// # Panics
    /// When the kernel does not read and write as many operands as the step.
    pub fn step<K, const R: usize, const W: usize>(&mut self, step: &Step, count: usize, kernel: K) -> Step
    where
        K: Kernel<R, W>,
    {
        let reads = step.reads[..].try_into().expect("the same reads");
        let writes: [Operand; W] = step.writes[..].try_into().expect("the same writes");
        let writes = writes.map(|gradient| self.divide(gradient, count));
        Step::new(kernel, reads, writes, step.stage, step.layer.clone())
    }

    fn divide(&mut self, gradient: Operand, count: usize) -> Operand {
        let parts = Operand { buffer: self.value, offset: self.len, len: count * gradient.len };
        self.len = (self.len + parts.len).next_multiple_of(ALIGNED);
        self.sums.push((parts, gradient));
        parts
    }

    /// The kernel that adds all parts, and the range of the gradients that it writes some of.
    fn adding(&self) -> (AddParts, Operand) {
        let gradients = || self.sums.iter().map(|(_, gradient)| gradient);
        let offset = gradients().map(|at| at.offset).min().unwrap_or_default();
        let end = gradients().map(|at| at.offset + at.len).max().unwrap_or_default();
        let sums = self.sums.iter().map(|(parts, gradient)| Sums {
            from: parts.offset,
            parts: parts.len / gradient.len,
            to: gradient.offset - offset,
            len: gradient.len,
        });
        (AddParts(sums.collect()), Operand { buffer: Buffer::Gradients, offset, len: end - offset })
    }
}

impl Plan {
    /// The plan as a device runs it best: fused, and where the device is wide in parts; where it is not,
    /// some is done while the numbers for it are near.
    #[must_use]
    pub fn suited(self, wide: bool) -> Plan {
        let fused = self.fused();
        match wide {
            true => fused.in_parts(),
            false if fused.mode == Mode::Observe => fused,
            false => fused.rewritten(NEARBY),
        }
    }

    /// The plan with the long sums of its gradients in parts, for devices that compute many at once.
    #[must_use]
    fn in_parts(mut self) -> Plan {
        let value = Buffer::Value(self.values.len() as u32);
        let mut parts = Parts { value, len: 0, sums: Vec::new() };
        let mut last = 0;
        for (number, step) in self.steps.iter_mut().enumerate() {
            let outlives = step.writes.iter().all(|at| at.buffer == Buffer::Gradients);
            let divide = |division: &Division| division(step, &mut parts);
            if outlives && let Some(divided) = DIVISIONS.iter().find_map(divide) {
                *step = divided;
            }
            if step.stage == Stage::Backward {
                last = number;
            }
        }
        if parts.sums.is_empty() {
            return self;
        }
        let (kernel, gradients) = parts.adding();
        let table = kernel.table();
        let constant = Buffer::Constant(self.constants.len() as u32);
        let reads = [
            Operand { buffer: constant, offset: 0, len: table.len() },
            Operand { buffer: value, offset: 0, len: parts.len },
        ];
        self.steps.insert(last + 1, Step::new(kernel, reads, [gradients], Stage::Backward, String::new()));
        self.values.push(("parts".to_owned(), Shape::vector(parts.len)));
        self.constants.push(table);
        self
    }
}
