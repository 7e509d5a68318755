//! Everything that can be checked without a person.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::process::{cargo, command, output_of, run, run_and_read};
use crate::project::{root, target};
use crate::tally::Tally;
use crate::{Done, chrome, npm, serve, vulkan, wasm};

struct Part {
    name: &'static str,
    check: fn() -> Done<Tally>,
}

const PARTS: [Part; 9] = [
    Part { name: "formatting", check: formatting },
    Part { name: "lints", check: lints },
    Part { name: "rust", check: rust },
    Part { name: "golden on cpu", check: golden_on_cpu },
    Part { name: "golden on gpu", check: golden_on_gpu },
    Part { name: "golden on web", check: golden_on_web },
    Part { name: "page lints", check: page_lints },
    Part { name: "page types", check: page_types },
    Part { name: "browser", check: browser },
];

/// Runs the parts whose name contains one of `words` (all without words) and ends with `N passed, N failed`.
pub fn test(words: &[&str]) -> Done {
    let chosen = |part: &&Part| words.is_empty() || words.iter().any(|word| part.name.contains(word));
    let mut total = Tally::default();
    let mut summary = String::new();
    for part in PARTS.iter().filter(chosen) {
        println!("\n== {}", part.name);
        let start = Instant::now();
        let tally = (part.check)().unwrap_or_else(|sentence| {
            println!("{sentence}");
            Tally::of(false)
        });
        let seconds = start.elapsed().as_secs();
        summary +=
            &format!("{:16} {:5} passed {:5} failed {seconds:5} s\n", part.name, tally.passed, tally.failed);
        total += tally;
    }
    if summary.is_empty() {
        return Err(format!("No part is named so. The parts: {}.", PARTS.map(|part| part.name).join(", ")));
    }
    println!("\n{summary}\n{} passed, {} failed", total.passed, total.failed);
    // An error's sentence would follow the count, which has to be the last line.
    std::process::exit(i32::from(total.failed > 0))
}

fn formatting() -> Done<Tally> {
    component("rustfmt")?;
    Ok(holds(cargo(&["fmt", "--all", "--check"])))
}

fn lints() -> Done<Tally> {
    component("clippy")?;
    Ok(holds(cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])))
}

/// A part of the Rust toolchain that rustup's minimal profile leaves out.
fn component(name: &str) -> Done {
    let word = if name == "rustfmt" { "fmt" } else { name };
    if output_of(cargo(&[word, "--version"])).is_some() {
        return Ok(());
    }
    run(command("rustup", &["component", "add", name]))
        .map_err(|_| format!("Rust's {name} is not installed: try `rustup component add {name}`."))
}

fn rust() -> Done<Tally> {
    serve::prepare()?;
    counted(with_software_adapter(cargo(&["test", "--quiet", "--workspace", "--no-fail-fast"])))
}

/// Makes typical mistakes on purpose and says which test catches each.
pub fn mutants(words: &[&str]) -> Done {
    let program = ["test", "--quiet", "--package", "convlab-tests", "--test", "mutants", "--", "--table"];
    run(with_software_adapter(cargo(&[&program, words].concat())))
}

fn golden_on_cpu() -> Done<Tally> {
    counted(check(&["--backend", "cpu"]))
}

fn golden_on_gpu() -> Done<Tally> {
    counted(with_software_adapter(check(&["--backend", "gpu"])))
}

fn check(options: &[&str]) -> Command {
    let program = ["run", "--quiet", "--package", "convlab-cli", "--", "check", "tests/golden/torch"];
    cargo(&[&program, options].concat())
}

fn with_software_adapter(mut command: Command) -> Command {
    command.envs(vulkan::software_adapter().into_iter().flatten());
    if std::env::var_os("XDG_RUNTIME_DIR").is_none() {
        // Mesa asks for it, and complains once per adapter.
        command.env("XDG_RUNTIME_DIR", target());
    }
    command
}

fn page_lints() -> Done<Tally> {
    npm::install()?;
    Ok(holds(npm::node(
        "@biomejs/biome/bin/biome",
        &["check", "--error-on-warnings", ".", "../tests/web", "../tests/peers"],
    )))
}

fn page_types() -> Done<Tally> {
    serve::prepare()?;
    Ok(holds(npm::node("typescript/bin/tsc", &["--project", "."])))
}

fn browser() -> Done<Tally> {
    counted(of_the_page()?)
}

/// The default experiment from the Play button, in a browser: prints its seconds and its accuracy.
pub fn play() -> Done {
    let mut tests = of_the_page()?;
    tests.arg("the default experiment");
    run(tests)
}

/// Every kernel in a browser, against what one core can do there.
pub fn kernels() -> Done {
    npm::install()?;
    let mut script = npm::node_script(&root().join("tests/web/kernels.mjs"), &[]);
    script.env("CONVLAB_GOLDEN", wasm::golden()?).env("CHROME", chrome::find_or_install()?);
    run(script)
}

/// The page's tests, with the page that they open.
fn of_the_page() -> Done<Command> {
    page()?;
    Ok(in_browser(&chrome::find_or_install()?))
}

/// Builds the page in www/dist.
pub fn page() -> Done {
    serve::prepare()?;
    npm::bundle("vite.config.ts")
}

fn golden_on_web() -> Done<Tally> {
    npm::install()?;
    let engine = wasm::golden()?;
    let chrome = chrome::find_or_install()?;
    let mut tests = in_browser(&chrome);
    tests.arg("golden").env("CONVLAB_GOLDEN", engine);
    counted(tests)
}

fn in_browser(chrome: &PathBuf) -> Command {
    let mut tests = npm::node_script(&root().join("tests/web/run.mjs"), &[]);
    tests.env("CHROME", chrome);
    tests
}

fn holds(command: Command) -> Tally {
    match run(command) {
        Ok(()) => Tally::of(true),
        Err(sentence) => {
            println!("{sentence}");
            Tally::of(false)
        }
    }
}

fn counted(command: Command) -> Done<Tally> {
    let (succeeded, said) = run_and_read(command)?;
    Ok(Tally::read(&said, succeeded))
}
