//! Where the lessons get their runs: digits, the CPU, and as many threads as there are cores.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::thread;

use convlab_core::data::{DataSet, Images, data_set, digits};
use convlab_core::device::cpu::Cpu;
use convlab_core::procedures::{Lab, Procedure};
use convlab_core::session::{Query, Session, SessionError, SharedDevice};
use convlab_core::spec::{Experiment, link};
use pollster::block_on;

static DIGITS: LazyLock<Images> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/public/data/digits.bin");
    let bytes = std::fs::read(path).expect("the digits are packed: run `cargo xtask build` once");
    digits::parse(&bytes).expect("the packed digits can be read")
});

/// The seeds of most claims.
pub const SEEDS: [u32; 3] = [1, 2, 3];

/// A CPU with the digits.
pub struct School {
    device: SharedDevice,
}

impl School {
    /// A device of its own.
    pub fn new() -> Self {
        Self { device: Rc::new(RefCell::new(Cpu::default())) }
    }

    /// The same for procedures.
    pub fn lab(self) -> Rc<dyn Lab> {
        Rc::new(self)
    }
}

impl Lab for School {
    fn device(&self) -> SharedDevice {
        Rc::clone(&self.device)
    }

    fn data(&self, experiment: &mut Experiment) -> Result<Rc<DataSet>, SessionError> {
        let set = data_set(experiment, Some(&DIGITS), false);
        set.map(Rc::new).map_err(SessionError::Refused)
    }
}

/// The experiment of a link that must be right.
pub fn experiment(words: &str) -> Experiment {
    let side = if words.contains("side=") { "" } else { "side=14&" };
    let (study, problems) = link::parse(&format!("v=1&{side}{words}"));
    assert!(problems.is_empty(), "{words}: {problems:?}");
    study.base
}

/// A run, trained to its end or to its divergence.
pub struct Trained {
    /// Running training losses.
    pub losses: Vec<f64>,
    /// The step whose loss was no usable number.
    pub diverged: Option<u32>,
    /// Its session.
    pub session: Session,
}

impl Trained {
    /// Mean running loss of the last tenth of the steps; infinite after a divergence.
    pub fn last(&self) -> f64 {
        let tail = &self.losses[self.losses.len() - self.losses.len() / 10..];
        if self.diverged.is_some() { f64::INFINITY } else { mean(tail) }
    }
}

impl School {
    /// Opens the experiment of some words.
    pub fn open(&self, words: &str) -> Session {
        Lab::open(self, &experiment(words)).unwrap_or_else(|why| panic!("{words}: {why}"))
    }

    /// Trains the experiment of some words.
    pub fn train(&self, words: &str) -> Trained {
        let mut session = self.open(words);
        let steps = experiment(words).steps;
        let (mut losses, mut diverged) = (Vec::new(), None);
        while session.step() < steps && diverged.is_none() {
            let turn = block_on(session.turn((steps - session.step()) as usize)).unwrap();
            losses.extend(turn.rows.iter().map(|row| row.loss));
            diverged = turn.diverged;
        }
        Trained { losses, diverged, session }
    }
}

/// Output deviation and weight-gradient norm of every layer with weights, before the first step.
pub fn strip(session: &mut Session) -> Vec<(f64, f64)> {
    let seen = block_on(session.inspect(&Query { stats: true, ..Query::default() })).unwrap();
    let chain = &session.setup().network.chain.0;
    let kind = |name: &str| name.parse::<usize>().map_or("", |number| chain[number].kind());
    let layers = seen.layers.iter().filter(|layer| matches!(kind(&layer.name), "conv" | "dense"));
    layers.map(|layer| (layer.deviation, layer.gradient.unwrap_or_default())).collect()
}

/// Works a procedure to its end.
pub fn finish<R, O>(mut procedure: Procedure<R, O>) -> O {
    procedure.pace(32);
    loop {
        if let Some(outcome) = block_on(procedure.next()).unwrap().outcome {
            return outcome;
        }
    }
}

/// Does every job, on all cores; the answers are in the order of the jobs.
pub fn each<J: Sync, T: Send>(jobs: &[J], work: impl Fn(&J) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let answers: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(at) else { return };
                    let answer = work(job);
                    answers.lock().unwrap().push((at, answer));
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap();
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// The mean.
pub fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

/// Median and range, as they are printed.
pub fn spread(numbers: &[f64]) -> String {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    let median = if sorted.len() % 2 == 1 { sorted[half] } else { 0.5 * (sorted[half - 1] + sorted[half]) };
    format!("{} ({} to {})", short(median), short(sorted[0]), short(sorted[sorted.len() - 1]))
}

fn short(x: f64) -> String {
    if x != 0.0 && !(1e-3..1e5).contains(&x.abs()) { format!("{x:.1e}") } else { format!("{x:.3}") }
}

/// How many are above 0.
pub fn higher(numbers: &[f64]) -> usize {
    numbers.iter().filter(|&&x| x > 0.0).count()
}

/// Whether all numbers fulfil it.
pub fn all(numbers: &[f64], holds: impl Fn(f64) -> bool) -> bool {
    !numbers.is_empty() && numbers.iter().all(|&x| holds(x))
}
