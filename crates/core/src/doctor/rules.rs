//! The rules. Thresholds were set on runs of `cargo xtask lessons doctor`; what counts is their order of
//! magnitude.

use super::{Ailment, Curves, Finding, Record};
use crate::spec::{Act, Given, Live, NormKind};
use crate::text::doctor as text;

pub(super) type Rule = fn(&Record, &Curves) -> Option<Finding>;

pub(super) const ALL: [Rule; 11] = [
    rate_too_high,
    all_dropped,
    bad_init,
    dead_units,
    stuck,
    rate_too_low,
    label_noise,
    overfit,
    tiny_batch,
    noisy_validation,
    underfit,
];

/// A running loss this many times that of guessing: a healthy start lies within 1.1.
const SPIKE: f64 = 2.0;
/// Deviation of the last hidden layer over the first at step 0. Kaiming keeps it within 0.1 to 3; ten
/// layers with half the gain give 1e-3.
const FADED: f64 = 1e-2;
/// The same upwards.
const BURST: f64 = 1e2;
/// A first loss this many times that of guessing: scores start far too large.
const SURE: f64 = 1.5;
/// Share of units that no probe image lifts above 0. On images with an empty border half of the places
/// of a healthy map are so; nine of ten are not.
const DEAD: f64 = 0.95;
/// Steps before which nothing can be said about a loss that has not moved.
const SOON: u32 = 10;
/// A loss above this share of guessing's has not moved: batches scatter by a few percent.
const UNMOVED: f64 = 0.95;
/// Relative fall of the loss from the third to the last quarter of a run that has not arrived.
const FALLING: f64 = 0.08;
/// Share of all that was gained that the last quarter may gain: a straight line gains a quarter, a curve
/// that has bent a few percent.
const STRAIGHT: f64 = 0.15;
/// Clean training accuracy below which a network that has stopped learning is too small.
const SMALL: f64 = 0.85;
/// A running loss above this share of guessing's has more to learn.
const MORE: f64 = 0.15;
/// Running training accuracy that counts as learned.
const LEARNED: f64 = 0.9;
/// Points by which validation accuracy may exceed clean training accuracy by chance.
const ABOVE: f64 = 0.08;
/// Clean training accuracy minus validation accuracy of a network that learns by heart.
const GAP: f64 = 0.06;
/// Rise of the validation loss from its lowest point that is no longer chance.
const RISE: f64 = 0.25;
/// Validation accuracy below this many times chance, with training learned: labels mean nothing.
const MEANINGLESS: f64 = 3.0;
/// Images per batch below which batch statistics are mostly noise.
const TINY: u32 = 4;
/// Running training loss over clean training loss where the statistics differ.
const APART: f64 = 1.3;
/// Typical jump of the validation accuracy that hides what it should show.
const JITTER: f64 = 0.012;
/// Validation images above which chance moves the accuracy by less than that.
const ENOUGH: usize = 100;

fn rate_too_high(record: &Record, c: &Curves) -> Option<Finding> {
    let lower = || vec![("lr", (record.experiment.lr / 10.0).to_string())];
    // The loss of step 1 is older than any update.
    if let Some(step) = record.diverged.filter(|&step| step > 1) {
        return Some(Finding {
            name: Ailment::RateTooHigh,
            confidence: 1.0,
            span: [step.saturating_sub(20).max(1), step],
            evidence: vec![(text::DIVERGED, f64::from(step))],
            advice: lower(),
            sentence: text::rate_diverged(step),
        });
    }
    let spiked = c.peak > SPIKE * c.first.max(c.guessing) && c.last > 0.5 * c.guessing;
    let at = record.train.iter().skip(1).find(|p| p.loss >= c.peak).map_or(1, |p| p.step);
    spiked.then(|| Finding {
        name: Ailment::RateTooHigh,
        confidence: 0.85,
        span: [at.saturating_sub(10).max(1), (at + 10).min(c.end)],
        evidence: vec![(text::PEAK_LOSS, c.peak), (text::FIRST_LOSS, c.first), (text::LAST_LOSS, c.last)],
        advice: lower(),
        sentence: text::rate_jumped(c.peak, at),
    })
}

/// No curve has to show it: the classifier, at the latest, stands behind a dropout. A frozen one drops
/// nothing, and which layers are frozen says nothing of what they are.
fn all_dropped(record: &Record, c: &Curves) -> Option<Finding> {
    let e = &record.experiment;
    if !e.freeze.is_empty() || e.log.iter().any(|change| matches!(change.value, Given::Layers(_))) {
        return None;
    }
    // The settings of the last step.
    let at = c.end.saturating_sub(1);
    let since = e.log.iter().rfind(|change| change.setting == "p" && change.step <= at);
    let since = since.map_or(0, |change| change.step);
    (Live::of(e).at(&e.log, at).p >= 1.0).then(|| Finding {
        name: Ailment::AllDropped,
        confidence: 1.0,
        span: [since, c.end],
        evidence: vec![(text::DROPOUT_P, 1.0)],
        advice: vec![("p", "0.25".to_owned())],
        sentence: text::ALL_DROPPED.to_owned(),
    })
}

