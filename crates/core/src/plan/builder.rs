use std::sync::Arc;

use super::kernel::Erased;
use super::{AnyKernel, Buffer, Kernel, Operand, Shape, Value};
use crate::layers::Layer;
use crate::state::{Fill, Layout};

/// What a plan is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One update of the weights. `frozen` lists address prefixes of layers that stay as they are:
    /// no gradient, no dropout, normalisation by running statistics. An entry may also name one
    /// weight (`0.bias`): then only its gradient is left out.
    Train {
        /// Address prefixes, as `0` or `3.body`.
        frozen: Vec<String>,
    },
    /// Loss and accuracy of a batch of the data set, in evaluation mode.
    Evaluate,
    /// Class probabilities of images that the host gives, in evaluation mode.
    Predict,
    /// Activations and gradients of images that the host gives: batch statistics, no dropout;
    /// reads the state and writes none of it.
    Observe,
}

/// The part of a training step that a kernel belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Batch and layers.
    Forward,
    /// Loss and its gradient.
    Loss,
    /// The layers backwards.
    Backward,
    /// The optimiser.
    Update,
}

/// One dispatch.
#[derive(Clone, Debug)]
pub struct Step {
    /// The kernel with its sizes.
    pub kernel: Arc<dyn AnyKernel>,
    /// What it reads, in binding order.
    pub reads: Vec<Operand>,
    /// What it writes, in binding order.
    pub writes: Vec<Operand>,
    /// The part of the step.
    pub stage: Stage,
    /// Address of the layer it was planned for.
    pub layer: String,
}

impl Step {
    /// A kernel with what it reads and writes.
    ///
    /// # Panics
    /// When an operand is written twice, or a buffer is both read and written: browsers refuse it.
    pub fn new<K, const R: usize, const W: usize>(
        kernel: K,
        reads: [Operand; R],
        writes: [Operand; W],
        stage: Stage,
        layer: String,
    ) -> Self
    where
        K: Kernel<R, W>,
    {
        for (i, w) in writes.iter().enumerate() {
            assert!(!writes[..i].iter().any(|v| v.overlaps(w)), "{}: an operand is written twice", K::NAME);
            assert!(!reads.iter().any(|r| r.buffer == w.buffer), "{}: a buffer is read and written", K::NAME);
        }
        let kernel = Arc::new(Erased(kernel));
        Self { kernel, reads: reads.to_vec(), writes: writes.to_vec(), stage, layer }
    }

    /// The kernel, if it is of this type.
    pub fn kernel<K: 'static>(&self) -> Option<&K> {
        self.kernel.as_any().downcast_ref()
    }
}

/// A value whose numbers the host may want to look at.
#[derive(Clone, Debug)]
pub struct Tap {
    /// Address of the layer.
    pub layer: String,
    /// Its family, as `conv`.
    pub kind: &'static str,
    /// What its outputs approach but never pass.
    pub bounds: Option<(f64, f64)>,
    /// Its output `[N, C, H, W]`.
    pub output: Value,
}

/// Where a plan meets the host. Which are set depends on the mode.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    /// Images after standardisation and augmentation, `[N, C, H, W]`; written by the host in
    /// `Predict` and `Observe`.
    pub x: Option<Value>,
    /// Class numbers `[N]`; written by the host in `Observe`.
    pub labels: Option<Value>,
    /// Gradient of the loss by the images, `[N, C, H, W]`; in `Observe`.
    pub dx: Option<Value>,
    /// Gradient of the loss by the logits, `[N, classes]`.
    pub dlogits: Option<Value>,
    /// `[N, classes]`.
    pub logits: Option<Value>,
    /// Class probabilities `[N, classes]`.
    pub probabilities: Option<Value>,
    /// Per image: loss, and 1 where the first largest logit is the label, `[N, 2]`.
    pub rows: Option<Value>,
    /// 0 for units that are knocked out and 1 for the others, shaped as the layer's output; written by
    /// the host.
    pub mask: Option<Value>,
    /// Mean loss and accuracy of a step, `[RING, 2]`; row `record.row` is written.
    pub ring: Option<Value>,
}

