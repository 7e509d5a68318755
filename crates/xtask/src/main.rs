//! Build, serve, test and measure Convlab: `cargo xtask --help`.

mod bench;
mod budget;
mod build;
mod chrome;
mod data;
mod debian;
mod first;
mod golden;
mod growth;
mod late;
mod lessons;
mod measure;
mod npm;
mod peers;
mod process;
mod project;
mod recording;
mod serve;
mod split;
mod tally;
mod test;
mod vulkan;
mod wasm;

use std::process::ExitCode;

/// What a task ends in: its value, or one sentence that says what is wrong and what helps.
type Done<T = ()> = Result<T, String>;

const HELP: &str = "\
Build, serve, test and measure Convlab.

Usage: cargo xtask <command> [options]

Commands:
  serve [--port N]   build, serve http://localhost:8080 and build again on every change
  build              the page for production in www/dist, the npm package in pkg, and their size budgets
  test [WORD]...     everything: formatting, lints, Rust, golden numbers, GPU kernels, the page in a browser;
                     with words, only the parts whose name contains one (test browser)
  mutants [WORD]...  shows for each of the typical mistakes which test catches it; words choose some by name
  lessons [NAME]...  measures the claims of the course's lessons: lesson, claim, figures, holds or not
  bench [options]    samples per second of the reference networks on this machine, and every kernel of them
                     against what one core can do
  bench kernels      the same table of kernels in a browser
  bench growth       a step's time against batch, width, depth and image side: docs/growth.svg
  bench page         seconds of the default experiment in a browser, from the Play button
  bench --peers [--peer-dir DIR] [--torch PYTHON] [--nets LIST] [--peers LIST] [--rounds N] [--seconds S]
                     samples per second in a browser beside TensorFlow.js, jax-js and ConvNetJS, in turns;
                     DIR holds Burn's peer to be compiled there, PYTHON runs PyTorch on one thread
  frames [SECONDS]   frames a second and long tasks of the page while a run trains
  soak [MINUTES]     trains with everything visible, makes 100 runs and 200 networks: is all given back?
  pictures           take the pictures of docs/pictures again
  golden             write the printed plans and the digests that the tests compare with again
  split              list again in crates/web/first.txt which functions the first steps need: the engine's first
                     part, which a first visit waits for; all others load behind it
  recording          record the default run again, for the seconds before the page's engine is ready

Nothing has to be installed before but rustup and Node 20.19 or newer.";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [] | ["help" | "--help" | "-h", ..] | [_, "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        ["serve", options @ ..] => serve::serve(options),
        ["build"] => build::build(),
        ["test", parts @ ..] => test::test(parts),
        ["mutants", words @ ..] => test::mutants(words),
        ["lessons", names @ ..] => lessons::lessons(names),
        ["bench", options @ ..] => bench::bench(options),
        ["pictures"] => measure::pictures(),
        ["frames", options @ ..] => measure::frames(options),
        ["soak", options @ ..] => measure::soak(options),
        ["golden"] => golden::golden(),
        ["split"] => first::write_list(),
        ["recording"] => recording::recording(),
        [command, ..] => {
            Err(format!("`{}` is not a command here. `cargo xtask --help` lists them.", command))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}
