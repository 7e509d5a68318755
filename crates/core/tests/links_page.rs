//! `docs/links.md` says what the declarations say. `CONVLAB_BLESS=1` writes its tables again.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use convlab_core::spec::link::parse;
use convlab_core::spec::{PRESETS, Scalar, Setting, settings};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/links.md");

fn values(setting: &Setting) -> String {
    if let (Some(min), Some(max)) = (setting.min, setting.max) {
        let whole = if setting.integer { "whole, " } else { "" };
        return format!("{whole}{min} to {max}");
    }
    let mut words: Vec<String> = setting.choices.iter().map(|choice| format!("`{}`", choice.value)).collect();
    if setting.free {
        words = vec!["a network, see below".to_owned()];
    }
    words.join(" ")
}

fn setting_rows() -> String {
    let mut table = "| key | setting | | values | default | live |\n|---|---|---|---|---|---|\n".to_owned();
    for setting in settings() {
        let default = match &setting.default {
            Scalar::Number(number) => number.to_string(),
            Scalar::Word(word) => format!("`{word}`"),
        };
        let live = if setting.live { "yes" } else { "" };
        let Setting { key, label, help, .. } = setting;
        writeln!(table, "| `{key}` | {label} | {help} | {} | {default} | {live} |", values(setting)).unwrap();
    }
    table
}

fn preset_rows() -> String {
    let mut table = "| name | layers | settings | |\n|---|---|---|---|\n".to_owned();
    for preset in PRESETS {
        let pins: Vec<String> = preset.settings.iter().map(|(key, word)| format!("`{key}={word}`")).collect();
        writeln!(table, "| `{}` | `{}` | {} | {} |", preset.name, preset.words, pins.join(" "), preset.help)
            .unwrap();
    }
    table
}

#[test]
fn the_page_on_links_says_what_is_declared() {
    let text = std::fs::read_to_string(PATH).unwrap();
    let mut wanted = text.clone();
    for (name, table) in [("settings", setting_rows()), ("presets", preset_rows())] {
        let open = format!("<!-- {name} -->\n");
        let start = wanted.find(&open).unwrap() + open.len();
        let end = start + wanted[start..].find("<!-- end -->").unwrap();
        wanted.replace_range(start..end, &table);
    }
    if std::env::var_os("CONVLAB_BLESS").is_some() {
        std::fs::write(PATH, &wanted).unwrap();
    }
    assert!(
        std::fs::read_to_string(PATH).unwrap() == wanted,
        "docs/links.md is out of date: CONVLAB_BLESS=1 cargo test -p convlab-core --test links_page"
    );
}

#[test]
fn its_examples_work() {
    let text = std::fs::read_to_string(PATH).unwrap();
    let examples: Vec<&str> = text.lines().map(str::trim).filter(|line| line.starts_with("#v=1")).collect();
    assert!(examples.len() >= 6);
    for example in examples {
        assert_eq!(parse(example).1, [], "{example}");
    }
    let words = text.split_once("known but not available").unwrap().1;
    for word in words.split('`').skip(1).step_by(2) {
        let message = format!("{word} is not available in this version, so it is left out.");
        assert_eq!(parse(&format!("{word}=1")).1[0].message, message);
    }
}
