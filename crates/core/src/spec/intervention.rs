use serde::{Deserialize, Serialize};

/// A live setting changed during a run: part of the experiment, so that a replay repeats it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intervention {
    /// Updates made before it acts.
    pub step: u32,
    /// Key of the setting: `lr`.
    pub setting: String,
    /// Its new value.
    pub value: f64,
}
