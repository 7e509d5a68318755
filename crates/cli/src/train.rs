use std::process::ExitCode;
use std::time::{Duration, Instant};

use convlab_core::data::Split;
use convlab_core::session::{Evaluation, Row, Session, Setup};
use convlab_core::spec::link;
use pollster::block_on;
use serde_json::json;

use crate::args::Train;
use crate::lab::bar;
use crate::open::{self, Shelf};
use crate::{Done, say};

/// A turn is sized to last about this long: the bar moves, and reading costs little.
const TURN: Duration = Duration::from_millis(100);

/// Lines between the first step and the last where there is no bar.
const LINES: u32 = 20;

/// Trains a session to a step; `seen` gets the metrics of each turn. Returns the step whose loss was
/// no usable number, if there was one.
///
/// # Errors
/// When the device is lost, or as `seen` says.
fn until(
    session: &mut Session,
    steps: u32,
    mut seen: impl FnMut(&[Row]) -> Result<(), String>,
) -> Result<Option<u32>, String> {
    let mut size = 1;
    while session.step() < steps {
        let start = Instant::now();
        let wanted = size.min((steps - session.step()) as usize);
        let turn = block_on(session.turn(wanted)).map_err(|why| why.to_string())?;
        seen(&turn.rows)?;
        if turn.diverged.is_some() {
            return Ok(turn.diverged);
        }
        // How a run is cut into turns changes none of its bits.
        size = if start.elapsed() < TURN { size * 2 } else { (size / 2).max(1) }.min(64);
    }
    Ok(None)
}

/// Trains what a link describes.
///
/// # Errors
/// Why it cannot run.
pub fn run(options: &Train) -> Done {
    let mut shelf = Shelf::new(options.data.clone());
    let mut study = shelf.study(&options.link, options.steps)?;
    let data = shelf.data(&mut study.base)?;
    let experiment = &study.base;
    let setup = Setup::of(experiment, data).map_err(|why| why.to_string())?;
    let (device, device_name) = open::device(options.backend.unwrap_or(study.backend))?;
    let mut session = Session::open(device, setup).map_err(|why| why.to_string())?;
    let steps = experiment.steps;
    if !options.json {
        say(format!("#{}", link::format(&study)))?;
        say(device_name)?;
    }

    let start = Instant::now();
    let bar = bar(steps, options.json);
    let every = (steps / LINES).max(1);
    let diverged = until(&mut session, steps, |rows| {
        for row in rows {
            if options.json {
                say(json!(row))?;
            } else if bar.is_hidden() && (row.step == 1 || row.step % every == 0 || row.step == steps) {
                say(sentence(row))?;
            }
        }
        if let Some(row) = rows.last() {
            bar.set_position(u64::from(row.step));
            bar.set_message(format!("loss {:.3}, accuracy {:.1} %", row.loss, 100.0 * row.accuracy));
        }
        Ok(())
    })?;
    bar.finish_and_clear();
    if let Some(step) = diverged {
        let line = if options.json {
            json!({ "diverged": step }).to_string()
        } else {
            format!("diverged at step {step}")
        };
        say(line)?;
        return Ok(ExitCode::FAILURE);
    }
    let seconds = start.elapsed().as_secs_f64();
    let [validation, test] = last_looks(&mut session, experiment.tta as usize)?;
    if options.json {
        say(json!({ "step": steps, "validation": validation, "test": test, "seconds": seconds }))?;
    } else {
        let images = f64::from(steps) * session.setup().batch as f64;
        for (split, evaluation) in [("validation", validation), ("test", test)] {
            let Evaluation { loss, accuracy, count, tta } = evaluation;
            say(format!("{split}: loss {loss:.4}, accuracy {:.1} % of {count} images", 100.0 * accuracy))?;
            if let Some(tta) = tta {
                say(format!(
                    "{split}, mean of {} views: loss {:.4}, accuracy {:.1} %, for {} forward passes instead of {count}",
                    tta.views,
                    tta.loss,
                    100.0 * tta.accuracy,
                    tta.passes,
                ))?;
            }
        }
        say(format!("{seconds:.1} s, {:.0} images/s", images / seconds))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Validation, and the one look at the test images; with several views also by their mean.
///
/// # Errors
/// When the device is lost.
pub fn last_looks(session: &mut Session, views: usize) -> Result<[Evaluation; 2], String> {
    let mut look =
        |split| block_on(session.evaluate_averaged(split, None, views)).map_err(|why| why.to_string());
    Ok([look(Split::Val)?, look(Split::Test)?])
}

fn sentence(row: &Row) -> String {
    let Row { step, epoch, loss, accuracy, .. } = row;
    format!("step {step}, epoch {epoch:.2}, loss {loss:.4}, accuracy {:.1} %", 100.0 * accuracy)
}