impl Ports {
    /// Those that there are.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        let Ports { x, labels, logits, probabilities, rows, mask, ring, dx, dlogits } = *self;
        [x, labels, logits, probabilities, rows, mask, ring, dx, dlogits].into_iter().flatten()
    }

    /// The same, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        let Ports { x, labels, logits, probabilities, rows, mask, ring, dx, dlogits } = self;
        [x, labels, logits, probabilities, rows, mask, ring, dx, dlogits].into_iter().flatten()
    }
}

/// Rows of the metrics ring: the most steps that one turn may hold.
pub const RING: usize = 64;

/// A plan: see the module.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it is for.
    pub mode: Mode,
    /// Images a batch.
    pub batch: usize,
    /// The dispatches, in order.
    pub steps: Vec<Step>,
    /// Name and shape of every intermediate value; `Buffer::Value(i)` is entry i.
    pub values: Vec<(String, Shape)>,
    /// Numbers fixed when planning; `Buffer::Constant(i)` is entry i.
    pub constants: Vec<Vec<f32>>,
    /// The state it reads and writes.
    pub layout: Layout,
    /// Where it meets the host.
    pub ports: Ports,
    /// Outputs of the layers, in order.
    pub taps: Vec<Tap>,
    /// Gradient of each parameter that has one, by its number in `layout.parameters`.
    pub gradients: Vec<(usize, Value)>,
    /// Whether values that are not needed at the same time share their memory: then only the ports
    /// keep their numbers until the step is over.
    pub shares_memory: bool,
}

impl Plan {
    /// Where an intermediate value lies, by its name: `3.stats`.
    pub fn value(&self, name: &str) -> Option<Operand> {
        let number = self.values.iter().position(|(known, _)| known == name)?;
        let len = self.values[number].1.len();
        Some(Operand { buffer: Buffer::Value(number as u32), offset: 0, len })
    }
}

/// A weight of a layer, as its kernels see it.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// The weights.
    pub value: Value,
    /// Where their gradient goes; `None` in evaluation and in frozen layers.
    pub gradient: Option<Value>,
}

/// Writes a plan, layer by layer.
pub struct Builder {
    pub(super) plan: Plan,
    path: Vec<String>,
    stage: Stage,
    running: bool,
}

impl Builder {
    /// An empty plan.
    pub fn new(mode: Mode, batch: usize) -> Self {
        let plan = Plan {
            mode,
            batch,
            steps: Vec::new(),
            values: Vec::new(),
            constants: Vec::new(),
            layout: Layout::default(),
            ports: Ports::default(),
            taps: Vec::new(),
            gradients: Vec::new(),
            shares_memory: false,
        };
        Self { plan, path: Vec::new(), stage: Stage::Forward, running: false }
    }

    /// The finished plan.
    pub fn finish(self) -> Plan {
        self.plan
    }

    /// What the plan is for.
    pub fn mode(&self) -> &Mode {
        &self.plan.mode
    }

    /// Images a batch.
    pub fn batch(&self) -> usize {
        self.plan.batch
    }

    /// The ports, to be filled in while planning.
    pub fn ports(&mut self) -> &mut Ports {
        &mut self.plan.ports
    }

    /// The state planned so far.
    pub fn layout(&mut self) -> &mut Layout {
        &mut self.plan.layout
    }

    /// What follows belongs to this part of the step.
    pub fn stage(&mut self, stage: Stage) {
        self.stage = stage;
    }

    /// Plans a layer under an address one level deeper.
    pub fn scope<T>(&mut self, name: &str, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(name.to_owned());
        let out = inside(self);
        self.path.pop();
        out
    }

    /// Address of the layer being planned; empty at the top.
    pub fn address(&self) -> String {
        self.path.join(".")
    }

