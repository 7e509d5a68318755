use crate::text::doctor as text;
use serde::Serialize;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// As it should be: green.
    Good,
    /// It may work: amber.
    Doubtful,
    /// Something is wrong: red.
    Bad,
}

/// A grade, why, and what to touch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The grade.
    pub grade: Grade,
    /// One sentence or two.
    pub reason: String,
    /// Keys of the settings that a cure would change; none when it is good.
    pub touch: Vec<&'static str>,
}

impl Verdict {
    pub(super) fn new(grade: Grade, reason: impl Into<String>, touch: &[&'static str]) -> Self {
        Self { grade, reason: reason.into(), touch: touch.to_vec() }
    }

    pub(super) fn good(reason: impl Into<String>) -> Self {
        Self::new(Grade::Good, reason, &[])
    }

    pub(super) fn diverged(step: u32) -> Self {
        let reason = text::rate_diverged(step);
        Self::new(Grade::Bad, reason, &["lr"])
    }
}
