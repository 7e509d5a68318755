//! Other libraries that train in a browser, measured beside the page.

use std::path::{Path, PathBuf};

use crate::process::{cargo, run};
use crate::project::root;
use crate::{Done, chrome, npm, test, wasm};

/// Installs and bundles the peers, builds the page and runs `tests/peers/run.mjs` with `options`.
///
/// `--peer-dir FOLDER` adds Burn: the folder holds the crate `burn-peer`, which is compiled there once.
pub fn bench(options: &[&str]) -> Done {
    let (folder, mut options) = peer_dir(options)?;
    let burn = folder.map(|folder| burn(&folder)).transpose()?;
    let burn = burn.as_deref().and_then(Path::to_str);
    if let Some(burn) = burn {
        options.extend(["--burn", burn]);
    }
    let peers = root().join("tests/peers");
    test::page()?;
    npm::install_in(&peers)?;
    npm::bundle("../tests/peers/vite.config.ts")?;
    let mut driver = npm::node_script(&peers.join("run.mjs"), &options);
    driver.env("CHROME", chrome::find_or_install()?);
    run(driver)
}

/// The folder of `--peer-dir`, and the other options.
fn peer_dir<'a>(options: &[&'a str]) -> Done<(Option<PathBuf>, Vec<&'a str>)> {
    let Some(at) = options.iter().position(|option| *option == "--peer-dir") else {
        return Ok((None, options.to_vec()));
    };
    let folder = options.get(at + 1).ok_or("--peer-dir needs a folder.")?;
    let folder =
        Path::new(folder).canonicalize().map_err(|error| format!("--peer-dir {folder}: {error}."))?;
    Ok((Some(folder), [&options[..at], &options[at + 2..]].concat()))
}

/// Burn's peer as JavaScript; compiling it takes a quarter of an hour.
fn burn(folder: &Path) -> Done<PathBuf> {
    let source = folder.join("burn-peer");
    let bound = source.join("pkg-flex");
    if bound.join("burn_peer.js").is_file() {
        return Ok(bound);
    }
    println!("Compiling Burn.");
    let at = |mut command: std::process::Command| {
        command.current_dir(&source).env("RUSTFLAGS", "-C target-feature=+simd128");
        command
    };
    let version = wasm::bindgen_version();
    run(at(cargo(&["update", "--quiet", "--package", "wasm-bindgen", "--precise", version])))?;
    let options = ["--release", "--features", "flex", "--target-dir", "target-flex"];
    run(at(cargo(&[&["build", "--target", wasm::TARGET], options.as_slice()].concat())))?;
    let compiled = source.join("target-flex").join(wasm::TARGET).join("release/burn_peer.wasm");
    wasm::bindgen(&compiled, &bound, "burn_peer").map(|()| bound)
}