    fn named(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path.join(".")) }
    }

    /// Whether this layer, or one weight of it, was frozen by its address.
    fn frozen(&self, address: &str) -> bool {
        let Mode::Train { frozen } = &self.plan.mode else { return false };
        frozen.iter().any(|f| address == f || address.starts_with(&format!("{f}.")))
    }

    fn trains(&self) -> bool {
        matches!(self.plan.mode, Mode::Train { .. }) && !self.frozen(&self.address())
    }

    /// Plans layers that train their weights but normalise by running statistics, which stay as they
    /// are: PyTorch's `module.eval()` inside a training step.
    pub fn with_running_statistics<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        let outside = std::mem::replace(&mut self.running, true);
        let out = inside(self);
        self.running = outside;
        out
    }

    /// Whether normalisation uses the statistics of this batch here.
    pub fn uses_batch_statistics(&self) -> bool {
        self.updates_statistics() || (self.plan.mode == Mode::Observe && !self.running)
    }

    /// Whether running statistics follow the batch here.
    pub fn updates_statistics(&self) -> bool {
        self.trains() && !self.running
    }

    /// Whether dropout drops here.
    pub fn drops(&self) -> bool {
        self.trains()
    }

    /// A new intermediate value; not tracked until the layer says so.
    pub fn value(&mut self, name: &str, shape: Shape) -> Value {
        let number = self.plan.values.len() as u32;
        self.plan.values.push((self.named(name), shape));
        Value {
            at: Operand { buffer: Buffer::Value(number), offset: 0, len: shape.len() },
            shape,
            tracked: false,
        }
    }

    /// A new value that stands behind `x` (and behind the parameters): tracked when one of them is.
    pub fn output(&mut self, name: &str, shape: Shape, x: Value, parameters: &[Parameter]) -> Value {
        let tracked = x.tracked || parameters.iter().any(|p| p.gradient.is_some());
        Value { tracked, ..self.value(name, shape) }
    }

    /// Numbers known now.
    pub fn constant(&mut self, numbers: Vec<f32>) -> Value {
        let shape = Shape::vector(numbers.len());
        let at = Operand {
            buffer: Buffer::Constant(self.plan.constants.len() as u32),
            offset: 0,
            len: numbers.len(),
        };
        self.plan.constants.push(numbers);
        Value { at, shape, tracked: false }
    }

    /// A weight of the layer being planned, with PyTorch's shape.
    pub fn parameter(&mut self, name: &str, shape: &[usize], fill: Fill) -> Parameter {
        let address = self.named(name);
        let frozen = self.frozen(&address);
        let at = self.plan.layout.parameter(address, shape.to_vec(), fill);
        let flat = Shape::vector(at.len);
        let value = Value { at, shape: flat, tracked: false };
        let gradient = match self.plan.mode {
            Mode::Train { .. } if !frozen => {
                Some(Value { at: Operand { buffer: Buffer::Gradients, ..at }, shape: flat, tracked: false })
            }
            Mode::Observe => Some(self.value(&format!("d{name}"), flat)),
            _ => None,
        };
        if let Some(gradient) = gradient {
            self.plan.gradients.push((self.plan.layout.parameters.len() - 1, gradient));
        }
        Parameter { value, gradient }
    }

    /// A running statistic of the layer being planned.
    pub fn statistic(&mut self, name: &str, len: usize, fill: Fill) -> Value {
        let at = self.plan.layout.statistic(self.named(name), vec![len], fill);
        Value { at, shape: Shape::vector(len), tracked: false }
    }

    /// Lets the host look at a layer's output.
    pub fn tap(&mut self, layer: &dyn Layer, output: Value) {
        let (kind, bounds) = (layer.kind(), layer.bounds());
        self.plan.taps.push(Tap { layer: self.address(), kind, bounds, output });
    }

    /// Adds a dispatch: see [`Step::new`].
    pub fn run<K, const R: usize, const W: usize>(
        &mut self,
        kernel: K,
        reads: [impl Into<Operand>; R],
        writes: [impl Into<Operand>; W],
    ) where
        K: Kernel<R, W>,
    {
        let (reads, writes) = (reads.map(Into::into), writes.map(Into::into));
        let layer = self.address();
        self.plan.steps.push(Step::new(kernel, reads, writes, self.stage, layer));
    }
}
