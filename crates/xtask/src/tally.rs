//! Counting what passed and what failed.

use std::ops::AddAssign;

/// Tests that passed and tests that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
}

impl Tally {
    /// One check that either holds or does not.
    pub fn of(holds: bool) -> Self {
        Self { passed: usize::from(holds), failed: usize::from(!holds) }
    }

    /// The sum of every `N passed` and `N failed` that a program said on its summary lines.
    ///
    /// Cargo says `test result: ok. 3 passed; 0 failed; …` once per test program; `convlab check`
    /// and the browser tests say `3 passed, 0 failed` once. A program that fails without
    /// saying so (it did not compile, it crashed) counts as one failure.
    pub fn read(said: &str, succeeded: bool) -> Self {
        let mut tally = Self::default();
        for line in said.lines() {
            let counts = line
                .strip_prefix("test result: ")
                .map_or(line, |rest| rest.split_once(". ").map_or(rest, |(_, counts)| counts));
            if let (Some(passed), Some(failed)) = (count(counts, 0, "passed"), count(counts, 1, "failed")) {
                tally += Self { passed, failed };
            }
        }
        if !succeeded && tally.failed == 0 || tally == Self::default() {
            tally.failed += 1;
        }
        tally
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The number before `word` in the given part of `3 passed; 0 failed`.
fn count(line: &str, part: usize, word: &str) -> Option<usize> {
    let part = line.split([';', ',']).nth(part)?.trim();
    part.strip_suffix(word)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_and_our_own_programs_are_understood() {
        let said = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured\n\
                    test result: FAILED. 3 passed; 1 failed; 0 ignored\nall fine: 9 passed, 9 failed\n4 passed, 2 failed\n";
        assert_eq!(Tally::read(said, false), Tally { passed: 9, failed: 3 });
    }

    #[test]
    fn silence_and_crashes_are_failures() {
        assert_eq!(Tally::read("", true), Tally { passed: 0, failed: 1 });
        assert_eq!(Tally::read("4 passed, 0 failed\n", false), Tally { passed: 4, failed: 1 });
    }
}
