//! The gates of the lessons: each claim of the course, measured on this engine and these digits.
//!
//! `cargo xtask lessons [WORD]...` prints lesson, claim, figures and whether it holds.

#![allow(clippy::unwrap_used)]

mod activation;
mod augmentation;
mod debug;
mod doctor;
mod dropout;
mod init;
mod norm;
mod school;
mod vgg;

use std::process::ExitCode;
use std::time::Instant;

/// One claim, measured.
pub struct Claim {
    /// What is claimed.
    pub text: String,
    /// What was measured: medians, with ranges over the seeds.
    pub figures: String,
    /// Whether it holds for every seed that it is about; none of what is only measured.
    pub holds: Option<bool>,
}

impl Claim {
    /// A claim with its figures.
    pub fn new(text: impl Into<String>, figures: impl Into<String>, holds: bool) -> Self {
        Self { text: text.into(), figures: figures.into(), holds: Some(holds) }
    }

    /// What is reported as it was found.
    pub fn found(text: impl Into<String>, figures: impl Into<String>) -> Self {
        Self { text: text.into(), figures: figures.into(), holds: None }
    }
}

/// Measures the claims of one lesson.
type Lesson = fn() -> Vec<Claim>;

const LESSONS: [(&str, Lesson); 8] = [
    ("activation", activation::claims),
    ("init", init::claims),
    ("norm", norm::claims),
    ("debug", debug::claims),
    ("vgg", vgg::claims),
    ("augmentation", augmentation::claims),
    ("dropout", dropout::claims),
    ("doctor", doctor::claims),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (mut held, mut failed, mut found) = (0, 0, 0);
    for (name, lesson) in LESSONS {
        if !words.is_empty() && !words.iter().any(|word| word == name) {
            continue;
        }
        let start = Instant::now();
        for claim in lesson() {
            let (verdict, count) = match claim.holds {
                Some(true) => ("holds", &mut held),
                Some(false) => ("does NOT hold", &mut failed),
                None => ("as found", &mut found),
            };
            *count += 1;
            println!("{name:12} {}\n             {}: {verdict}", claim.text, claim.figures);
        }
        println!("{name:12} ({:.0} s)", start.elapsed().as_secs_f64());
    }
    if held + failed + found == 0 {
        let names: Vec<&str> = LESSONS.iter().map(|(name, _)| *name).collect();
        eprintln!("No lesson is called so. The lessons: {}.", names.join(", "));
        return ExitCode::FAILURE;
    }
    println!("{held} hold, {failed} do not, {found} as found");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
