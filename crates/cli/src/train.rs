use std::fs;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use convlab_core::data::Split;
use convlab_core::session::{Evaluation, FirstStage, Row, Session, Setup};
use convlab_core::spec::{Study, link};
use pollster::block_on;
use serde_json::json;

use crate::args::Train;
use crate::lab::{bar, note_base};
use crate::open::{self, Shelf};
use crate::stops::Stops;
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
pub fn until(
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

/// Images of the clean training figures: the first of the training split, in evaluation mode.
const CLEAN: usize = 250;
/// Steps between two measurements, and the first of them: as on the page.
const MEASURED_EVERY: u32 = 50;
const MEASURED_EARLY: [u32; 2] = [10, 25];

/// Trains what a link describes.
///
/// # Errors
/// Why it cannot run.
pub fn run(options: &Train) -> Done {
    let (mut session, study) = open(options)?;
    let experiment = &study.base;
    let steps = experiment.steps;

    let bar = bar(steps, options.json);
    let every = (steps / LINES).max(1);
    let mut seen = |rows: &[Row]| {
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
    };
    let mut trained = Duration::ZERO;
    let mut stops = Stops::of(&options.link).unwrap_or_else(|why| {
        eprintln!("Note: {why}");
        Stops::default()
    });
    let mut stop = None;
    while session.step() < steps && stop.is_none() {
        let start = Instant::now();
        let next = measured_after(session.step()).min(steps);
        let diverged = until(&mut session, next, &mut seen)?;
        trained += start.elapsed();
        if let Some(step) = diverged {
            bar.finish_and_clear();
            let line = if options.json {
                json!({ "diverged": step }).to_string()
            } else {
                format!("diverged at step {step}")
            };
            say(line)?;
            save(&mut session, options, &link::format(&study))?;
            return Ok(ExitCode::FAILURE);
        }
        if session.step() == steps {
            break;
        }
        if options.json {
            say(json!({ "step": session.step(), "clean": clean(&mut session)? }))?;
        }
        stop = stops.timed(trained);
        if stops.look() && stop.is_none() {
            stop = stops.seen(&block_on(session.evaluate(Split::Val, None)).map_err(text)?);
        }
    }
    bar.finish_and_clear();
    let steps = session.step();
    if let Some(stop) = stop {
        say(match options.json {
            true => json!({ "stopped": steps, "rule": stop.rule, "limit": stop.limit }).to_string(),
            false => stop.sentence(steps),
        })?;
    }
    let clean = clean(&mut session)?;
    let [validation, test] = last_looks(&mut session, experiment.tta as usize)?;
    let seconds = trained.as_secs_f64();
    if options.json {
        say(
            json!({ "step": steps, "validation": validation, "test": test, "clean": clean, "seconds": seconds }),
        )?;
    } else {
        let images = f64::from(steps) * session.setup().batch as f64;
        for (what, seen) in [("clean training", clean), ("validation", validation), ("test", test)] {
            say(measured(what, &seen))?;
            if let Some(tta) = seen.tta {
                say(format!(
                    "{what}, mean of {} views: loss {:.4}, accuracy {:.1} %, for {} forward passes instead of {}",
                    tta.views,
                    tta.loss,
                    100.0 * tta.accuracy,
                    tta.passes,
                    seen.count,
                ))?;
            }
        }
        say(format!("{seconds:.1} s, {:.0} images/s", images / seconds))?;
    }
    save(&mut session, options, &link::format(&study))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the weights where they were asked for: the last ones, or those before a divergence.
fn save(session: &mut Session, options: &Train, link: &str) -> Result<(), String> {
    let Some(file) = &options.save else { return Ok(()) };
    let bytes = block_on(session.weights(link, &options.part)).map_err(text)?;
    fs::write(file, bytes).map_err(|why| format!("{} cannot be written: {why}.", file.display()))?;
    if !options.json {
        say(format!("The weights of step {} are in {}.", session.step(), file.display()))?;
    }
    Ok(())
}

/// Opens what a link describes, with its first stage trained and other weights where they were asked for.
///
/// # Errors
/// Why it cannot run.
pub fn open(options: &Train) -> Result<(Session, Study), String> {
    let mut shelf = Shelf::new(options.data.clone());
    let mut study = shelf.study(&options.link, options.steps)?;
    note_base(&study);
    let data = shelf.data(&mut study.base)?;
    let mut setup = Setup::of(&study.base, data).map_err(text)?;
    let (device, device_name) = open::device(options.backend.unwrap_or(study.backend))?;
    if !options.json {
        say(format!("#{}", link::format(&study)))?;
        say(device_name)?;
    }
    if let Some(mut stage) = FirstStage::of(Rc::clone(&device), setup.clone(), &study.base).map_err(text)? {
        let bar = bar(stage.steps, options.json).with_message("first stage");
        let diverged = until(&mut stage.session, stage.steps, |rows| {
            bar.inc(rows.len() as u64);
            Ok(())
        })?;
        bar.finish_and_clear();
        setup.start = Some(block_on(stage.weights(diverged)).map_err(text)?);
    }
    let mut session = Session::open(device, setup).map_err(text)?;
    if let Some(file) = &options.weights {
        let shown = file.display();
        let bytes = fs::read(file).map_err(|why| format!("{shown} cannot be read: {why}."))?;
        session.load(&bytes, &options.part).map_err(|why| format!("{shown}: {why}"))?;
    }
    Ok((session, study))
}

/// Validation, and the one look at the test images; with several views also by their mean.
///
/// # Errors
/// When the device is lost.
pub fn last_looks(session: &mut Session, views: usize) -> Result<[Evaluation; 2], String> {
    let mut look = |split| block_on(session.evaluate_averaged(split, None, views)).map_err(text);
    Ok([look(Split::Val)?, look(Split::Test)?])
}

/// Training images without what only training does: dropout, and statistics of the batch.
fn clean(session: &mut Session) -> Result<Evaluation, String> {
    block_on(session.evaluate(Split::Train, Some(CLEAN))).map_err(text)
}

fn measured_after(step: u32) -> u32 {
    let early = MEASURED_EARLY.into_iter().find(|&at| at > step);
    early.unwrap_or((step / MEASURED_EVERY + 1) * MEASURED_EVERY)
}

fn measured(what: &str, seen: &Evaluation) -> String {
    let Evaluation { loss, accuracy, count, .. } = seen;
    format!("{what}: loss {loss:.4}, accuracy {:.1} % of {count} images", 100.0 * accuracy)
}

fn text(why: impl std::fmt::Display) -> String {
    why.to_string()
}

fn sentence(row: &Row) -> String {
    let Row { step, epoch, loss, accuracy, .. } = row;
    format!("step {step}, epoch {epoch:.2}, loss {loss:.4}, accuracy {:.1} %", 100.0 * accuracy)
}
