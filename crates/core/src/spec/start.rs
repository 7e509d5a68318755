use std::fmt;
use std::rc::Rc;

use super::Experiment;
use crate::text::link as text;

/// What a run begins with instead of weights drawn by its seed. The classifier is taken over where it
/// has the same shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Start {
    /// A network that comes with the program, by its number in [`SOURCES`].
    Source(usize),
    /// A first stage: the base experiment, trained for so many steps.
    Steps(u32),
}

/// A trained network that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Its word.
    pub name: &'static str,
    /// The experiment that made it, its steps included.
    pub link: &'static str,
    /// Its layers but the classifier, as safetensors. A function, so that only it reaches them: the page
    /// loads them when they are wanted.
    pub weights: fn() -> Rc<[u8]>,
}

/// The networks that a run can begin with. Each is written by
/// `convlab train LINK --save FILE --except classifier`, and a test of the page makes it again.
pub const SOURCES: &[Source] =
    &[Source { name: "digits", link: "v=1&steps=300&backend=cpu", weights: digits }];

#[inline(never)]
fn digits() -> Rc<[u8]> {
    include_bytes!("sources/digits.safetensors").as_slice().into()
}

/// Most steps of a first stage.
const MOST: u32 = 10_000;

impl Start {
    /// Reads a word.
    ///
    /// # Errors
    /// The rest of a sentence that begins with the word.
    pub(super) fn read(word: &str) -> Result<Self, String> {
        if let Some(number) = SOURCES.iter().position(|source| source.name == word) {
            return Ok(Self::Source(number));
        }
        match word.parse() {
            Ok(steps) if (1..=MOST).contains(&steps) => Ok(Self::Steps(steps)),
            Ok(_) => Err(text::outside(1.0, f64::from(MOST))),
            Err(_) => Err(text::NO_START.to_owned()),
        }
    }

    /// The network that comes with the program, if it is one.
    pub fn source(self) -> Option<&'static Source> {
        match self {
            Start::Source(number) => SOURCES.get(number),
            Start::Steps(_) => None,
        }
    }
}

impl Source {
    /// Whether an experiment has the layers of this network.
    ///
    /// # Errors
    /// The rest of a sentence that begins with the word.
    pub(super) fn fits(&self, experiment: &Experiment) -> Result<(), String> {
        let (study, _) = super::link::parse(self.link);
        same_layers(&study.base, experiment).then_some(()).ok_or_else(|| text::other_layers(self.link))
    }
}

/// Whether weights of one experiment's layers have a place in another's, the classifier aside.
pub(super) fn same_layers(one: &Experiment, other: &Experiment) -> bool {
    let of = |e: &Experiment| (e.net.clone(), e.norm, e.groups, e.input());
    of(one) == of(other)
}

/// As in the link: `digits`, `200`.
impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.source()) {
            (_, Some(source)) => f.write_str(source.name),
            (Start::Steps(steps), _) => steps.fmt(f),
            (Start::Source(number), None) => number.fmt(f),
        }
    }
}
