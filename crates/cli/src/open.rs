//! From a link to something that runs: notes, images, device.

use std::cell::RefCell;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::{env, fs};

use convlab_core::data::{DataSet, Images, data_set, digits};
use convlab_core::device::cpu::Cpu;
use convlab_core::device::gpu::{Gpu, Options};
use convlab_core::session::SharedDevice;
use convlab_core::spec::{Backend, Data, Experiment, Study, link};
use pollster::block_on;

use crate::files;

/// Where `cargo xtask` puts the digits.
const DIGITS: &str = "www/public/data/digits.bin";

/// What a link means, with other steps where those are given; what it cannot mean is noted on the
/// error stream.
pub fn study(text: &str, steps: Option<u32>) -> Study {
    let (mut study, problems) = link::parse(text);
    // Who trains a link reads itself when to stop.
    let others = problems.iter().filter(|problem| problem.field != "stop");
    others.for_each(|problem| eprintln!("Note: {}", problem.message));
    study.base.steps = steps.unwrap_or(study.base.steps);
    study
}

/// The device of a choice, and why it is this one.
///
/// # Errors
/// One sentence, when a GPU is asked for and there is none.
pub fn device(backend: Backend) -> Result<(SharedDevice, String), String> {
    let cpu = |why: String| -> (SharedDevice, String) { (Rc::new(RefCell::new(Cpu::default())), why) };
    if backend == Backend::Cpu {
        return Ok(cpu("CPU".to_owned()));
    }
    let software = backend == Backend::WebGpu;
    match block_on(Gpu::open(&Options { software, ..Options::default() })) {
        Ok(gpu) => {
            let name = gpu.info().title();
            Ok((Rc::new(RefCell::new(gpu)), name))
        }
        Err(why) if software => Err(why.to_string()),
        Err(why) => Ok(cpu(format!("CPU. {why}"))),
    }
}

/// The images of this machine: the digits, or files of the user's own; read once.
#[derive(Default)]
pub struct Shelf {
    files: Vec<PathBuf>,
    loaded: Option<Images>,
}

impl Shelf {
    /// `files`: what `--data` names, the packed digits or images of the user's own.
    pub fn new(files: Vec<PathBuf>) -> Self {
        Self { files, loaded: None }
    }

    /// What a link means, with other steps where those are given: on the files that were named, where
    /// they are not the packed digits. What it cannot mean is noted on the error stream.
    ///
    /// # Errors
    /// One sentence when the files cannot be read.
    pub fn study(&mut self, text: &str, steps: Option<u32>) -> Result<Study, String> {
        if self.files.is_empty() || (self.files.len() == 1 && is_packed(&self.files[0])) {
            return Ok(study(text, steps));
        }
        let study = study(&link::about_own_files(text), steps);
        let (images, notes) = files::images(&self.files, study.base.side as usize)?;
        notes.iter().for_each(|note| eprintln!("Note: {note}"));
        self.loaded = Some(images);
        Ok(study)
    }

    /// The data set of an experiment. Where it has fewer images than a batch, the batch shrinks.
    ///
    /// # Errors
    /// One sentence: no digits here, or more images wanted than there are.
    pub fn data(&mut self, experiment: &mut Experiment) -> Result<Rc<DataSet>, String> {
        if experiment.data == Data::Digits && self.loaded.is_none() {
            self.loaded = Some(self.digits()?);
        }
        if experiment.data == Data::Own && self.loaded.is_none() {
            return Err(
                "This link was made with files of its author's own (data=own): name them with --data."
                    .to_owned(),
            );
        }
        let set = data_set(experiment, self.loaded.as_ref(), false)?;
        set.notes.iter().for_each(|note| eprintln!("Note: {note}"));
        if let Some(problem) = set.fit(experiment) {
            eprintln!("Note: {}", problem.message);
        }
        Ok(Rc::new(set))
    }

    fn digits(&self) -> Result<Images, String> {
        let path = match self.files.first() {
            Some(file) => file.clone(),
            None => packed().ok_or(
                "The digits are not packed yet: run `cargo xtask build` once, or name their file with --data.",
            )?,
        };
        let shown = path.display();
        let bytes = fs::read(&path).map_err(|why| format!("{shown} cannot be read: {why}."))?;
        digits::parse(&bytes).map_err(|why| format!("{shown}: {why}"))
    }
}

/// Whether a file begins as the packed digits do.
fn is_packed(path: &Path) -> bool {
    let mut start = [0; 4];
    fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && &start == digits::MAGIC
}

/// The digits of the project that the program is started in, or lies in.
fn packed() -> Option<PathBuf> {
    let places = [env::current_dir().ok(), env::current_exe().ok()];
    let inside = |folder: &Path| Some(folder.join(DIGITS)).filter(|path| path.is_file());
    places.iter().flatten().find_map(|place| place.ancestors().find_map(inside))
}