fn bad_init(record: &Record, c: &Curves) -> Option<Finding> {
    let look = record.looks.first().filter(|look| look.step == 0)?;
    let mut hidden = look.layers.iter().filter(|layer| layer.activation).map(|layer| layer.deviation);
    let first = hidden.next()?;
    let ratio = hidden.next_back().unwrap_or(first) / first.max(1e-30);
    let learned = c.last < 0.5 * c.guessing;
    let (what, sure) = match () {
        () if first == 0.0 || ratio == 0.0 => (text::die_out_at_once(), !learned),
        () if ratio < FADED => (text::die_out(&powers(ratio)), !learned),
        () if ratio > BURST => (text::burst(&powers(ratio)), true),
        () if c.first > SURE * c.guessing || record.diverged == Some(1) => {
            (text::far_too_sure(c.guessing), true)
        }
        () => return None,
    };
    // What trains nevertheless has outgrown its start.
    sure.then(|| Finding {
        name: Ailment::BadInit,
        confidence: 0.95,
        span: [0, c.end.min(20)],
        evidence: vec![(text::DEVIATION, ratio), (text::FIRST_LOSS, c.first)],
        advice: vec![("init", "kaiming".to_owned())],
        sentence: match c.first {
            loss if loss < 1e4 => text::with_first_loss(&what, &format!("{loss:.2}")),
            loss if loss.is_finite() => text::with_first_loss(&what, &powers(loss)),
            _ => text::with_no_first_loss(&what),
        },
    })
}

fn dead_units(record: &Record, c: &Curves) -> Option<Finding> {
    let look = record.looks.last().filter(|look| look.step > 0)?;
    let share = look.layers.iter().filter_map(|layer| Some((layer.dead?, &layer.name)));
    let (share, name) = share.max_by(|a, b| a.0.total_cmp(&b.0))?;
    let rectified = matches!(record.experiment.act, Act::Relu | Act::Leaky);
    (rectified && share > DEAD && c.last > 0.2 * c.guessing).then(|| Finding {
        name: Ailment::DeadUnits,
        confidence: 0.9,
        span: [c.end.min(1), look.step],
        evidence: vec![(text::DEAD_SHARE, share), (text::LAST_LOSS, c.last)],
        advice: vec![("act", "gelu".to_owned()), ("lr", (record.experiment.lr / 3.0).to_string())],
        sentence: text::dead_units(100.0 * share, name),
    })
}

fn stuck(record: &Record, c: &Curves) -> Option<Finding> {
    (c.last > UNMOVED * c.guessing && record.diverged.is_none() && c.end >= SOON).then(|| Finding {
        name: Ailment::Stuck,
        confidence: 0.8,
        span: [0, c.end],
        evidence: vec![(text::LAST_LOSS, c.last), (text::GUESSING, c.guessing)],
        advice: vec![("norm", "batch".to_owned()), ("lr", (record.experiment.lr * 3.0).to_string())],
        sentence: text::stuck(c.end, c.last, c.guessing),
    })
}

/// Whether the training loss has not arrived: by much, or as a straight line.
fn still_falls(c: &Curves) -> bool {
    let fall = c.before - c.last;
    fall > FALLING * c.before || fall > STRAIGHT * (c.first - c.last).max(1e-9)
}

fn rate_too_low(record: &Record, c: &Curves) -> Option<Finding> {
    let fall = (c.before - c.last) / c.before;
    let moved = c.last <= UNMOVED * c.guessing;
    (moved && still_falls(c) && c.last_accuracy < LEARNED && c.val.accuracy < LEARNED).then(|| Finding {
        name: Ailment::RateTooLow,
        confidence: (0.6 + fall).min(0.9),
        span: [c.end / 2, c.end],
        evidence: vec![(text::LOSS_BEFORE, c.before), (text::LAST_LOSS, c.last)],
        advice: vec![
            ("lr", (record.experiment.lr * 3.0).to_string()),
            ("steps", (record.experiment.steps.saturating_mul(3)).to_string()),
        ],
        sentence: text::rate_too_low(c.before, c.last),
    })
}

fn label_noise(_: &Record, c: &Curves) -> Option<Finding> {
    let meaningless = c.clean.accuracy > 0.5 && c.val.accuracy < MEANINGLESS * c.chance;
    // Validation labels are clean: only wrong training labels make training the harder of the two.
    let noisy = c.below > ABOVE;
    (meaningless || noisy).then(|| Finding {
        name: Ailment::LabelNoise,
        confidence: if meaningless { 0.95 } else { 0.88 },
        span: [c.end / 2, c.end],
        evidence: vec![
            (text::TRAINING_ACCURACY, c.clean.accuracy),
            (text::VALIDATION_ACCURACY, c.val.accuracy),
        ],
        advice: vec![("p", "0.5".to_owned())],
        sentence: if meaningless {
            text::meaningless_labels(100.0 * c.clean.accuracy, 100.0 * c.val.accuracy)
        } else {
            text::NOISY_LABELS.to_owned()
        },
    })
}

