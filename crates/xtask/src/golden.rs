//! Golden files that this project writes itself: the printed plans of the presets.

use crate::Done;
use crate::process::{cargo, run};

/// Writes them again; `git diff` then shows what changed about training.
pub fn golden() -> Done {
    let mut tests = cargo(&["test", "--quiet", "--package", "convlab-tests", "--test", "plans"]);
    tests.env("CONVLAB_BLESS", "1");
    run(tests)?;
    println!("Wrote tests/golden/plans: `git diff tests/golden` shows what changed.");
    Ok(())
}
