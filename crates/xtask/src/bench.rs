//! How fast the engine trains here.

use crate::Done;
use crate::process::{cargo, run};

/// `convlab bench`, compiled with optimisation.
pub fn bench(options: &[&str]) -> Done {
    let command = ["run", "--quiet", "--release", "--package", "convlab-cli", "--", "bench"];
    run(cargo(&[&command, options].concat()))
}
