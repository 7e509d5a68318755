//! The engine for browsers: `crates/web`, compiled and bound to JavaScript in www/src/wasm.

use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use crate::Done;
use crate::process::{cargo, command, output_of, run};
use crate::project::{is_newer, target, www};

/// What browsers run.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles `crates/web` with optimisation; after a change of one line about half a minute on two cores.
pub fn compile() -> Done {
    add_target()?;
    run(cargo(&["build", "--quiet", "--package", "convlab-web", "--target", TARGET, "--profile", "web"]))
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

/// Writes convlab.js, convlab.d.ts and convlab_bg.wasm, unless they are newer than what was compiled.
pub fn bind() -> Done {
    let compiled = target().join(TARGET).join("web/convlab_web.wasm");
    let folder = www().join("src/wasm");
    let bound = folder.join("convlab_bg.wasm");
    if is_newer(&bound, &compiled) && folder.join("convlab.js").is_file() {
        return Ok(());
    }
    bindgen(&compiled, &folder, "convlab")
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
