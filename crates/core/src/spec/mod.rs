//! What the user wrote: an experiment, a study of several, and the link that holds them.

mod augment;
mod choices;
mod classes;
mod experiment;
mod field;
mod intervention;
pub mod link;
mod live;
mod presets;
mod problem;
mod resolve;
mod settings;
mod start;
mod study;
mod words;

pub use choices::{
    Act, Backend, BlockStart, Choice, Data, Fan, InitWord, Labels, NormKind, Opt, ScheduleWord,
};
pub use classes::Classes;
pub use experiment::{Experiment, settings};
pub use intervention::{Given, Intervention};
pub use live::Live;
pub use presets::{Named, PRESETS, Preset, named};
pub use problem::Problem;
pub(crate) use problem::quote;
pub use settings::{Group, Kind, Scalar, Scale, Setting, Source, When};
pub use start::{SOURCES, Source as StartSource, Start};
pub use study::{Arm, Change, Study};
pub use words::{Times, Word, canonical, read};
