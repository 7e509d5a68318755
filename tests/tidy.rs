//! The rules of the architecture, as far as the text of the sources shows them.
//!
//! Each rule is a function from sources to sentences about what breaks it, so that a second test
//! can show it a source that does.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// One file of the repository.
struct Source {
    /// From the root, with `/`.
    path: String,
    text: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// Whether this is Rust in `folder` that ships: files of tests and what judges the engine do not.
    fn is_rust_in(&self, folder: &str) -> bool {
        let tests =
            ["/tests/", "/tests.rs", "/testing.rs", "/golden/"].iter().any(|part| self.path.contains(part));
        self.path.starts_with(folder) && self.path.ends_with(".rs") && !tests
    }

    /// The lines that ship: without comments and without the tests at the end of the file.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let shipped = self.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let lines = shipped.lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.map(|(number, line)| (number, line.split("//").next().unwrap_or_default()))
    }

    /// Sentences about each line of code that has one of `words` as a whole word.
    fn naming(&self, words: &[&str], rule: &str) -> Vec<String> {
        let broken = |line: &str| words.iter().find(|word| has_word(line, word)).copied();
        let found = self.code().filter_map(|(number, line)| Some((number, broken(line)?)));
        found.map(|(number, word)| format!("{}:{number}: `{word}`: {rule}", self.path)).collect()
    }
}

/// Whether `word` stands in `line` with no letter, digit or underscore on either side.
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(part)
            && !line[at + word.len()..].chars().next().is_some_and(part)
    })
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every text file that belongs to the project: what is built or installed does not.
fn sources() -> Vec<Source> {
    const BUILT: [&str; 10] = [
        ".git",
        "target",
        "node_modules",
        "www/dist",
        "tests/peers/dist",
        "www/public/data",
        "www/src/wasm",
        "shots",
        "tests/golden/torch",
        "tests/hostile",
    ];
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the project").flatten() {
            let path = entry.path();
            let name =
                path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
            if BUILT.iter().any(|built| name == *built || name.ends_with(&format!("/{built}"))) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.push(Source::new(&name, &text));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Only one file talks to wgpu, and only one crate to JavaScript.
fn boundaries(sources: &[Source]) -> Vec<String> {
    let rust = sources.iter().filter(|source| source.is_rust_in("crates/"));
    rust.flat_map(|source| {
        let mut broken = Vec::new();
        if !source.path.starts_with("crates/core/src/device/gpu") {
            broken.extend(source.naming(&["wgpu"], "only device/gpu.rs names it"));
        }
        if !source.path.starts_with("crates/web/") {
            broken.extend(source.naming(&["wasm_bindgen", "js_sys", "web_sys"], "only crates/web names it"));
        }
        broken
    })
    .collect()
}

/// The core does no I/O, reads no clock and starts no thread.
fn purity(sources: &[Source]) -> Vec<String> {
    const EFFECTS: [&str; 14] = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "stdin",
        "stdout",
        "stderr",
        "Instant",
        "SystemTime",
        "println!",
        "eprintln!",
        "dbg!",
        "print!",
    ];
    let core = sources.iter().filter(|source| source.is_rust_in("crates/core/src/"));
    core.flat_map(|source| source.naming(&EFFECTS, "the core does no I/O, reads no clock, starts no thread"))
        .collect()
}

/// Plans and layers know no device, devices know no layer; of a layer only the catalogue knows.
fn directions(sources: &[Source]) -> Vec<String> {
    const LAYERS: &str = "crates/core/src/layers/";
    let core: Vec<&Source> = sources.iter().filter(|source| source.is_rust_in("crates/core/src/")).collect();
    let folders: BTreeSet<&str> =
        core.iter().filter_map(|source| Some(source.path.strip_prefix(LAYERS)?.split_once('/')?.0)).collect();
    let mut broken = Vec::new();
    for source in core {
        if source.path.starts_with("crates/core/src/device/") {
            broken.extend(source.naming(&["layers"], "a device names no layer"));
        }
        if source.path.starts_with(LAYERS) || source.path.starts_with("crates/core/src/plan/") {
            broken.extend(
                source.naming(
                    &["device::cpu", "device::gpu", "Cpu", "Gpu"],
                    "building a plan touches no device",
                ),
            );
        }
        for folder in &folders {
            if source.path == format!("{LAYERS}mod.rs")
                || source.path.starts_with(&format!("{LAYERS}{folder}/"))
            {
                continue;
            }
            let inside = format!("layers::{folder}");
            let beside = format!("super::{folder}");
            let names: &[&str] =
                if source.path.starts_with(LAYERS) { &[&inside, &beside] } else { &[&inside] };
            broken.extend(
                source.naming(
                    names,
                    "a layer is named outside its folder only in the catalogue, layers/mod.rs",
                ),
            );
        }
    }
    broken
}

