//! Which functions of the engine a first visit loads: crates/web/first.txt lists them by name.
//!
//! A name that is missing there only means that its function comes with the rest; one that no function has
//! any more means nothing.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::run;
use crate::project::{root, target};
use crate::{Done, chrome, late, npm, split, test, wasm};

/// The list.
pub fn list() -> PathBuf {
    root().join("crates/web/first.txt")
}

/// Takes the module `whole` apart: keeps the first part in its place and writes the rest beside it.
pub fn part(whole: &Path, rest: &Path, linked: &Path) -> Done {
    let (linked, bound) = (read(linked)?, read(whole)?);
    let listed = String::from_utf8(read(&list())?).map_err(|error| format!("first.txt: {error}."))?;
    let listed: HashSet<&str> = listed.lines().collect();
    let is_first = |name: &str| listed.contains(split::plain(name).as_str());
    let names = split::names(&bound)?;
    let moved: HashSet<&String> = names.iter().filter(|name| !is_first(name)).collect();
    let late = late::late(&linked, |name| moved.contains(&split::plain(name)))?;
    let parts = split::split(&bound, is_first, &late)?;
    write(whole, &parts.first)?;
    write(rest, &parts.rest)
}

/// Writes the list again: runs the first steps in a browser and hears which functions they need.
pub fn write_list() -> Done {
    test::page()?;
    let folder = target().join("split");
    wasm::bindgen(&wasm::compiled(), &folder, "convlab")?;
    let whole = read(&folder.join("convlab_bg.wasm"))?;
    write(&folder.join("marked.wasm"), &split::marked(&whole)?)?;
    write(&folder.join("names.txt"), split::names(&whole)?.join("\n").as_bytes())?;
    let mut script = npm::node_script(&root().join("tests/web/first-part.mjs"), &[]);
    script.arg(folder).arg(list()).env("CHROME", chrome::find_or_install()?);
    run(script)
}

fn read(file: &Path) -> Done<Vec<u8>> {
    fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Done {
    fs::write(file, bytes).map_err(|error| format!("{}: {error}", file.display()))
}
