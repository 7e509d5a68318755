//! From a link to something that runs: notes, images, device.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::{env, fs};

use convlab_core::data::{DataSet, Images, Sizes, Standardize, digits, images};
use convlab_core::device::cpu::Cpu;
use convlab_core::device::gpu::{Gpu, Options};
use convlab_core::session::SharedDevice;
use convlab_core::spec::{Backend, Data, Experiment, Study, link};
use pollster::block_on;

/// Where `cargo xtask` puts the digits.
const DIGITS: &str = "www/public/data/digits.bin";

/// What a link means, with other steps where those are given; what it cannot mean is noted on the
/// error stream.
pub fn study(text: &str, steps: Option<u32>) -> Study {
    let (mut study, problems) = link::parse(text);
    problems.iter().for_each(|problem| eprintln!("Note: {}", problem.message));
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

/// The images of this machine; the digits are read once.
#[derive(Default)]
pub struct Shelf {
    file: Option<PathBuf>,
    digits: Option<Images>,
}

impl Shelf {
    /// `file`: the packed digits, where they do not lie in the project.
    pub fn new(file: Option<PathBuf>) -> Self {
        Self { file, digits: None }
    }

    /// The data set of an experiment.
    ///
    /// # Errors
    /// One sentence: no digits here, or more images wanted than there are.
    pub fn data(&mut self, experiment: &Experiment) -> Result<Rc<DataSet>, String> {
        if experiment.data == Data::Digits && self.digits.is_none() {
            self.digits = Some(self.read()?);
        }
        let images = images(experiment, self.digits.as_ref())?;
        let set = DataSet::new(images, Sizes::of(experiment), experiment.seed, &Standardize::Auto)?;
        Ok(Rc::new(set))
    }

    fn read(&self) -> Result<Images, String> {
        let path = match &self.file {
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

/// The digits of the project that the program is started in, or lies in.
fn packed() -> Option<PathBuf> {
    let places = [env::current_dir().ok(), env::current_exe().ok()];
    let inside = |folder: &Path| Some(folder.join(DIGITS)).filter(|path| path.is_file());
    places.iter().flatten().find_map(|place| place.ancestors().find_map(inside))
}
