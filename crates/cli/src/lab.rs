//! What procedures need: sessions on this machine, and somebody who advances them.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use convlab_core::data::DataSet;
use convlab_core::procedures::{Lab, Procedure};
use convlab_core::session::{SessionError, SharedDevice};
use convlab_core::spec::{Experiment, Study, link};
use indicatif::{ProgressBar, ProgressStyle};
use pollster::block_on;
use serde::Serialize;
use serde_json::json;

use crate::args::Train;
use crate::open::{self, Shelf};
use crate::{say, stops};

/// A piece is sized to last about this long: the bar moves, and reading costs little.
const PIECE: Duration = Duration::from_millis(100);
/// After so long the speed is known well enough to say how long it will take.
const ESTIMATE: Duration = Duration::from_millis(700);

/// A device and the images of this machine.
pub struct Bench {
    device: SharedDevice,
    shelf: RefCell<Shelf>,
}

impl Bench {
    /// What a link means and where it runs; both are printed, unless as JSON.
    ///
    /// # Errors
    /// One sentence, when the wanted device is not there.
    pub fn open(options: &Train) -> Result<(Rc<Self>, Study), String> {
        let mut shelf = Shelf::new(options.data.clone());
        let study = shelf.study(&options.link, options.steps)?;
        if stops::word(&options.link).is_some() {
            eprintln!(
                "Note: stop ends runs of `train` and of the page; everything else trains all its steps."
            );
        }
        let (device, name) = open::device(options.backend.unwrap_or(study.backend))?;
        if !options.json {
            say(format!("#{}", link::format(&study)))?;
            say(name)?;
        }
        Ok((Rc::new(Self { device, shelf: RefCell::new(shelf) }), study))
    }
}

impl Bench {
    /// The same for what is about one run: of a comparison the base is taken.
    ///
    /// # Errors
    /// One sentence, when the wanted device is not there.
    pub fn open_one(options: &Train) -> Result<(Rc<Self>, Experiment), String> {
        let (bench, study) = Self::open(options)?;
        note_base(&study);
        Ok((bench, study.base))
    }
}

/// Says so where a link compares runs and only its base is meant.
pub fn note_base(study: &Study) {
    if study.arms.len() > 1 || study.seeds.len() > 1 {
        eprintln!(
            "Note: arms and seeds are compared by `convlab study`; this is the base with the first seed."
        );
    }
}

impl Lab for Bench {
    fn device(&self) -> SharedDevice {
        Rc::clone(&self.device)
    }

    fn data(&self, experiment: &mut Experiment) -> Result<Rc<DataSet>, SessionError> {
        self.shelf.borrow_mut().data(experiment).map_err(SessionError::Refused)
    }
}

/// Advances a procedure to its end behind a progress bar; `seen` gets each row. Says first, on the error
/// stream, how long it will take, as soon as its speed is known.
///
/// # Errors
/// Why it could not go on.
pub fn finish<R: Serialize, O>(
    mut procedure: Procedure<R, O>,
    json: bool,
    mut seen: impl FnMut(&R) -> Result<(), String>,
) -> Result<O, String> {
    let bar = bar(procedure.progress().of, json);
    let start = Instant::now();
    let (mut pace, mut estimated) = (1, json);
    loop {
        procedure.pace(pace);
        let begun = Instant::now();
        let piece = block_on(procedure.next()).map_err(|why| why.to_string())?;
        pace = if begun.elapsed() < PIECE { pace * 2 } else { (pace / 2).max(1) }.min(64);
        let progress = procedure.progress();
        bar.set_position(u64::from(progress.done));
        if !estimated && progress.done > 0 && start.elapsed() > ESTIMATE && piece.outcome.is_none() {
            estimated = true;
            let left = start.elapsed().as_secs_f64() / f64::from(progress.done);
            let left = left * f64::from(progress.of - progress.done);
            bar.suspend(|| eprintln!("{} steps at most, about {} to go", progress.of, seconds(left)));
        }
        for row in &piece.rows {
            bar.suspend(|| if json { say(json!(row)) } else { seen(row) })?;
        }
        if let Some(outcome) = piece.outcome {
            bar.finish_and_clear();
            return Ok(outcome);
        }
    }
}

fn seconds(seconds: f64) -> String {
    if seconds < 90.0 { format!("{seconds:.0} s") } else { format!("{:.0} min", seconds / 60.0) }
}

/// A bar on the error stream, where that is a terminal.
pub fn bar(steps: u32, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len}  {msg}  {eta} left");
    ProgressBar::new(u64::from(steps)).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_time_is_said_in_minutes() {
        assert_eq!((seconds(12.4).as_str(), seconds(600.0).as_str()), ("12 s", "10 min"));
    }
}
