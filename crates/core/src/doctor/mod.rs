//! The curve doctor: reads what a run left behind and says what it shows.
//!
//! A pure function of recorded numbers. Each rule has thresholds with a reason, the span of steps that
//! it rests on, and advice as settings; a run that breaks no rule is healthy. It reads symptoms: a
//! leak between training and validation looks healthy here, and is found by the duplicate check.

mod curves;
mod record;
mod rules;

pub use record::{LayerFigures, Look, Point, Record};

use crate::shared::sort;
use serde::Serialize;

use curves::Curves;

/// What may be wrong with a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ailment {
    /// The loss left for good: the learning rate is too high.
    RateTooHigh,
    /// Dropout drops every unit.
    AllDropped,
    /// Signals die out or burst on their way through the layers at the start.
    BadInit,
    /// Most units of a layer are never above 0.
    DeadUnits,
    /// The loss never left that of guessing.
    Stuck,
    /// It still falls at the end: the learning rate is too low, or the run too short.
    RateTooLow,
    /// Training labels that cannot be learned from the images, only by heart.
    LabelNoise,
    /// Training goes on at the cost of validation.
    Overfit,
    /// Batch normalisation with too few images to average over.
    TinyBatch,
    /// Too few validation images to read the curve.
    NoisyValidation,
    /// Training has stopped improving far from its goal.
    Underfit,
    /// Nothing wrong.
    Healthy,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// What it is.
    pub name: Ailment,
    /// How sure, 0 to 1; findings are sorted by it.
    pub confidence: f64,
    /// First and last step of the evidence.
    pub span: [u32; 2],
    /// The numbers that it rests on.
    pub evidence: Vec<(&'static str, f64)>,
    /// Settings to try: key and word.
    pub advice: Vec<(&'static str, String)>,
    /// One sentence or two.
    pub sentence: String,
}

/// All findings, the surest first; "nothing wrong" stands alone.
pub fn diagnose(record: &Record) -> Vec<Finding> {
    let curves = Curves::of(record);
    let mut found: Vec<Finding> = rules::ALL.iter().filter_map(|rule| rule(record, &curves)).collect();
    sort::by(&mut found, |a, b| b.confidence.total_cmp(&a.confidence).then(a.name.cmp(&b.name)));
    let cause = |finding: &Finding| matches!(finding.name, Ailment::RateTooHigh | Ailment::AllDropped);
    let caused = found.iter().any(cause);
    if found.iter().any(|finding| finding.name == Ailment::RateTooHigh) {
        // A loss that comes back from a jump falls, but not because the rate is too low.
        found.retain(|finding| finding.name != Ailment::RateTooLow);
    }
    for finding in &mut found {
        // What a rate that is too high brings about, or a dropout of all, is cured with it, and by no higher rate.
        if caused && matches!(finding.name, Ailment::DeadUnits | Ailment::Stuck) {
            finding.advice.clear();
        }
        // What is set already cannot help.
        finding.advice.retain(|(key, word)| record.experiment.word(key).as_ref() != Some(word));
    }
    if found.is_empty() {
        found.push(rules::healthy(record, &curves));
    }
    found
}

#[cfg(test)]
mod tests;
