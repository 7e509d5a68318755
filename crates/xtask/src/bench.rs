//! How fast the engine trains here.

use crate::process::{cargo, run};
use crate::{Done, peers, test};

/// `convlab bench`, compiled with optimisation; `page` and `--peers` measure in a browser instead.
pub fn bench(options: &[&str]) -> Done {
    match options {
        ["page"] => test::play(),
        ["--peers", options @ ..] => peers::bench(options),
        _ => {
            let command = ["run", "--quiet", "--release", "--package", "convlab-cli", "--", "bench"];
            run(cargo(&[&command, options].concat()))
        }
    }
}
