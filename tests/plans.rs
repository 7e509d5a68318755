//! The printed plans of the presets: a change of training is a difference that a person can review.
//!
//! `cargo xtask golden` writes them again.

use std::path::Path;
use std::{env, fs};

use convlab_core::data::{DataSet, Pixels};
use convlab_core::network::Network;
use convlab_core::plan::{Mode, Shape, assemble};
use convlab_core::spec::{PRESETS, link};

const BATCH: usize = 64;

/// One image of the data set that the network is measured on.
fn input(net: &str) -> Shape {
    let colour = ["vgg", "resnet-", "plain-"].iter().any(|family| net.starts_with(family));
    if colour { Shape::new(1, 3, 32, 32) } else { Shape::new(1, 1, 28, 28) }
}

fn printed(net: &str, words: &str) -> String {
    let (study, problems) = link::parse(&format!("v=1&{words}"));
    assert!(problems.is_empty(), "{net}: {problems:?}");
    let input = input(net);
    let network = Network::new(&study.base, input, 10).expect("a preset fits");
    let data = DataSet {
        shape: [input.c, input.h, input.w],
        classes: 10,
        pixels: Pixels::Floats(Vec::new()),
        standard: vec![[0.0, 1.0]; input.c],
        ..DataSet::default()
    };
    let plan = assemble(&network, &data, Mode::Train { frozen: Vec::new() }, BATCH).suited(true);
    format!("#v=1&{words}\n\n{plan}")
}

#[test]
fn the_plans_of_the_presets_are_the_reviewed_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/plans");
    let bless = env::var_os("CONVLAB_BLESS").is_some();
    let presets = PRESETS.iter().map(|preset| (preset.name, format!("net={}", preset.name)));
    let mut changed = Vec::new();
    for (name, words) in presets.chain([("default", String::new())]) {
        let path = folder.join(format!("{name}.txt"));
        let plan = printed(name, &words);
        if bless {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, plan).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != plan {
            changed.push(name);
        }
    }
    assert!(changed.is_empty(), "the plans of {changed:?} have changed: review `cargo xtask golden`");
}
