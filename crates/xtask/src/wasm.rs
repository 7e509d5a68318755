//! The engine for browsers: `crates/web`, compiled and bound to JavaScript in www/src/wasm.

use std::fs;
use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use crate::process::{cargo, command, output_of, run};
use crate::project::{is_newer, target, www};
use crate::{Done, first, split};

/// What browsers run.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles `crates/web` with optimisation; after a change of one line about half a minute on two cores.
pub fn compile() -> Done {
    add_target()?;
    let options = ["--package", "convlab-web", "--target", TARGET, "--profile", "web"];
    // Relocations tell which constants a function reaches.
    let relocations = ["--", "-Clink-arg=--emit-relocs"];
    let paths = short_paths();
    run(cargo(&[&["rustc", "--quiet", "--config", &paths], options.as_slice(), &relocations].concat()))
}

/// Cargo's setting by which panics name the sources of other crates without this machine's folders.
fn short_paths() -> String {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).unwrap_or_default();
    let registries = fs::read_dir(home.join("registry/src")).into_iter().flatten().flatten();
    let flags: Vec<String> =
        registries.map(|folder| format!("--remap-path-prefix={}=", folder.path().display())).collect();
    format!("target.{TARGET}.rustflags={flags:?}")
}

/// What [`compile`] makes.
pub fn compiled() -> PathBuf {
    target().join(TARGET).join("web/convlab_web.wasm")
}

/// Builds the engine with its golden cases into target/golden; only tests use it, so that readers do not load them.
pub fn golden() -> Done<PathBuf> {
    add_target()?;
    let options =
        ["--package", "convlab-web", "--target", TARGET, "--profile", "golden", "--features", "golden"];
    run(cargo(&[&["build", "--quiet"], options.as_slice()].concat()))?;
    let compiled = target().join(TARGET).join("golden/convlab_web.wasm");
    let folder = target().join("golden");
    bindgen(&compiled, &folder, "convlab")?;
    Ok(folder)
}

fn add_target() -> Done {
    let sysroot = output_of(command("rustc", &["--print", "sysroot"])).unwrap_or_default();
    if Path::new(&sysroot).join("lib/rustlib").join(TARGET).is_dir() {
        return Ok(());
    }
    println!("Adding Rust's {TARGET} target.");
    run(command("rustup", &["target", "add", TARGET])).map_err(|_| {
        format!("Rust cannot compile for browsers yet, and rustup could not add that: try `rustup target add {TARGET}`.")
    })
}

/// Writes convlab.js, convlab.d.ts, convlab_bg.wasm and convlab_rest.wasm, unless they are newer than what
/// they are made from.
pub fn bind() -> Done {
    let compiled = compiled();
    let folder = www().join("src/wasm");
    let rest = folder.join("convlab_rest.wasm");
    if is_newer(&rest, &compiled) && is_newer(&rest, &first::list()) {
        return Ok(());
    }
    bindgen(&compiled, &folder, "convlab")?;
    open_glue(&folder)?;
    first::part(&folder.join("convlab_bg.wasm"), &rest, &compiled)
}

/// Lets the page make both parts of the engine: exports what the glue does before and after that, and calls
/// imports by their numbers.
fn open_glue(folder: &Path) -> Done {
    let text = |name: &str| fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"));
    let mut glue = text("convlab.js")?;
    let whole = fs::read(folder.join("convlab_bg.wasm")).map_err(|error| format!("The .wasm: {error}"))?;
    for (number, import) in split::imports(&whole)?.iter().enumerate() {
        swap(&mut glue, &format!("\n        {import}: "), &format!("\n        {number}: "))?;
    }
    const EXPORT: &str = "export { __wbg_get_imports as imports, __wbg_finalize_init as begin, initSync";
    swap(&mut glue, "export { initSync", EXPORT)?;
    let types = text("convlab.d.ts")?
        + "export function imports(): WebAssembly.Imports;\n"
        + "export function begin(instance: WebAssembly.Instance, module: WebAssembly.Module): InitOutput;\n";
    fs::write(folder.join("convlab.js"), glue)
        .and_then(|()| fs::write(folder.join("convlab.d.ts"), types))
        .map_err(|error| format!("{}: {error}", folder.display()))
}

/// Replaces what has to be there once.
fn swap(text: &mut String, old: &str, new: &str) -> Done {
    if text.matches(old).count() != 1 {
        return Err(format!("wasm-bindgen writes other glue now: `{}` should be there once.", old.trim()));
    }
    *text = text.replacen(old, new, 1);
    Ok(())
}

/// Writes NAME.js, NAME.d.ts and NAME_bg.wasm.
pub fn bindgen(compiled: &Path, folder: &Path, name: &str) -> Done {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name(name)
        .typescript(true)
        // Without a default path no bundler inlines the .wasm into the worker; the worker names it itself.
        .omit_default_module_path(true)
        .remove_producers_section(true);
    let bound = bindgen.web(true).and_then(|bindgen| bindgen.generate(folder));
    bound.map_err(|error| format!("wasm-bindgen: {error:#}"))
}

/// The version of wasm-bindgen that [`bindgen`] understands.
pub fn bindgen_version() -> &'static str {
    let lock = include_str!("../../../Cargo.lock");
    let version =
        lock.split_once("name = \"wasm-bindgen\"\nversion = \"").and_then(|(_, rest)| rest.split_once('"'));
    version.map_or("", |(version, _)| version)
}
