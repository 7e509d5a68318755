//! Fewer dispatches, the same meaning: rewrites of a finished plan.
//!
//! A [`Rewrite`] looks at one step and at what becomes of its results, and says which steps a
//! fused kernel takes the place of. Layers offer the rewrites of their kernels; what the host
//! reads (ports, taps, gradients, state) survives every one of them.

use super::{Buffer, Kernel, Mode, Operand, Plan, Step};
use crate::layers::REWRITES;

/// Looks at the step of a number and says what should be done, if anything.
pub type Rewrite = fn(&Graph, usize) -> Option<Edit>;

/// What becomes of steps, by their number.
#[derive(Default)]
pub struct Edit(Vec<(usize, Option<Step>)>);

impl Edit {
    /// A kernel takes the place of step `at`, in its stage and under its layer.
    pub fn put<K, const R: usize, const W: usize>(
        mut self,
        graph: &Graph,
        at: usize,
        kernel: K,
        reads: [Operand; R],
        writes: [Operand; W],
    ) -> Self
    where
        K: Kernel<R, W>,
    {
        let Step { stage, layer, .. } = graph.step(at);
        self.0.push((at, Some(Step::new(kernel, reads, writes, *stage, layer.clone()))));
        self
    }

    /// Step `at` is done by another.
    pub fn drop(mut self, at: usize) -> Self {
        self.0.push((at, None));
        self
    }
}

/// A plan whose steps are being rewritten: who writes a value, and who reads it. Every value is
/// written by one step.
pub struct Graph {
    plan: Plan,
    steps: Vec<Option<Step>>,
}

impl Graph {
    /// A step that is still there.
    ///
    /// # Panics
    /// When it was dropped.
    pub fn step(&self, at: usize) -> &Step {
        self.steps[at].as_ref().expect("a rewrite names steps that it was shown")
    }

    /// The kernel of a step, if it is still there and of this type.
    pub fn kernel<K: 'static>(&self, at: usize) -> Option<&K> {
        self.steps[at].as_ref()?.kernel()
    }

    fn each(&self) -> impl Iterator<Item = (usize, &Step)> {
        self.steps.iter().enumerate().filter_map(|(at, step)| Some((at, step.as_ref()?)))
    }

    /// The step that writes just this.
    pub fn writer(&self, value: Operand) -> Option<usize> {
        self.each().find(|(_, step)| step.writes.contains(&value)).map(|(at, _)| at)
    }

    /// The steps that read some of this, in order.
    pub fn readers(&self, value: Operand) -> Vec<usize> {
        let reads = |step: &Step| step.reads.iter().any(|read| read.overlaps(&value));
        self.each().filter(|(_, step)| reads(step)).map(|(at, _)| at).collect()
    }

    /// The only step that sees this value; none where the host may read it too.
    pub fn only_reader(&self, value: Operand) -> Option<usize> {
        match self.readers(value)[..] {
            [reader] if !self.plan.shows(value.buffer) => Some(reader),
            _ => None,
        }
    }

    /// Whether nothing but these steps sees the value.
    pub fn seen_only_by(&self, value: Operand, steps: &[usize]) -> bool {
        !self.plan.shows(value.buffer) && self.readers(value).iter().all(|reader| steps.contains(reader))
    }

    fn apply(&mut self, edit: Edit) {
        for (at, step) in edit.0 {
            self.steps[at] = step;
        }
    }
}

impl Plan {
    /// The plan with as few dispatches as the layers' rewrites allow, its values in as little memory
    /// as their lives allow; what the host reads comes out the same but for rounding. Plans to observe stay as they are: every value of theirs is seen.
    #[must_use]
    pub fn fused(self) -> Plan {
        if self.mode == Mode::Observe {
            return self;
        }
        let mut plan = self.rewritten(REWRITES);
        plan.shares_memory = true;
        plan
    }

    /// The plan after these rewrites, each tried on every step before the next one is.
    pub(super) fn rewritten(mut self, rewrites: &[Rewrite]) -> Plan {
        let steps = std::mem::take(&mut self.steps).into_iter().map(Some).collect();
        let mut graph = Graph { plan: self, steps };
        for rewrite in rewrites {
            for at in 0..graph.steps.len() {
                if graph.steps[at].is_some()
                    && let Some(edit) = rewrite(&graph, at)
                {
                    graph.apply(edit);
                }
            }
        }
        let Graph { mut plan, steps } = graph;
        plan.steps = steps.into_iter().flatten().collect();
        plan.drop_unused();
        plan
    }

    /// Whether the host may read a buffer when a run is over: state and ports, for only plans to
    /// observe have taps.
    pub(super) fn shows(&self, buffer: Buffer) -> bool {
        buffer.is_state() || self.ports.values().any(|value| value.at.buffer == buffer)
    }

    /// Forgets the values and constants that no step touches any more.
    fn drop_unused(&mut self) {
        let mut used: Vec<Buffer> = self
            .steps
            .iter()
            .flat_map(|step| step.reads.iter().chain(&step.writes))
            .map(|at| at.buffer)
            .collect();
        used.extend(self.ports.values().map(|value| value.at.buffer));
        used.sort_unstable();
        used.dedup();
        let place = |buffer: Buffer| used.binary_search(&buffer).ok();
        let first = |start: Buffer| used.partition_point(|&buffer| buffer < start);
        let (values, constants) = (first(Buffer::Value(0)), first(Buffer::Constant(0)));
        let renumber = |at: &mut Operand| {
            let place = place(at.buffer).unwrap_or_default();
            match &mut at.buffer {
                Buffer::Value(number) => *number = (place - values) as u32,
                Buffer::Constant(number) => *number = (place - constants) as u32,
                _ => {}
            }
        };
        for step in &mut self.steps {
            step.reads.iter_mut().chain(&mut step.writes).for_each(renumber);
        }
        self.ports.values_mut().for_each(|value| renumber(&mut value.at));
        let mut number = 0;
        self.values.retain(|_| {
            number += 1;
            place(Buffer::Value(number - 1)).is_some()
        });
        number = 0;
        self.constants.retain(|_| {
            number += 1;
            place(Buffer::Constant(number - 1)).is_some()
        });
    }
}
