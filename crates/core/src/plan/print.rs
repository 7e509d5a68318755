//! A plan as text: what the page shows, what the golden files hold.

use std::collections::BTreeSet;
use std::fmt;

use super::{Buffer, Operand, Plan, Step};

impl Plan {
    /// Bytes of the memory in which the intermediate values lie.
    pub fn value_bytes(&self) -> usize {
        4 * self.slots().lengths().iter().sum::<usize>()
    }

    /// Bytes of all state: weights, gradients, optimiser slots, running statistics.
    pub fn state_bytes(&self) -> usize {
        4 * self.layout.buffers().into_iter().map(|b| self.layout.len(b)).sum::<usize>()
    }

    /// Weights of the network.
    pub fn weights(&self) -> usize {
        self.layout.count("")
    }

    fn word(&self, at: Operand) -> String {
        let of_segment = |segments: &[crate::state::Segment]| {
            let inside =
                |s: &&crate::state::Segment| at.offset <= s.at.offset && s.at.offset < at.offset + at.len;
            let names: Vec<&str> = segments.iter().filter(inside).map(|s| s.name.as_str()).collect();
            match names.as_slice() {
                [] => "nothing".to_owned(),
                [one] => (*one).to_owned(),
                [first, .., last] => format!("{first}…{last}"),
            }
        };
        match at.buffer {
            Buffer::Value(i) => self.values[i as usize].0.clone(),
            Buffer::Constant(i) => format!("constant{i}"),
            Buffer::Parameters => of_segment(&self.layout.parameters),
            Buffer::Gradients => format!("d {}", of_segment(&self.layout.parameters)),
            Buffer::Slot(i) => format!("slot{i} {}", of_segment(&self.layout.parameters)),
            Buffer::Statistics => of_segment(&self.layout.statistics),
        }
    }

    fn words(&self, operands: &[Operand]) -> String {
        operands.iter().map(|&at| self.word(at)).collect::<Vec<_>>().join(", ")
    }

    fn line(&self, step: &Step) -> String {
        let stage = format!("{:?}", step.stage).to_lowercase();
        let [x, y, z] = step.kernel.grid().0;
        let grid = [x, y, z].iter().map(u32::to_string).collect::<Vec<_>>().join("×");
        let (reads, writes) = (self.words(&step.reads), self.words(&step.writes));
        format!("{stage:8}  {:30}  {grid:>12}  {reads} → {writes}", step.kernel.name())
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "stage     kernel                            workgroups    reads → writes")?;
        for step in &self.steps {
            writeln!(f, "{}", self.line(step))?;
        }
        let kernels: BTreeSet<String> = self.steps.iter().map(|s| format!("{:?}", s.kernel)).collect();
        writeln!(f)?;
        writeln!(f, "{} dispatches, {} pipelines, batch of {}", self.steps.len(), kernels.len(), self.batch)?;
        let kib = |bytes: usize| bytes.div_ceil(1024);
        writeln!(
            f,
            "{} weights, {} KiB of state, {} KiB of values",
            self.weights(),
            kib(self.state_bytes()),
            kib(self.value_bytes())
        )
    }
}
