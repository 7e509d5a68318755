//! The words that may be chosen: each with a label and a line of help.

use serde::{Deserialize, Serialize};

use crate::data::shapes;
use crate::optimizer::Schedule;

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The word in the link.
    pub value: &'static str,
    /// What a student reads in the list.
    pub label: &'static str,
    /// One line about it.
    pub help: &'static str,
    /// What it stands under, in a list long enough to need that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<&'static str>,
}

impl Choice {
    pub(super) const fn new(value: &'static str, label: &'static str, help: &'static str) -> Self {
        Self { value, label, help, group: None }
    }
}

/// A closed list of words.
pub trait Choices: Copy + PartialEq + Sized + 'static {
    /// What such a word is, for sentences: `a normalization`.
    const NOUN: &'static str;
    /// All of them with their entries, in the order of the list.
    fn all() -> Vec<(Self, Choice)>;
    /// The word in the link.
    fn word(self) -> &'static str;
}

/// Declares a list. The doc comment of an entry is its help on the page.
macro_rules! choices {
    ($(#[doc = $doc:literal] $name:ident, $noun:literal {
        $(#[doc = $help:literal] $variant:ident = $word:literal $label:literal,)+
    })+) => { $(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $(#[doc = $help] #[serde(rename = $word)] $variant,)+
        }

        impl Choices for $name {
            const NOUN: &'static str = $noun;

            fn all() -> Vec<(Self, Choice)> {
                vec![$(($name::$variant, Choice::new($word, $label, $help.trim_ascii()))),+]
            }

            fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }
    )+ };
}

choices! {
    /// The images to learn.
    Data, "a data set" {
        /// 10,000 scans of handwriting, ten classes.
        Digits = "digits" "Digits",
        /// Drawn by the seed: ten shapes in colour.
        Shapes = "shapes" "Colour shapes",
        /// Opened from your disk; they stay on it.
        Own = "own" "Your own files",
    }

    /// What is done to the labels of training images.
    Labels, "a treatment of labels" {
        /// As they are.
        True = "true" "True",
        /// Dealt out at random: nothing to generalize.
        Shuffled = "shuffled" "Shuffled",
    }

    /// What stands between a convolution and its activation.
    NormKind, "a normalization" {
        /// Each channel over the whole batch.
        Batch = "batch" "Batch",
        /// Nothing between convolution and activation.
        None = "none" "None",
        /// Each image over all its channels.
        Layer = "layer" "Layer",
        /// As Layer, with a weight for every pixel.
        LayerElement = "layer-element" "Layer, per element",
        /// Each channel of each image by itself.
        Instance = "instance" "Instance",
        /// Each image over groups of channels.
        Group = "group" "Group",
    }

    /// The function behind convolutions and hidden dense layers.
    Act, "an activation" {
        /// max(0, x): the usual choice.
        Relu = "relu" "ReLU",
        /// As ReLU, with slope 0.01 below 0.
        Leaky = "leaky" "Leaky ReLU",
        /// x·Φ(x): smooth, exact by erf.
        Gelu = "gelu" "GELU",
        /// GELU by its formula with tanh.
        GeluTanh = "gelu-tanh" "GELU, tanh form",
        /// x·sigmoid(x): smooth, also called Swish.
        Silu = "silu" "SiLU",
        /// −1 to 1; flat at both ends.
        Tanh = "tanh" "tanh",
        /// 0 to 1; its slope is at most 1/4.
        Sigmoid = "sigmoid" "Sigmoid",
    }

    /// How weights start.
    InitWord, "an initialization" {
        /// Normal; keeps the spread behind a ReLU.
        Kaiming = "kaiming" "Kaiming",
        /// The same spread, uniformly drawn.
        KaimingUniform = "kaiming-uniform" "Kaiming, uniform",
        /// Normal; keeps it both ways, without a ReLU.
        Xavier = "xavier" "Xavier",
        /// The same spread, uniformly drawn.
        XavierUniform = "xavier-uniform" "Xavier, uniform",
        /// What nn.Conv2d and nn.Linear start with.
        PyTorch = "pytorch" "PyTorch default",
        /// Normal with a deviation of your own.
        Normal = "normal" "Deviation…",
        /// Uniform between two bounds of your own.
        Uniform = "uniform" "Bound…",
        /// All the same: filters stay like each other.
        Constant = "constant" "Constant…",
        /// All 0: nothing tells the filters apart.
        Zeros = "zeros" "Zeros",
    }

    /// Which spread Kaiming's rule keeps.
    Fan, "a fan" {
        /// That of the outputs: inputs are counted.
        In = "in" "Fan in",
        /// That of the gradients: outputs are counted.
        Out = "out" "Fan out",
    }

    /// The last norm of a residual block before step 1.
    BlockStart, "a start of blocks" {
        /// Weight 1: body and shortcut count alike.
        One = "one" "Weight 1",
        /// Weight 0: a block is its shortcut alone.
        Zero = "zero" "Weight 0",
    }

    /// How a gradient becomes a step.
    Opt, "an optimizer" {
        /// Steps add up while they agree.
        Sgd = "sgd" "SGD momentum",
        /// Looks ahead along the momentum.
        Nesterov = "nesterov" "SGD Nesterov",
        /// Each weight by the size of its own gradients.
        RmsProp = "rmsprop" "RMSProp",
        /// RMSProp with momentum, right from step 1.
        Adam = "adam" "Adam",
        /// Adam whose weight decay is not rescaled.
        AdamW = "adamw" "AdamW",
    }

    /// How the learning rate changes by itself.
    ScheduleWord, "a schedule" {
        /// The same at every step.
        Constant = "constant" "Constant",
        /// A tenth of it after each third of the run.
        Step = "step" "Steps down",
        /// Falls by the same share at every step, to 1 %.
        Exponential = "exponential" "Exponential",
        /// Half a wave down to 0.
        Cosine = "cosine" "Cosine",
        /// From a tenth up to it in the first tenth.
        Warmup = "warmup" "Warm-up",
        /// Up in the first third, then down to nothing.
        OneCycle = "one-cycle" "One cycle",
    }

    /// What computes.
    Backend, "a backend" {
        /// The graphics card if it is a real one.
        Auto = "auto" "Auto",
        /// The graphics card.
        WebGpu = "webgpu" "WebGPU",
        /// The processor: works everywhere.
        Cpu = "cpu" "CPU",
    }
}

