//! What a reader's first visit may cost, in bytes over the wire.

use crate::Done;
use crate::npm::node_script;
use crate::process::output_of;
use crate::project::www;

/// What a first visit waits for, the engine's part for the first steps: 200 KiB.
const FIRST: usize = 200 * 1024;

/// What the whole engine weighs today and about 1 %.
const ENGINE: usize = 455_000;

struct Size {
    name: String,
    gzip: usize,
    brotli: usize,
}

/// Prints every file of www/dist and its sizes; fails where a budget is exceeded.
pub fn check() -> Done {
    let said = output_of(node_script(&www().join("sizes.mjs"), &["dist"]))
        .ok_or("The bundle's sizes cannot be measured.")?;
    println!("{said}");
    let sizes: Vec<Size> = said.lines().filter_map(parse).collect();
    let sum = |keep: &dyn Fn(&str) -> bool, of: fn(&Size) -> usize| {
        sizes.iter().filter(|size| keep(&size.name)).map(of).sum()
    };
    let is_worker = |name: &str| name.starts_with("assets/worker");
    // The engine on a page's own thread is for benchmarks and for programs; the page never asks for it.
    let is_other = |name: &str| is_worker(name) || name.contains("bench") || name.contains("local");
    let is_page = |name: &str| !is_other(name) && (name.ends_with(".js") || name.ends_with(".css"));
    let is_engine = |name: &str| name.ends_with(".wasm");
    let is_first = |name: &str| is_engine(name) && !name.contains("rest");
    within("The engine's first part (.wasm, brotli)", sum(&is_first, |size| size.brotli), FIRST)?;
    within("The whole engine (.wasm, brotli)", sum(&is_engine, |size| size.brotli), ENGINE)?;
    within("The worker's script (gzip)", sum(&is_worker, |size| size.gzip), 12_000)?;
    within("The page's scripts and styles (brotli)", sum(&is_page, |size| size.brotli), 120_000)?;
    within("embed.js (gzip)", sum(&|name| name == "embed.js", |size| size.gzip), 3_000)
}

/// One line of sizes.mjs: name, bytes, gzip, brotli.
fn parse(line: &str) -> Option<Size> {
    let mut words = line.split_whitespace();
    let name = words.next()?.to_owned();
    let mut number = || words.next()?.parse().ok();
    let _bytes: usize = number()?;
    Some(Size { name, gzip: number()?, brotli: number()? })
}

fn within(what: &str, bytes: usize, limit: usize) -> Done {
    println!("{what}: {:.1} of {} kB", bytes as f64 / 1000.0, limit / 1000);
    if bytes <= limit {
        return Ok(());
    }
    Err(format!("{what} is {} bytes over its budget of {} kB.", bytes - limit, limit / 1000))
}
