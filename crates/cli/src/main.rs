//! Convlab on the command line: the engine of the page, on a desktop.

mod args;
mod bench;
mod check;
mod files;
mod growth;
mod lab;
mod look;
mod open;
mod plan;
mod procedures;
mod stops;
mod study;
mod train;

use std::io::{ErrorKind, Write, stdout};
use std::process::ExitCode;

use args::Command;

/// How a command ends: its exit code, or one sentence.
type Done = Result<ExitCode, String>;

fn main() -> ExitCode {
    let done = match args::parse(lexopt::Parser::from_env()) {
        Ok(Command::Help) => say(args::HELP.trim_end()).map(|()| ExitCode::SUCCESS),
        Ok(Command::Check(options)) => check::run(&options),
        Ok(Command::Train(options)) => train::run(&options),
        Ok(Command::Look(options)) => look::run(&options),
        Ok(Command::Study(options)) => study::run(&options),
        Ok(Command::Ladder(options)) => procedures::ladder(&options),
        Ok(Command::First(options)) => procedures::first(&options),
        Ok(Command::Overfit { run, images }) => procedures::overfit(&run, images),
        Ok(Command::Range(options)) => procedures::range(&options),
        Ok(Command::Search { run, over, trials }) => procedures::search(&run, &over, trials),
        Ok(Command::KnockOut { run, layer }) => procedures::knock_out(&run, layer),
        Ok(Command::Cues(options)) => procedures::cues(&options),
        Ok(Command::Doctor(options)) => procedures::doctor(&options),
        Ok(Command::Plan { link, backend }) => plan::run(&link, backend),
        Ok(Command::Bench(options)) => bench::run(&options),
        Err(why) => Err(format!("{why} Try `convlab --help`.")),
    };
    done.unwrap_or_else(|why| {
        eprintln!("{why}");
        ExitCode::FAILURE
    })
}

/// Prints a line. Whoever reads the output may stop early (`convlab train … | head`): that ends the
/// program without a word.
fn say(line: impl std::fmt::Display) -> Result<(), String> {
    match writeln!(stdout(), "{line}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        other => other.map_err(|why| format!("The output cannot be written: {why}.")),
    }
}