fn overfit(record: &Record, c: &Curves) -> Option<Finding> {
    let gap = c.clean.accuracy - c.val.accuracy;
    let rise = c.val.loss / c.best.loss - 1.0;
    let rising = rise > RISE && c.clean.loss < 0.5 * c.val.loss && c.val.loss > 0.3 * c.guessing;
    // A share of few images scatters by itself.
    let images = (record.images[1].max(1)) as f64;
    let scatter = 2.0 * libm::sqrt((c.val.accuracy * (1.0 - c.val.accuracy) / images).max(0.0));
    (gap > GAP + scatter || rising).then(|| Finding {
        name: Ailment::Overfit,
        confidence: (0.7 + gap.max(0.0)).min(0.9),
        span: [c.best.step, c.end],
        evidence: vec![
            (text::TRAINING_ACCURACY, c.clean.accuracy),
            (text::VALIDATION_ACCURACY, c.val.accuracy),
            (text::LOWEST_VALIDATION_LOSS, c.best.loss),
            (text::LAST_VALIDATION_LOSS, c.val.loss),
        ],
        advice: vec![
            ("train", (record.experiment.train.saturating_mul(4)).to_string()),
            ("p", "0.5".to_owned()),
            ("wd", "0.001".to_owned()),
        ],
        sentence: if rising && c.best_accuracy - c.val.accuracy < 0.02 {
            text::surer(c.best.loss, c.val.loss)
        } else {
            text::by_heart(100.0 * c.clean.accuracy, 100.0 * c.val.accuracy)
        },
    })
}

fn tiny_batch(record: &Record, c: &Curves) -> Option<Finding> {
    let e = &record.experiment;
    let apart = libm::fabs(libm::log(c.last / c.clean.loss)) > libm::log(APART);
    let slow = c.last > MORE * c.guessing;
    (e.norm == NormKind::Batch && e.batch <= TINY && (apart || slow)).then(|| Finding {
        name: Ailment::TinyBatch,
        confidence: 0.92,
        span: [c.end / 2, c.end],
        evidence: vec![
            (text::BATCH, f64::from(e.batch)),
            (text::RUNNING_LOSS, c.last),
            (text::CLEAN_LOSS, c.clean.loss),
        ],
        advice: vec![("norm", "group".to_owned()), ("batch", "32".to_owned())],
        sentence: text::tiny_batch(e.batch, c.last, c.clean.loss),
    })
}

fn noisy_validation(record: &Record, c: &Curves) -> Option<Finding> {
    let few = record.images[1] < ENOUGH;
    (few && c.jitter > JITTER).then(|| Finding {
        name: Ailment::NoisyValidation,
        confidence: 0.65,
        span: [c.end / 2, c.end],
        evidence: vec![(text::VALIDATION_IMAGES, record.images[1] as f64), (text::TYPICAL_JUMP, c.jitter)],
        advice: vec![("val", "1000".to_owned())],
        sentence: text::noisy_validation(100.0 * c.jitter, record.images[1]),
    })
}

fn underfit(record: &Record, c: &Curves) -> Option<Finding> {
    let moved = c.last <= UNMOVED * c.guessing && record.diverged.is_none();
    (moved && !still_falls(c) && c.clean.accuracy < SMALL).then(|| Finding {
        name: Ailment::Underfit,
        confidence: 0.75,
        span: [c.end / 2, c.end],
        evidence: vec![
            (text::TRAINING_ACCURACY, c.clean.accuracy),
            (text::LAST_LOSS, c.last),
            (text::LOSS_BEFORE, c.before),
        ],
        advice: vec![("net", "conv16-pool-conv32-pool".to_owned()), ("p", "0".to_owned())],
        sentence: text::underfit(c.last, 100.0 * c.clean.accuracy),
    })
}

pub(super) fn healthy(record: &Record, c: &Curves) -> Finding {
    let ends = record.clean.last().zip(record.val.last()).filter(|_| c.end >= SOON);
    Finding {
        name: Ailment::Healthy,
        confidence: if ends.is_some() { 0.8 } else { 0.0 },
        span: [0, c.end],
        evidence: ends.map_or_else(Vec::new, |(clean, val)| {
            vec![(text::TRAINING_ACCURACY, clean.accuracy), (text::VALIDATION_ACCURACY, val.accuracy)]
        }),
        advice: Vec::new(),
        sentence: match ends {
            None => text::NOTHING_YET.to_owned(),
            Some((clean, val)) => text::healthy(100.0 * clean.accuracy, 100.0 * val.accuracy),
        },
    }
}

/// `4.8·10⁵`
fn powers(number: f64) -> String {
    let written = format!("{number:.1e}");
    let (digits, power) = written.split_once('e').unwrap_or((&written, "0"));
    let raised = power.chars().map(|c| match c.to_digit(10) {
        Some(digit) => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][digit as usize],
        None => '⁻',
    });
    format!("{digits}·10{}", raised.collect::<String>())
}
