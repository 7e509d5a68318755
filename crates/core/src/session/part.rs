use serde::Deserialize;

use super::SessionError;
use crate::network::Network;

/// Which layers' weights to take from a file. Addresses name a layer or a block; `classifier` is the
/// last layer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Part {
    /// These alone; all when absent.
    pub only: Option<Vec<String>>,
    /// All but these.
    pub except: Vec<String>,
}

/// What the last layer may be called.
const CLASSIFIER: &str = "classifier";

impl Part {
    /// All but the classifier: the body of a network with other classes.
    pub fn body() -> Self {
        Self { only: None, except: vec![CLASSIFIER.to_owned()] }
    }

    /// The part with addresses only.
    ///
    /// # Errors
    /// When an address is not one of the network.
    pub(super) fn of(&self, network: &Network) -> Result<Self, SessionError> {
        let last = (network.chain.0.len() - 1).to_string();
        let address = |layer: &String| if layer == CLASSIFIER { last.clone() } else { layer.clone() };
        let all = |layers: &Vec<String>| layers.iter().map(address).collect::<Vec<_>>();
        let part = Self { only: self.only.as_ref().map(all), except: all(&self.except) };
        let named: Vec<String> = part.only.iter().flatten().chain(&part.except).cloned().collect();
        let absent = network.absent("weights", &named);
        if absent.is_empty() { Ok(part) } else { Err(SessionError::Problems(absent)) }
    }

    /// Whether a weight or a statistic is meant: `3.body.0.weight`.
    pub(super) fn holds(&self, name: &str) -> bool {
        let among = |layers: &[String]| layers.iter().any(|layer| name.starts_with(&format!("{layer}.")));
        self.only.as_ref().is_none_or(|layers| among(layers)) && !among(&self.except)
    }
}
