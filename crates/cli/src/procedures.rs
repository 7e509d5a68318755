//! Checks, sweeps and curves: `ladder`, `first`, `overfit`, `range`, `search`, `knockout`, `cues`, `doctor`.

use std::process::ExitCode;
use std::rc::Rc;

use convlab_core::doctor::{Ailment, diagnose};
use convlab_core::procedures::search::End;
use convlab_core::procedures::{self as core, Axis, Grade, Trials, Verdict};
use serde_json::json;

use crate::args::Train;
use crate::lab::{Bench, finish};
use crate::{Done, say};

/// Fewest steps of a range test: with fewer the slope is mostly noise.
const RANGE: u32 = 100;
/// Where a range test begins and ends.
const RATES: [f64; 2] = [1e-5, 10.0];

/// Climbs the sanity ladder.
///
/// # Errors
/// Why it cannot run.
pub fn ladder(options: &Train) -> Done {
    let (bench, experiment) = Bench::open_one(options)?;
    let rungs = finish(core::ladder(bench, experiment), options.json, |rung| {
        let touch = match &rung.verdict.touch[..] {
            [] => String::new(),
            keys => format!("  [{}]", keys.join(", ")),
        };
        say(format!("{:8} {:20} {}{touch}", light(rung.verdict.grade), rung.name, rung.verdict.reason))
    })?;
    let red = rungs.iter().any(|rung| rung.verdict.grade == Grade::Bad);
    Ok(if red { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Compares the first loss with that of guessing.
///
/// # Errors
/// Why it cannot run.
pub fn first(options: &Train) -> Done {
    let (bench, experiment) = Bench::open_one(options)?;
    let found = finish(core::first_loss(bench, experiment), options.json, |()| Ok(()))?;
    judged(options, &json!(found), &found.verdict)
}

/// Steps in which a few images should be learnt by heart.
const BY_HEART: u32 = 200;

/// Learns a few images by heart.
///
/// # Errors
/// Why it cannot run.
pub fn overfit(options: &Train, images: u32) -> Done {
    let (bench, experiment) = Bench::open_one(options)?;
    let steps = options.steps.unwrap_or(BY_HEART);
    let found = finish(core::overfit(bench, experiment, images, steps), options.json, |()| Ok(()))?;
    if !options.json && !found.off.is_empty() {
        say(format!("Switched off for it: {}.", found.off.join(", ")))?;
    }
    judged(options, &json!(found), &found.verdict)
}

/// Says what a check found; red is a failure.
fn judged(options: &Train, found: &serde_json::Value, verdict: &Verdict) -> Done {
    say(if options.json {
        found.to_string()
    } else {
        format!("{:8} {}", light(verdict.grade), verdict.reason)
    })?;
    Ok(if verdict.grade == Grade::Bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn light(grade: Grade) -> &'static str {
    match grade {
        Grade::Good => "green",
        Grade::Doubtful => "amber",
        Grade::Bad => "red",
    }
}

/// Tests the range of learning rates.
///
/// # Errors
/// Why it cannot run.
pub fn range(options: &Train) -> Done {
    let (bench, experiment) = Bench::open_one(options)?;
    let steps = options.steps.unwrap_or(RANGE);
    let test = core::range_test(bench, experiment, RATES, steps)?;
    let found = finish(test, options.json, |row| {
        let line = || format!("lr {:8.2e}  loss {:7.4}  smooth {:7.4}", row.lr, row.loss, row.smooth);
        if row.step % 5 == 1 { say(line()) } else { Ok(()) }
    })?;
    say(if options.json { json!(found).to_string() } else { found.sentence })?;
    Ok(ExitCode::SUCCESS)
}

/// Searches over the settings of `over`.
///
/// # Errors
/// Why it cannot run.
pub fn search(options: &Train, over: &str, trials: Trials) -> Done {
    let axes = Axis::read(over)?;
    let (bench, experiment) = Bench::open_one(options)?;
    let found = finish(core::search(bench, experiment, axes, trials)?, options.json, |row| {
        let words: Vec<String> = row.values.iter().map(|(key, word)| format!("{key}={word}")).collect();
        let end = match (row.end, &row.validation) {
            (End::Diverged, _) => format!("diverged at step {}", row.step),
            (End::Refused, _) | (_, None) => "cannot be".to_owned(),
            (end, Some(seen)) => {
                let stopped = if end == End::Stopped {
                    format!(", stopped at step {}", row.step)
                } else {
                    String::new()
                };
                let seen = seen.judged();
                format!("validation {:.1} %, loss {:.4}{stopped}", 100.0 * seen.accuracy, seen.loss)
            }
        };
        say(format!("{:4}  {:40} {end}", row.trial, words.join(" ")))
    })?;
    if options.json {
        say(json!({ "best": found.best, "test": found.test, "distinct": found.distinct }))?;
    } else {
        let distinct: Vec<String> =
            found.distinct.iter().map(|(key, count)| format!("{count} of {key}")).collect();
        say(format!("Different values: {}.", distinct.join(", ")))?;
        say(&found.sentence)?;
    }
    Ok(if found.best.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Draws the knock-out curve of every arm.
///
/// # Errors
/// Why it cannot run.
pub fn knock_out(options: &Train, layer: Option<usize>) -> Done {
    let (bench, study) = Bench::open(options)?;
    finish(core::knock_out(bench, study, layer), options.json, |row| {
        let [low, middle, high] = row.accuracy.map(|share| 100.0 * share);
        let scaled = if row.rescaled { "rescaled" } else { "as it is" };
        let out = 100.0 * row.share;
        say(format!(
            "{:20} layer {:2}, {out:5.1} % out, {scaled}: {middle:5.1} % ({low:.1} to {high:.1})",
            row.arm, row.layer
        ))
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Takes cues away from networks that learned with all of them.
///
/// # Errors
/// Why it cannot run.
pub fn cues(options: &Train) -> Done {
    let (bench, study) = Bench::open(options)?;
    finish(core::cues(bench, study)?, options.json, |row| {
        let without =
            row.without.map_or("both cues".to_owned(), |cue| format!("without {cue:?}").to_lowercase());
        say(format!("{:20} seed {:3}, {without:16} {:5.1} %", row.arm, row.seed, 100.0 * row.accuracy))
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Trains, and reads the curves.
///
/// # Errors
/// Why it cannot run.
pub fn doctor(options: &Train) -> Done {
    let (bench, experiment) = Bench::open_one(options)?;
    let record = finish(core::record(bench as Rc<_>, experiment), options.json, |_| Ok(()))?;
    let found = diagnose(&record);
    for finding in &found {
        if options.json {
            say(json!(finding))?;
            continue;
        }
        let [from, to] = finding.span;
        say(format!(
            "{} (steps {from} to {to}, {:.0} % sure)",
            finding.sentence,
            100.0 * finding.confidence
        ))?;
        let advice: Vec<String> = finding.advice.iter().map(|(key, word)| format!("{key}={word}")).collect();
        if !advice.is_empty() {
            say(format!("    Try {}.", advice.join(", or ")))?;
        }
    }
    Ok(if found[0].name == Ailment::Healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
