use bytemuck::{Pod, Zeroable};

use crate::augment::Strengths;

/// What changes from one step to the next: 256 bytes, written once per turn for all its steps and
/// bound by dynamic offset. `shared/record.wgsl` is its twin.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct StepRecord {
    /// Number of updates made before this step.
    pub step: u32,
    /// Key of all random numbers.
    pub seed: u32,
    /// Row of the metrics ring that this step writes.
    pub row: u32,
    /// Epoch, counted from 0: the key of the shuffle.
    pub epoch: u32,
    /// First entry of the split in the data set's table.
    pub first: u32,
    /// Entries of the split.
    pub size: u32,
    /// Position of the batch's first image in the order of this epoch.
    pub cursor: u32,
    /// 1: the split is shuffled by (seed, epoch); 0: in the table's order.
    pub shuffle: u32,
    /// Rows of the batch that count; the others are masked.
    pub live: u32,
    /// Dropout: a unit is dropped when its 24-bit draw is below this (`p·2²⁴`).
    pub drop_below: u32,
    /// Dropout: factor of the units kept, `1/(1−p)`; 0 for p = 1.
    pub keep_scale: f32,
    /// Learning rate of this step.
    pub lr: f32,
    /// Momentum μ.
    pub momentum: f32,
    /// Weight decay λ.
    pub weight_decay: f32,
    /// Adam's bias corrections of this step, `1−β₁ᵗ` and `√(1−β₂ᵗ)`.
    pub corrections: [f32; 2],
    /// L1 penalty: factor of the weight's sign in the gradient.
    pub l1: f32,
    /// Label smoothing ε, 0 to 1.
    pub smoothing: f32,
    /// How strongly images are augmented.
    pub augment: Strengths,
    /// Largest norm of all gradients together; 0: any.
    pub max_norm: f32,
    /// Room for later settings; uniform data is bound in blocks of 256 bytes.
    pub reserved: [u32; 36],
}

impl Default for StepRecord {
    fn default() -> Self {
        Self { keep_scale: 1.0, ..Self::zeroed() }
    }
}

impl StepRecord {
    /// Sets dropout for the probability `p` of dropping a unit, 0 to 1.
    pub fn set_dropout(&mut self, p: f64) {
        self.drop_below = (p * f64::from(1 << 24)).round() as u32;
        self.keep_scale = if p < 1.0 { (1.0 / (1.0 - p)) as f32 } else { 0.0 };
    }
}

const _: () = assert!(size_of::<StepRecord>() == 256);
