use super::Shape;

/// Where numbers live while a plan runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Buffer {
    /// An intermediate value of the plan, by its number.
    Value(u32),
    /// Numbers fixed when the plan was built, by their number.
    Constant(u32),
    /// All weights of the network, one arena.
    Parameters,
    /// The gradient of every weight, laid out as the weights are.
    Gradients,
    /// One number per weight that the optimiser keeps: velocity, second moment.
    Slot(u8),
    /// Running statistics of the normalisations.
    Statistics,
}

impl Buffer {
    /// Whether the numbers outlive the plan.
    pub fn is_state(self) -> bool {
        !matches!(self, Buffer::Value(_) | Buffer::Constant(_))
    }
}

/// A range of 32-bit floats in a buffer: what a kernel reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operand {
    /// The buffer.
    pub buffer: Buffer,
    /// First element; a multiple of 64 (256 bytes) in an arena.
    pub offset: usize,
    /// Number of elements.
    pub len: usize,
}

impl Operand {
    /// Whether two operands share an element.
    pub fn overlaps(&self, other: &Operand) -> bool {
        self.buffer == other.buffer
            && self.offset < other.offset + other.len
            && other.offset < self.offset + self.len
    }
}

/// A tensor of the plan: where it lives, its shape, and whether a gradient must flow into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// Where the numbers live.
    pub at: Operand,
    /// `[N, C, H, W]`.
    pub shape: Shape,
    /// Whether something trainable stands before it, so that its gradient is wanted.
    pub tracked: bool,
}

impl From<Value> for Operand {
    fn from(value: Value) -> Operand {
        value.at
    }
}
