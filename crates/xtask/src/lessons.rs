//! Whether what the lessons claim is true on this engine.

use crate::process::{cargo, run};
use crate::{Done, data, npm};

/// Measures the claims of the named lessons, or of all; fails where one does not hold.
pub fn lessons(names: &[&str]) -> Done {
    npm::install()?;
    data::pack()?;
    let command = ["run", "--quiet", "--release", "--package", "convlab-tests", "--example", "lessons", "--"];
    run(cargo(&[&command, names].concat()))
}
