//! The words that may be chosen: each with a label and a line of help.

use serde::{Deserialize, Serialize};

use crate::data::shapes;
use crate::optimizer::Schedule;
use crate::text::choices::Spoken;

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
    pub(super) const fn new(value: &'static str, [label, help]: [&'static str; 2]) -> Self {
        Self { value, label, help, group: None }
    }
}

/// A closed list of words.
pub trait Choices: Spoken + Copy + PartialEq + Sized + 'static {
    /// All of them with their entries, in the order of the list.
    fn all() -> Vec<(Self, Choice)>;
    /// The word in the link.
    fn word(self) -> &'static str;
}

/// Declares a list. What readers are told about an entry stands in `text/choices.rs`.
macro_rules! choices {
    ($(#[doc = $doc:literal] $name:ident {
        $($variant:ident = $word:literal,)+
    })+) => { $(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`")] #[serde(rename = $word)] $variant,)+
        }

        impl Choices for $name {
            fn all() -> Vec<(Self, Choice)> {
                vec![$(($name::$variant, Choice::new($word, $name::$variant.words()))),+]
            }

            fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }
    )+ };
}

choices! {
    /// The images to learn.
    Data {
        Digits = "digits",
        Shapes = "shapes",
        Own = "own",
    }

    /// What is done to the labels of training images.
    Labels {
        True = "true",
        Shuffled = "shuffled",
    }

    /// What stands between a convolution and its activation.
    NormKind {
        Batch = "batch",
        None = "none",
        Layer = "layer",
        LayerElement = "layer-element",
        Instance = "instance",
        Group = "group",
    }

    /// The function behind convolutions and hidden dense layers.
    Act {
        Relu = "relu",
        Leaky = "leaky",
        Gelu = "gelu",
        GeluTanh = "gelu-tanh",
        Silu = "silu",
        Tanh = "tanh",
        Sigmoid = "sigmoid",
    }

    /// How weights start.
    InitWord {
        Kaiming = "kaiming",
        KaimingUniform = "kaiming-uniform",
        Xavier = "xavier",
        XavierUniform = "xavier-uniform",
        PyTorch = "pytorch",
        Normal = "normal",
        Uniform = "uniform",
        Constant = "constant",
        Zeros = "zeros",
    }

    /// Which spread Kaiming's rule keeps.
    Fan {
        In = "in",
        Out = "out",
    }

    /// The last norm of a residual block before step 1.
    BlockStart {
        One = "one",
        Zero = "zero",
    }

    /// How a gradient becomes a step.
    Opt {
        Sgd = "sgd",
        Nesterov = "nesterov",
        RmsProp = "rmsprop",
        Adam = "adam",
        AdamW = "adamw",
    }

    /// How the learning rate changes by itself.
    ScheduleWord {
        Constant = "constant",
        Step = "step",
        Exponential = "exponential",
        Cosine = "cosine",
        Warmup = "warmup",
        OneCycle = "one-cycle",
    }

    /// What computes.
    Backend {
        Auto = "auto",
        WebGpu = "webgpu",
        Cpu = "cpu",
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
