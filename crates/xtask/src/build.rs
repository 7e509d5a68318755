//! What is published: the page and the npm package.

use std::fs;

use crate::process::{run, run_quietly};
use crate::project::{root, www};
use crate::{Done, budget, npm, serve};

/// What rustc uses and every browser with WebAssembly SIMD has.
const FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Fills www/dist and pkg, and holds them to their size budgets.
pub fn build() -> Done {
    serve::prepare()?;
    optimise()?;
    println!("Bundling the page and the package.");
    npm::bundle("vite.config.ts")?;
    package()?;
    budget::check()
}

/// Shrinks the .wasm by Binaryen's wasm-opt; an optional package, so its absence costs some bytes, not the build.
fn optimise() -> Done {
    if !www().join("node_modules/binaryen/bin/wasm-opt").is_file() {
        println!("The npm package binaryen is not installed: the .wasm stays as Rust wrote it.");
        return Ok(());
    }
    println!("Optimising the .wasm.");
    let wasm = "src/wasm/convlab_bg.wasm";
    run_quietly(npm::node(
        "binaryen/bin/wasm-opt",
        &[&["-O3", wasm, "-o", wasm], FEATURES.as_slice()].concat(),
    ))
}

fn package() -> Done {
    let pkg = root().join("pkg");
    for file in fs::read_dir(&pkg).into_iter().flatten().flatten() {
        let by_hand = matches!(file.file_name().to_str(), Some("package.json" | "README.md"));
        if !by_hand && file.path().is_file() {
            fs::remove_file(file.path()).map_err(|error| format!("{}: {error}", file.path().display()))?;
        }
    }
    npm::bundle("vite.package.config.ts")?;
    run(npm::node("typescript/bin/tsc", &["--project", "tsconfig.package.json"]))
}
