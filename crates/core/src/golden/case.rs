use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::{Files, Tensor};

/// One entry of `cases.json`.
#[derive(Clone, Debug)]
pub enum Case {
    /// A network trained for some steps.
    Net(Box<NetCase>),
    /// Anything smaller: a layer, the loss, an optimiser, a schedule.
    Layer(Box<LayerCase>),
}

impl Case {
    /// Reads an entry whose field `op` is known.
    ///
    /// # Errors
    /// When a field is missing or of another type.
    pub fn read<'de, D: Deserializer<'de>>(op: &str, from: D) -> Result<Self, D::Error> {
        match op {
            "net" => NetCase::deserialize(from).map(|case| Case::Net(Box::new(case))),
            _ => LayerCase::deserialize(from).map(|case| Case::Layer(Box::new(case))),
        }
    }

    /// Files that the case takes tensors from.
    pub fn files(&self) -> Vec<&str> {
        let named = match self {
            Case::Net(case) => vec![&case.file, &case.data_file],
            Case::Layer(case) => vec![&case.file],
        };
        named.into_iter().map(String::as_str).filter(|file| !file.is_empty()).collect()
    }
}

/// Where the expected numbers are and how close is close enough.
#[derive(Clone, Debug, Deserialize)]
pub struct Expect {
    /// Key in the case's file.
    pub key: String,
    /// Absolute tolerance.
    pub atol: Option<f64>,
    /// Relative tolerance.
    #[serde(default = "rtol")]
    pub rtol: f64,
    /// Largest magnitude of the expected numbers.
    #[serde(default)]
    pub absmax: f64,
    /// Error of PyTorch's own f32.
    #[serde(default)]
    pub torch_f32_err: f64,
}

fn rtol() -> f64 {
    1e-5
}

impl Expect {
    /// Absolute tolerance; where none is given, by the generator's own rule.
    pub fn atol(&self) -> f64 {
        self.atol.unwrap_or((16.0 * self.torch_f32_err).max(4e-6 * self.absmax))
    }
}

/// A layer, a loss, an optimiser or a schedule.
#[derive(Clone, Debug, Deserialize)]
pub struct LayerCase {
    /// What is computed.
    pub op: String,
    /// Options.
    #[serde(default)]
    pub attrs: Attributes,
    /// File of all tensors.
    #[serde(default)]
    pub file: String,
    /// Key of each input.
    #[serde(default)]
    pub inputs: BTreeMap<String, String>,
    /// Key of the gradient of each output.
    #[serde(default)]
    pub upstream: BTreeMap<String, String>,
    /// Expected outputs, and gradients as `grad_<input>`.
    #[serde(default)]
    pub expect: BTreeMap<String, Expect>,
    /// Loss: share of rows whose first largest logit is the label.
    pub accuracy_argmax_first: Option<f64>,
    /// Schedule: learning rate of each step.
    #[serde(default)]
    pub lr: Vec<f64>,
    /// Schedule: absolute tolerance.
    #[serde(default)]
    pub atol: f64,
}

impl LayerCase {
    /// A tensor of the case's file.
    pub(super) fn tensor<'f>(&self, files: &'f Files, key: &str) -> Result<&'f Tensor, String> {
        tensor(files, &self.file, key)
    }

    /// An input by name.
    pub(super) fn input<'f>(&self, files: &'f Files, name: &str) -> Result<&'f Tensor, String> {
        let key = self.inputs.get(name).ok_or_else(|| format!("The case has no input {name}."))?;
        self.tensor(files, key)
    }

    /// The gradient of an output by name.
    pub(super) fn gradient<'f>(&self, files: &'f Files, name: &str) -> Result<&'f Tensor, String> {
        let key = self.upstream.get(name).ok_or_else(|| format!("The case has no gradient of {name}."))?;
        self.tensor(files, key)
    }
}

pub(super) fn tensor<'f>(files: &'f Files, file: &str, key: &str) -> Result<&'f Tensor, String> {
    let keys = files.get(file).ok_or_else(|| format!("The file {file} was not read."))?;
    keys.get(key).ok_or_else(|| format!("The file {file} has no tensor {key}."))
}

