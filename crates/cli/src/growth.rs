//! How a step's time grows with batch, width, depth and image side.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use convlab_core::judge;
use convlab_core::session::Session;
use pollster::block_on;
use serde_json::json;

use crate::args::Bench;
use crate::{Done, open, say};

/// Windows of which the fastest counts: other programs only ever add time.
const WINDOWS: usize = 5;
const WINDOW: Duration = Duration::from_millis(400);

/// Small enough that the largest of each axis still takes well under a second a step.
const BATCH: usize = 32;
const SIDE: usize = 32;

/// A network that differs from the others of its axis in one number.
struct Point {
    axis: &'static str,
    value: usize,
    net: String,
    batch: usize,
    side: usize,
}

fn points() -> Vec<Point> {
    let base = |axis, value, net: String| Point { axis, value, net, batch: BATCH, side: SIDE };
    let usual = || "conv16-conv16-pool-conv32-gap".to_owned();
    let mut points = Vec::new();
    points.extend([4, 8, 16, 32, 64, 128].map(|batch| Point { batch, ..base("batch", batch, usual()) }));
    points.extend(
        [4, 8, 16, 32, 64].map(|w| base("width", w, format!("conv{w}-conv{w}-pool-conv{}-gap", 2 * w))),
    );
    points.extend([1, 2, 4, 8, 16, 32].map(|depth| base("depth", depth, format!("{depth}xconv16-gap"))));
    points.extend([8, 16, 32, 64, 128].map(|side| Point { side, ..base("side", side, usual()) }));
    points
}

/// Prints seconds a step and the operations that it counts, for every point.
///
/// # Errors
/// When there is no such device.
pub fn run(options: &Bench) -> Done {
    let (device, name) = open::device(options.backend())?;
    if !options.json {
        say(&name)?;
    }
    for Point { axis, value, net, batch, side } in points() {
        let setup = judge::noise(&net, [3, side, side], batch)?;
        let mut session = Session::open(device.clone(), setup).map_err(|why| why.to_string())?;
        let products: usize = session.plan().steps.iter().map(|step| step.kernel.products()).sum();
        let operations = 2.0 * products as f64;
        let seconds = fastest(&mut session)?;
        say(if options.json {
            json!({ "axis": axis, "value": value, "net": net, "batch": batch, "side": side,
                    "operations": operations, "seconds": seconds })
            .to_string()
        } else {
            format!("{axis:6} {value:4}  {:9.2} MFLOP  {:9.3} ms", operations / 1e6, 1e3 * seconds)
        })?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Seconds of a step in the fastest window.
fn fastest(session: &mut Session) -> Result<f64, String> {
    let mut turn = |steps: usize| {
        let start = Instant::now();
        block_on(session.turn(steps)).map_err(|why| why.to_string())?;
        Ok::<f64, String>(start.elapsed().as_secs_f64() / steps as f64)
    };
    turn(1)?;
    let steps = ((WINDOW.as_secs_f64() / turn(1)?) as usize).clamp(1, 64);
    let mut fastest = f64::INFINITY;
    for _ in 0..WINDOWS {
        fastest = fastest.min(turn(steps)?);
    }
    Ok(fastest)
}