impl Data {
    /// Rows and columns of an image; the first is the default.
    pub fn sides(self) -> &'static [u32] {
        match self {
            Data::Digits => &[28, 14],
            Data::Shapes => &[32, 16],
            Data::Own => &[32, 28, 16, 14, 64],
        }
    }

    /// Images that there are, where that is known before they are loaded.
    pub fn count(self) -> Option<u32> {
        (self == Data::Digits).then_some(10_000)
    }

    /// Names of all its classes; of images that are not known yet, numbers.
    pub fn classes(self) -> Vec<String> {
        match self {
            Data::Digits | Data::Own => (0..10).map(|digit| digit.to_string()).collect(),
            Data::Shapes => shapes::NAMES.map(str::to_owned).to_vec(),
        }
    }

    /// Colour channels of an image; of images that are not known yet, the most there may be.
    pub fn channels(self) -> usize {
        match self {
            Data::Digits => 1,
            Data::Shapes | Data::Own => 3,
        }
    }
}

impl Opt {
    /// The defaults that belong to it: key and word.
    pub(super) fn settings(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Opt::Sgd | Opt::Nesterov => &[],
            Opt::RmsProp => &[("lr", "0.001"), ("momentum", "0")],
            Opt::Adam => &[("lr", "0.001")],
            Opt::AdamW => &[("lr", "0.001"), ("wd", "0.01")],
        }
    }
}

impl ScheduleWord {
    /// The rule for a run of so many steps.
    pub fn rule(self, steps: u32) -> Schedule {
        match self {
            ScheduleWord::Constant => Schedule::Constant,
            ScheduleWord::Step => Schedule::Step { size: steps.div_ceil(3), gamma: 0.1 },
            ScheduleWord::Exponential => {
                Schedule::Exponential { gamma: libm::pow(0.01, 1.0 / f64::from(steps.max(1))) }
            }
            ScheduleWord::Cosine => Schedule::Cosine { steps, min: 0.0 },
            ScheduleWord::Warmup => Schedule::Warmup { start: 0.1, end: 1.0, steps: steps.div_ceil(10) },
            ScheduleWord::OneCycle => {
                Schedule::OneCycle { steps, rise: 0.3, div: 25.0, final_div: 1e4, linear: false }
            }
        }
    }
}
