//! How fast the engine trains here.

use crate::process::{cargo, run};
use crate::{Done, growth, peers, test};

/// `convlab bench --kernels`, compiled with optimisation; `page`, `kernels` and `--peers` measure in a browser instead.
pub fn bench(options: &[&str]) -> Done {
    match options {
        ["page"] => test::play(),
        ["kernels"] => test::kernels(),
        ["growth"] => growth::draw(),
        ["--peers", options @ ..] => peers::bench(options),
        _ => {
            let command =
                ["run", "--quiet", "--release", "--package", "convlab-cli", "--", "bench", "--kernels"];
            run(cargo(&[&command, options].concat()))
        }
    }
}