/// Every shader belongs to some kernel.
fn shaders(sources: &[Source]) -> Vec<String> {
    let listed: BTreeSet<String> =
        sources.iter().filter(|source| source.path.ends_with(".rs")).flat_map(included).collect();
    let shaders = sources.iter().filter(|source| source.path.ends_with(".wgsl"));
    let orphans = shaders.filter(|shader| !listed.contains(&shader.path));
    orphans.map(|shader| format!("{}: no kernel lists this shader", shader.path)).collect()
}

/// The .wgsl files that a Rust source includes, from the root.
fn included(source: &Source) -> Vec<String> {
    let folder: Vec<&str> = source.path.split('/').collect();
    let behind = |macro_call| source.text.split(macro_call).skip(1).filter_map(|rest| rest.split_once('"'));
    let names = ["wgsl!(\"", "include_str!(\""].into_iter().flat_map(behind);
    let resolve = |name: &str| {
        let mut path = folder[..folder.len() - 1].to_vec();
        for part in name.split('/') {
            if part == ".." {
                path.pop();
            } else if part != "." {
                path.push(part);
            }
        }
        path.join("/")
    };
    names.map(|(name, _)| resolve(name)).filter(|path| path.ends_with(".wgsl")).collect()
}

/// Nothing names the machine or the mirror that somebody happened to work with.
fn places(sources: &[Source]) -> Vec<String> {
    // In two halves, so that this file does not break its own rule.
    let places = [("/ho", "me/"), ("/ro", "ot/"), ("/wo", "rk/"), ("/Us", "ers/"), ("/t", "mp/")]
        .map(|(a, b)| format!("{a}{b}"));
    let mut broken = Vec::new();
    for source in sources {
        let absolute = |line: &str, place: &str| {
            line.match_indices(place)
                .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-*}/".contains(c)))
        };
        for (index, line) in source.text.lines().enumerate() {
            if let Some(place) = places.iter().find(|place| absolute(line, place)) {
                broken.push(format!("{}:{}: a path of one machine ({place})", source.path, index + 1));
            }
        }
        if source.path.ends_with("package-lock.json") && source.text.contains("\"resolved\"") {
            broken.push(format!("{}: names the registry it was made with", source.path));
        }
        let foreign = |line: &&str| {
            line.starts_with("source = ") && !line.contains("github.com/rust-lang/crates.io-index")
        };
        if source.path.ends_with("Cargo.lock") && source.text.lines().any(|line| foreign(&line)) {
            broken.push(format!("{}: a crate does not come from crates.io", source.path));
        }
    }
    broken
}

/// What readers are told stands in the catalogue, `crates/core/src/text`: elsewhere nothing in quotes is
/// a sentence or a part of one.
fn catalogue(sources: &[Source]) -> Vec<String> {
    let spoken = sources.iter().filter(|source| source.speaks());
    let said = spoken.flat_map(|source| quoted(source).into_iter().map(move |found| (source, found)));
    let words = said.filter(|(_, (_, text))| is_said(text) && !SIGNS.contains(text));
    words
        .map(|(source, (line, text))| format!("{}:{line}: \"{text}\": words stand in text/", source.path))
        .collect()
}

/// What a driver calls itself, and a line of WGSL.
const SIGNS: [&str; 2] = ["microsoft basic render driver", "enable subgroups;"];

impl Source {
    /// Whether readers may see what stands in it in quotes. A judge speaks to programmers, a printed plan
    /// is data, and what a test calls is not in the page's engine.
    fn speaks(&self) -> bool {
        const APART: [&str; 5] = [
            "crates/core/src/text/",
            "crates/core/src/judge/",
            "crates/core/src/plan/print.rs",
            "crates/web/src/golden.rs",
            "crates/web/src/kernels.rs",
        ];
        (self.is_rust_in("crates/core/src/") || self.is_rust_in("crates/web/src/"))
            && !APART.iter().any(|apart| self.path.starts_with(apart))
    }
}

/// Whether two words of small letters stand side by side.
fn is_said(text: &str) -> bool {
    let small = |letters: &[u8]| letters.iter().all(u8::is_ascii_lowercase);
    let words: Vec<&[u8]> = text.split_whitespace().filter(|word| *word != "\\").map(str::as_bytes).collect();
    words.windows(2).any(|pair| match (pair[0], pair[1]) {
        ([.., a, b], [c, d, ..]) => small(&[*a, *b, *c, *d]),
        _ => false,
    })
}

