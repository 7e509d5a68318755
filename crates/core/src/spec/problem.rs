use crate::text::link as text;
use serde::{Deserialize, Serialize};

/// Something the user wrote that cannot be used: one sentence, and the field it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Key of the setting, as in the link; what was written there when no setting has that name.
    pub field: String,
    /// The part of the value that is wrong: a layer of a network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// One sentence for a student.
    pub message: String,
    /// The same without what is used instead, where something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Problem {
    /// A problem of a whole field.
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Self { field: quote(field), word: None, message: message.into(), reason: None }
    }

    /// `norm=batsh is not a normalization, so the default, batch, is used.`
    pub(super) fn replaced(field: &str, word: &str, why: &str, default: &str) -> Self {
        let reason = format!("{}={} {why}", quote(field), quote(word));
        let message = text::replaced(&reason, default);
        Self { word: Some(quote(word)), reason: Some(format!("{reason}.")), ..Self::new(field, message) }
    }
}

/// A foreign word as a sentence can hold it: short, and without characters that steer the text.
pub(crate) fn quote(word: &str) -> String {
    const LONGEST: usize = 40;
    let steers = |c: char| c.is_control() || matches!(c, '\u{200e}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut short: String =
        word.chars().take(LONGEST).map(|c| if steers(c) { '\u{fffd}' } else { c }).collect();
    if word.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}
