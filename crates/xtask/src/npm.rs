//! Packages of JavaScript and their programs.

use std::path::Path;
use std::process::Command;

use crate::Done;
use crate::process::{command, output_of, run, run_quietly};
use crate::project::{is_newer, www};

/// Installs the page's packages.
pub fn install() -> Done {
    install_in(&www())
}

/// Installs exactly what a folder's package-lock.json lists, unless it is there.
pub fn install_in(folder: &Path) -> Done {
    check_node()?;
    if is_newer(&folder.join("node_modules/.package-lock.json"), &folder.join("package-lock.json")) {
        return Ok(());
    }
    println!("Installing packages for {}.", folder.file_name().unwrap_or_default().display());
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut install = command(npm, &["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    install.current_dir(folder);
    run_quietly(install)
}

fn check_node() -> Done {
    let version = output_of(command("node", &["--version"]))
        .ok_or("Node was not found: install Node 20.19 or newer, which brings npm.")?;
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|part| part.parse::<u32>().ok());
    let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if (major, minor) >= (20, 19) {
        return Ok(());
    }
    Err(format!("Node {version} is too old: the page's tools need 20.19 or newer."))
}

/// A script of an installed package, to be run by node in www: `node("vite/bin/vite.js", …)`.
pub fn node(script: &str, arguments: &[&str]) -> Command {
    node_script(&www().join("node_modules").join(script), arguments)
}

/// A script of this repository, to be run by node in www.
pub fn node_script(script: &Path, arguments: &[&str]) -> Command {
    let mut node = command("node", &[]);
    node.arg(script).args(arguments).current_dir(www());
    node
}

/// Bundles with one of the configurations in www.
pub fn bundle(configuration: &str) -> Done {
    run(node("vite/bin/vite.js", &["build", "--config", configuration, "--logLevel", "warn"]))
}