/// What stands in quotes, with its line, but for what only programmers read.
fn quoted(source: &Source) -> Vec<(usize, &str)> {
    const PROGRAMMERS: [&str; 6] =
        ["expect(", "panic!(", "unreachable!(", "assert!(", "assert_eq!(", "assert_ne!("];
    let text = source.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let (mut found, mut brackets, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let mut length = first.len_utf8();
        match first {
            '/' if rest.starts_with("//") => length = rest.find('\n').unwrap_or(rest.len()),
            '\'' => length = character(rest),
            '(' => brackets.push(PROGRAMMERS.iter().any(|call| text[..=at].ends_with(call))),
            ')' => drop(brackets.pop()),
            '"' => {
                let words = &rest[1..=literal(&rest[1..])];
                if !brackets.contains(&true) {
                    found.push((1 + text[..at].matches('\n').count(), words));
                }
                length = words.len() + 2;
            }
            _ => {}
        }
        at += length;
    }
    found
}

/// Bytes before the quote that ends a string.
fn literal(text: &str) -> usize {
    let mut escaped = false;
    let end = text.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.expect("a string ends")
}

/// Bytes of a character in quotes; one where the quote begins a lifetime.
fn character(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    let escaped = characters.next().is_some_and(|(_, c)| c == '\\');
    let end = characters.nth(usize::from(escaped)).filter(|(_, c)| *c == '\'');
    end.map_or(1, |(at, _)| at + 1)
}

/// From sources to sentences about what is wrong with them.
type Rule = fn(&[Source]) -> Vec<String>;

const RULES: [Rule; 6] = [boundaries, purity, directions, shaders, places, catalogue];

fn assert_holds(rule: Rule) {
    let sources = sources();
    assert!(
        sources.iter().any(|source| source.path == "crates/core/src/lib.rs"),
        "the sources were not found"
    );
    let broken = rule(&sources);
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn wgpu_and_javascript_stay_behind_their_doors() {
    assert_holds(boundaries);
}

#[test]
fn the_core_is_pure() {
    assert_holds(purity);
}

#[test]
fn plans_devices_and_layers_know_only_what_they_may() {
    assert_holds(directions);
}

#[test]
fn every_shader_belongs_to_a_kernel() {
    assert_holds(shaders);
}

#[test]
fn no_file_names_a_machine_or_a_mirror() {
    assert_holds(places);
}

#[test]
fn every_sentence_stands_in_the_catalogue() {
    let speaking = sources().iter().filter(|source| source.speaks()).count();
    assert!(speaking > 150, "only {speaking} sources");
    assert_holds(catalogue);
}

#[test]
fn every_rule_can_be_broken() {
    let wrong = [
        Source::new("crates/core/src/session.rs", "use wgpu::Device;"),
        Source::new("crates/cli/src/main.rs", "use wasm_bindgen::JsValue;"),
        Source::new("crates/core/src/metrics.rs", "let now = std::time::Instant::now();"),
        Source::new("crates/core/src/data/digits.rs", "let bytes = std::fs::read(path);"),
        Source::new("crates/core/src/device/cpu.rs", "use crate::layers::Layer;"),
        Source::new("crates/core/src/plan/train.rs", "let device = Cpu::new();"),
        Source::new("crates/core/src/layers/norm/mod.rs", ""),
        Source::new("crates/core/src/network.rs", "use crate::layers::norm::Norm;"),
        Source::new("crates/core/src/layers/residual.rs", "use super::norm::Norm;"),
        Source::new("crates/core/src/layers/norm/lost.wgsl", "fn main() {}"),
        Source::new("www/vite.config.ts", &format!("const out = \"/{}\";", "home/me/convlab")),
        Source::new("www/package-lock.json", "{ \"resolved\": \"\" }"),
        Source::new("Cargo.lock", "source = \"registry+sparse+https://mirror.invalid/\""),
        Source::new("crates/core/src/data/images.rs", "Err(\"There is no image.\".to_owned())"),
        Source::new(
            "crates/web/src/run.rs",
            "let why = |c: &'static str| format!(\"{c} is not \\\n here\");",
        ),
    ];
    let right = [
        Source::new("crates/core/src/device/gpu.rs", "use wgpu::Device;"),
        Source::new("crates/core/src/metrics.rs", "// an Instant\n#[cfg(test)]\nmod tests { use std::fs; }"),
        Source::new("crates/core/src/layers/norm/kernels.rs", "wgsl!(\"../../shared/reduce.wgsl\")"),
        Source::new("crates/core/src/shared/reduce.wgsl", ""),
        Source::new("crates/core/src/text/data.rs", "pub const NO_IMAGE: &str = \"There is no image.\";"),
        Source::new(
            "crates/core/src/plan/fuse.rs",
            "// \"as it is\"\nlet all = it.expect(\"a plan has steps\");",
        ),
    ];
    let count = |sources: &[Source]| RULES.map(|rule| rule(sources).len());
    assert_eq!(count(&wrong), [2, 2, 4, 1, 3, 2]);
    assert_eq!(count(&right), [0; 6]);
}