/// A network, its data, its training and what came of it.
#[derive(Clone, Debug, Deserialize)]
pub struct NetCase {
    /// File of weights, batches and results.
    pub file: String,
    /// File of images and labels.
    pub data_file: String,
    /// They are `<data>/x` and `<data>/y` there.
    pub data: String,
    /// The layers; their options stand beside `type`.
    pub layers: Vec<Attributes>,
    /// How it is trained.
    pub optim: Attributes,
    /// Label smoothing.
    #[serde(default)]
    pub smoothing: f64,
    /// Prefixes of the names of weights that stay as they are.
    #[serde(default)]
    pub frozen: Vec<String>,
    /// Key of the image numbers of each step, `[steps, batch]`.
    pub batches: String,
    /// Loss of each step.
    pub loss_f64: Vec<f64>,
    /// Tolerance of each loss.
    pub loss_atol: Vec<f64>,
    /// Outputs in the first step.
    pub logits0: Expect,
    /// Outputs for the first eight images in evaluation mode at the end.
    pub eval_logits_after: Expect,
    /// Weights by name.
    pub weights: BTreeMap<String, WeightCase>,
    /// Running statistics at the end.
    #[serde(default)]
    pub bn: BTreeMap<String, Expect>,
}

/// A weight of a network.
#[derive(Clone, Debug, Deserialize)]
pub struct WeightCase {
    /// Key of its start.
    pub init: String,
    /// Key of its end.
    pub final_f64: String,
    /// Tolerance of its end.
    pub atol: f64,
    /// Its gradient in the first step.
    pub grad0: Option<Expect>,
}

/// Options by name.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Attributes(BTreeMap<String, Attribute>);

/// The value of an option.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Attribute {
    /// `true`.
    Flag(bool),
    /// `0.5`.
    Number(f64),
    /// `"relu"`.
    Text(String),
    /// `[0.9, 0.999]`.
    Numbers(Vec<f64>),
    /// The layers of a branch.
    Layers(Vec<Attributes>),
    /// Something that no case here needs.
    Nothing(Option<()>),
}

impl Attributes {
    fn get(&self, name: &str) -> Option<&Attribute> {
        self.0.get(name)
    }

    /// Whether the option is given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A number.
    pub(super) fn number(&self, name: &str) -> Result<f64, String> {
        match self.get(name) {
            Some(Attribute::Number(x)) => Ok(*x),
            _ => Err(format!("The option {name} should be a number.")),
        }
    }

    /// A number, or what PyTorch takes where none is given.
    pub(super) fn number_or(&self, name: &str, default: f64) -> Result<f64, String> {
        if self.has(name) { self.number(name) } else { Ok(default) }
    }

    /// Several numbers.
    pub(super) fn numbers(&self, name: &str) -> Result<&[f64], String> {
        match self.get(name) {
            Some(Attribute::Numbers(x)) => Ok(x),
            _ => Err(format!("The option {name} should be numbers.")),
        }
    }

    /// Two numbers, or what PyTorch takes where none are given.
    pub(super) fn pair_or(&self, name: &str, default: [f64; 2]) -> Result<[f64; 2], String> {
        if !self.has(name) {
            return Ok(default);
        }
        let numbers = self.numbers(name)?;
        <[f64; 2]>::try_from(numbers).map_err(|_| format!("The option {name} should be two numbers."))
    }

    /// A count: 0, 1, 2 ...
    pub(super) fn count(&self, name: &str) -> Result<usize, String> {
        let x = self.number(name)?;
        let fits = x >= 0.0 && x <= f64::from(1 << 24) && x.fract() == 0.0;
        if fits { Ok(x as usize) } else { Err(format!("The option {name} should be a count, not {x}.")) }
    }

    /// A count of at least 1.
    pub(super) fn positive(&self, name: &str) -> Result<usize, String> {
        match self.count(name)? {
            0 => Err(format!("The option {name} should be at least 1.")),
            count => Ok(count),
        }
    }

    /// Yes or no.
    pub(super) fn flag_or(&self, name: &str, default: bool) -> Result<bool, String> {
        match self.get(name) {
            None => Ok(default),
            Some(Attribute::Flag(x)) => Ok(*x),
            _ => Err(format!("The option {name} should be true or false.")),
        }
    }

    /// A word.
    pub(super) fn text(&self, name: &str) -> Result<&str, String> {
        match self.get(name) {
            Some(Attribute::Text(x)) => Ok(x),
            _ => Err(format!("The option {name} should be a word.")),
        }
    }

    /// The layers of a branch; an empty list is a list of anything.
    pub(super) fn layers(&self, name: &str) -> Result<&[Attributes], String> {
        match self.get(name) {
            Some(Attribute::Layers(layers)) => Ok(layers),
            Some(Attribute::Numbers(none)) if none.is_empty() => Ok(&[]),
            _ => Err(format!("The option {name} should be a list of layers.")),
        }
    }
}
