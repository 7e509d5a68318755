//! How fast the engine trains here.

use crate::process::{cargo, run};
use crate::{Done, test};

/// `convlab bench`, compiled with optimisation; `page` measures the page in a browser instead.
pub fn bench(options: &[&str]) -> Done {
    if options == ["page"] {
        return test::play();
    }
    let command = ["run", "--quiet", "--release", "--package", "convlab-cli", "--", "bench"];
    run(cargo(&[&command, options].concat()))
}
