//! Golden files that this project writes itself: the printed plans of the presets, and digests of bits.

use crate::Done;
use crate::process::{cargo, run};

/// Writes them again; `git diff` then shows what changed about training.
pub fn golden() -> Done {
    for test in [&["plans"][..], &["judge", "bits_are_the_committed_ones"]] {
        let mut tests = cargo(&["test", "--quiet", "--package", "convlab-tests", "--test"]);
        tests.args(test).env("CONVLAB_BLESS", "1");
        run(tests)?;
    }
    println!("Wrote tests/golden: `git diff tests/golden` shows what changed.");
    Ok(())
}
