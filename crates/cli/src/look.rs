//! `convlab look`: what every layer does on the probe images, before the first step or after some.

use std::process::ExitCode;

use convlab_core::network::describe;
use convlab_core::session::{LayerView, Query};
use convlab_core::spec::link;
use pollster::block_on;
use serde_json::json;

use crate::args::Train;
use crate::train::{open, until};
use crate::{Done, say};

/// Trains so many steps, if any, and prints the figures of every layer.
///
/// # Errors
/// Why it cannot run.
pub fn run(options: &Train) -> Done {
    let (mut session, study) = open(options)?;
    if let Some(step) = until(&mut session, options.steps.unwrap_or(0), |_| Ok(()))? {
        eprintln!("Note: diverged at step {step}; these are the weights before it.");
    }
    let query = Query { stats: true, ..Query::default() };
    let seen = block_on(session.inspect(&query)).map_err(|why| why.to_string())?;
    if options.json {
        say(json!({ "step": seen.step, "layers": seen.layers }))?;
        return Ok(ExitCode::SUCCESS);
    }
    say(format!("step {}", seen.step))?;
    say(row(["layer", "", "mean", "deviation", "dead", "gradient", "weight", "update"].map(str::to_owned)))?;
    let layers = describe(&link::format(&study)).layers;
    for view in &seen.layers {
        let title = layers.iter().find(|layer| layer.name == view.name).map_or("", |layer| &layer.title);
        say(row(figures(view, title)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A layer's line; what a layer does not have is a dash.
fn figures(view: &LayerView, title: &str) -> [String; 8] {
    let dash = || "-".to_owned();
    let figure = |number: Option<f64>| number.map_or_else(dash, |number| format!("{number:.3e}"));
    let share = |number: Option<f64>| number.map_or_else(dash, |number| format!("{:.1} %", 100.0 * number));
    [
        view.name.clone(),
        title.to_owned(),
        format!("{:.4}", view.mean),
        format!("{:.4}", view.deviation),
        share(view.dead.or(view.saturated)),
        figure(view.gradient),
        figure(view.weight),
        figure(view.update),
    ]
}

fn row([layer, title, mean, deviation, dead, gradient, weight, update]: [String; 8]) -> String {
    format!(
        "{layer:14} {title:14} {mean:>10} {deviation:>10} {dead:>8} {gradient:>10} {weight:>10} {update:>10}"
    )
}
