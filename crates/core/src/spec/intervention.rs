use std::fmt;

use serde::{Deserialize, Serialize};

/// Something changed during a run: part of the experiment, so that a replay repeats it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intervention {
    /// Updates made before it acts.
    pub step: u32,
    /// Key of the setting: `lr`; or `freeze`, `unfreeze`.
    pub setting: String,
    /// Its new value, or the layers meant.
    pub value: Given,
}

/// What a change gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Given {
    /// A live setting's new value.
    Number(f64),
    /// Addresses of layers, as `0` or `3.body`.
    Layers(Vec<String>),
}

impl From<f64> for Given {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// As in the link: `0.01`, `0-3.body`.
impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Given::Number(number) => number.fmt(f),
            Given::Layers(layers) => f.write_str(&layers.join("-")),
        }
    }
}
