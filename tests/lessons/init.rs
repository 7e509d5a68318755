//! Signals collapse, keep their spread or explode, before the first step.

use convlab_core::spec::link;
use pollster::block_on;
use safetensors::SafeTensors;

use crate::Claim;
use crate::school::{SEEDS, School, all, each, experiment, spread, strip};

/// With 8 filters the ratio of one draw scatters beyond what Kaiming promises on average.
const NET: &str = "net=10xconv16&norm=none&p=0";

/// Output deviation of the tenth convolution over that of the first.
fn ratios(init: &str) -> Vec<f64> {
    each(&SEEDS, |seed| {
        let layers = strip(&mut School::new().open(&format!("{NET}&{init}&seed={seed}")));
        layers[9].0 / layers[0].0
    })
}

pub fn claims() -> Vec<Claim> {
    let faded = ratios("init=normal&std=0.01");
    let kept = ratios("init=kaiming");
    let burst = ratios("init=normal&std=1");
    let moved = each(&SEEDS, |seed| moved(&format!("{NET}&init=zeros&steps=20&seed={seed}")));
    let small = each(&SEEDS, |seed| {
        School::new().train(&format!("{NET}&init=normal&std=0.01&steps=100&seed={seed}")).last()
    });
    let large = each(&SEEDS, |seed| {
        School::new().train(&format!("{NET}&init=normal&std=1&steps=50&seed={seed}")).diverged.is_some()
    });
    let names = moved.iter().map(|names| names.join(" ")).collect::<Vec<_>>().join("; ");
    let guessing = 10f64.ln();
    vec![
        Claim::new(
            "10 conv ReLU, deviation 0.01: spread of layer 10 over layer 1 < 1e-6",
            spread(&faded),
            all(&faded, |x| x < 1e-6),
        ),
        Claim::new("Kaiming: 0.1 to 3", spread(&kept), all(&kept, |x| (0.1..=3.0).contains(&x))),
        Claim::new("deviation 1: > 1e5", spread(&burst), all(&burst, |x| x > 1e5)),
        Claim::new("zeros: only the last bias moves", names, moved.iter().all(|names| names == &["22.bias"])),
        Claim::new(
            "deviation 0.01: the loss stays at ln 10",
            spread(&small),
            all(&small, |x| (x - guessing).abs() < 0.02),
        ),
        Claim::new(
            "deviation 1: a divergence is reported",
            format!("{} of {}", large.iter().filter(|&&d| d).count(), large.len()),
            large.iter().all(|&d| d),
        ),
    ]
}

/// The weights and biases that training has changed from 0.
fn moved(words: &str) -> Vec<String> {
    let mut trained = School::new().train(words);
    let text = link::format(&convlab_core::spec::Study::single(experiment(words)));
    let bytes = block_on(trained.session.weights(&text, &convlab_core::session::Part::default())).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mut names: Vec<String> = file
        .tensors()
        .into_iter()
        .filter(|(name, tensor)| {
            name.starts_with("param/") && tensor.data().iter().any(|&byte| byte & 0x7f != 0)
        })
        .map(|(name, _)| name.trim_start_matches("param/").to_owned())
        .collect();
    names.sort();
    names
}
