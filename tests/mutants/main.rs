//! Typical mistakes, switched on one at a time while the program runs: the golden numbers and the
//! known answers must catch every one of them, and must not catch what is no mistake.
//!
//! `cargo xtask mutants [WORD]...` prints which test caught which; words choose mistakes by name.

#![allow(clippy::unwrap_used, reason = "these are tests, helpers included")]

mod known;
mod mistakes;
mod suite;
mod wrong;

use std::process::ExitCode;
use std::sync::atomic::Ordering;

use convlab_core::device::gpu::{Gpu, Options};
use mistakes::{harmless, mistakes, shaders};
use pollster::block_on;
use suite::Suite;

/// Fewer than this, and the list has been cut down.
const LEAST: usize = 40;

fn main() -> ExitCode {
    let (options, words): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word.starts_with('-'));
    let table = options.iter().any(|option| option == "--table");
    let chosen = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let suite = Suite::read();
    let all = mistakes();
    let mut verdicts = vec![
        ("nothing wrong", suite.first_failure(None).map_or(Ok("passes".to_owned()), Err)),
        ("the list of mistakes", enough(all.iter().map(|mistake| mistake.name))),
    ];
    for (mistake, ran) in harmless() {
        let caught = suite.first_failure(Some(&mistake));
        verdicts.push((
            mistake.name,
            match caught {
                Some(failure) => Err(format!("is no mistake, but is caught by {failure}")),
                None if ran.load(Ordering::Relaxed) => Ok("is no mistake, and passes".to_owned()),
                None => Err("never ran".to_owned()),
            },
        ));
    }
    for mistake in all.iter().filter(|mistake| chosen(mistake.name)) {
        let caught = suite.first_failure(Some(mistake));
        verdicts.push((mistake.name, caught.ok_or("no test notices it".to_owned())));
    }
    let shaders: Vec<_> = shaders().into_iter().filter(|shader| chosen(shader.mistake.name)).collect();
    match block_on(Gpu::open(&Options { software: true, ..Options::default() })) {
        Ok(mut gpu) => verdicts.extend(
            shaders.iter().map(|shader| (shader.mistake.name, suite.first_failure_on(&mut gpu, shader))),
        ),
        Err(why) => println!("{} mistakes in shaders were left out. {why}", shaders.len()),
    }
    let failed = verdicts.iter().filter(|(_, verdict)| verdict.is_err()).count();
    for (name, verdict) in &verdicts {
        match verdict {
            Ok(how) if table => println!("ok      {name}: {how}"),
            Ok(_) => {}
            Err(why) => println!("FAILED  {name}: {why}"),
        }
    }
    println!("{} passed, {failed} failed", verdicts.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether there are enough mistakes, each named once.
fn enough<'a>(names: impl Iterator<Item = &'a str>) -> Result<String, String> {
    let mut names: Vec<&str> = names.collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    match names.len() {
        distinct if distinct < count => Err(format!("{} names stand there twice", count - distinct)),
        few if few < LEAST => Err(format!("has {few}, fewer than {LEAST}")),
        many => Ok(format!("has {many}")),
    }
}
