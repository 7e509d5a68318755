//! What readers are told about the words that may be chosen.

use crate::spec::{Act, Backend, BlockStart, Data, Fan, InitWord, Labels, NormKind, Opt, ScheduleWord};

/// A word of a closed list, as readers see it.
pub trait Spoken {
    /// What such a word is, in a sentence: `a normalization`.
    const NOUN: &'static str;
    /// Its name in the list, and a line about it.
    fn words(self) -> [&'static str; 2];
}

impl Spoken for Data {
    const NOUN: &'static str = "a data set";

    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Digits => ["Digits", "10,000 scans of handwriting, ten classes."],
            Self::Shapes => ["Colour shapes", "Drawn by the seed: ten shapes in colour."],
            Self::Own => ["Your own files", "Opened from your disk; they stay on it."],
        }
    }
}

impl Spoken for Labels {
    const NOUN: &'static str = "a treatment of labels";

    fn words(self) -> [&'static str; 2] {
        match self {
            Self::True => ["True", "As they are."],
            Self::Shuffled => ["Shuffled", "Dealt out at random: nothing to generalize."],
        }
    }
}

impl Spoken for NormKind {
    const NOUN: &'static str = "a normalization";

    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Batch => ["Batch", "Each channel over the whole batch."],
            Self::None => ["None", "Nothing between convolution and activation."],
            Self::Layer => ["Layer", "Each image over all its channels."],
            Self::LayerElement => ["Layer, per element", "As Layer, with a weight for every pixel."],
            Self::Instance => ["Instance", "Each channel of each image by itself."],
            Self::Group => ["Group", "Each image over groups of channels."],
        }
    }
}

impl Spoken for Act {
    const NOUN: &'static str = "an activation";

    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Relu => ["ReLU", "max(0, x): the usual choice."],
            Self::Leaky => ["Leaky ReLU", "As ReLU, with slope 0.01 below 0."],
            Self::Gelu => ["GELU", "x·Φ(x): smooth, exact by erf."],
            Self::GeluTanh => ["GELU, tanh form", "GELU by its formula with tanh."],
            Self::Silu => ["SiLU", "x·sigmoid(x): smooth, also called Swish."],
            Self::Tanh => ["tanh", "−1 to 1; flat at both ends."],
            Self::Sigmoid => ["Sigmoid", "0 to 1; its slope is at most 1/4."],
        }
    }
}

impl Spoken for InitWord {
    const NOUN: &'static str = "an initialization";

    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Kaiming => ["Kaiming", "Normal; keeps the spread behind a ReLU."],
            Self::KaimingUniform => ["Kaiming, uniform", "The same spread, uniformly drawn."],
            Self::Xavier => ["Xavier", "Normal; keeps it both ways, without a ReLU."],
            Self::XavierUniform => ["Xavier, uniform", "The same spread, uniformly drawn."],
            Self::PyTorch => ["PyTorch default", "What nn.Conv2d and nn.Linear start with."],
            Self::Normal => ["Deviation…", "Normal with a deviation of your own."],
            Self::Uniform => ["Bound…", "Uniform between two bounds of your own."],
            Self::Constant => ["Constant…", "All the same: filters stay like each other."],
            Self::Zeros => ["Zeros", "All 0: nothing tells the filters apart."],
        }
    }
}

impl Spoken for Fan {
    const NOUN: &'static str = "a fan";

    fn words(self) -> [&'static str; 2] {
        match self {
            Self::In => ["Fan in", "That of the outputs: inputs are counted."],
            Self::Out => ["Fan out", "That of the gradients: outputs are counted."],
        }
    }
}

impl Spoken for BlockStart {
    const NOUN: &'static str = "a start of blocks";

    fn words(self) -> [&'static str; 2] {
        match self {
            Self::One => ["Weight 1", "Weight 1: body and shortcut count alike."],
            Self::Zero => ["Weight 0", "Weight 0: a block is its shortcut alone."],
        }
    }
}

impl Spoken for Opt {
    const NOUN: &'static str = "an optimizer";

    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Sgd => ["SGD momentum", "Steps add up while they agree."],
            Self::Nesterov => ["SGD Nesterov", "Looks ahead along the momentum."],
            Self::RmsProp => ["RMSProp", "Each weight by the size of its own gradients."],
            Self::Adam => ["Adam", "RMSProp with momentum, right from step 1."],
            Self::AdamW => ["AdamW", "Adam whose weight decay is not rescaled."],
        }
    }
}

impl Spoken for ScheduleWord {
    const NOUN: &'static str = "a schedule";

    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Constant => ["Constant", "The same at every step."],
            Self::Step => ["Steps down", "A tenth of it after each third of the run."],
            Self::Exponential => ["Exponential", "Falls by the same share at every step, to 1 %."],
            Self::Cosine => ["Cosine", "Half a wave down to 0."],
            Self::Warmup => ["Warm-up", "From a tenth up to it in the first tenth."],
            Self::OneCycle => ["One cycle", "Up in the first third, then down to nothing."],
        }
    }
}

impl Spoken for Backend {
    const NOUN: &'static str = "a backend";

    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Auto => ["Auto", "The graphics card if it is a real one."],
            Self::WebGpu => ["WebGPU", "The graphics card."],
            Self::Cpu => ["CPU", "The processor: works everywhere."],
        }
    }
}

pub const NUMBER: &str = "a number";
pub const NETWORK: &str = "a network";
pub const IMAGE_SIZE: &str = "an image size";
/// Words of the sizes that images have, with their names and a line about each.
pub const SIDES: [(&str, [&str; 2]); 5] = [
    ("28", ["28 × 28", "Digits as they were scanned."]),
    ("14", ["14 × 14", "Digits at half size."]),
    ("32", ["32 × 32", "Colour shapes as they are drawn."]),
    ("16", ["16 × 16", "Colour shapes at half size."]),
    ("64", ["64 × 64", "Pictures of your own, larger: 4 × slower."]),
];
