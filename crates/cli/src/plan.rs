use std::process::ExitCode;

use convlab_core::data::{DataSet, Pixels};
use convlab_core::network::Network;
use convlab_core::plan::{Mode, assemble};
use convlab_core::spec::Backend;

use crate::{Done, open, say};

/// Prints every kernel of a training step, for a GPU unless the CPU was asked for; needs no images and no
/// device.
///
/// # Errors
/// Why the network cannot be.
pub fn run(link: &str, backend: Option<Backend>) -> Done {
    let study = open::study(link, None);
    let wide = backend.unwrap_or(study.backend) != Backend::Cpu;
    let experiment = study.base;
    let (input, classes) = (experiment.input(), experiment.names().len());
    let network = Network::new(&experiment, input, classes).map_err(|problems| {
        problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join(" ")
    })?;
    let data = DataSet {
        shape: [input.c, input.h, input.w],
        classes,
        pixels: Pixels::Bytes(Vec::new()),
        standard: vec![[0.0, 1.0]; input.c],
        ..DataSet::default()
    };
    let frozen = experiment.freeze.clone();
    say(assemble(&network, &data, Mode::Train { frozen }, experiment.batch as usize).suited(wide))?;
    Ok(ExitCode::SUCCESS)
}
