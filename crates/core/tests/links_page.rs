//! `docs/links.md` and the package's type of an experiment say what the declarations say.
//! `CONVLAB_BLESS=1` writes them again.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use convlab_core::spec::link::parse;
use convlab_core::spec::{Kind, PRESETS, Scalar, Setting, settings};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/links.md");
const TYPES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/src/engine/experiment.ts");

fn values(setting: &Setting) -> String {
    if let (Some(min), Some(max)) = (setting.min, setting.max) {
        let whole = if setting.integer { "whole, " } else { "" };
        return format!("{whole}{min} to {max}");
    }
    let mut words: Vec<String> = setting.choices.iter().map(|choice| format!("`{}`", choice.value)).collect();
    if setting.kind == Kind::List {
        words = vec!["classes joined by `-`, or `all`".to_owned()];
    }
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
    up_to_date(PATH, &wanted);
}

/// Fails unless the file holds this text.
fn up_to_date(path: &str, wanted: &str) {
    if std::env::var_os("CONVLAB_BLESS").is_some() {
        std::fs::write(path, wanted).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).is_ok_and(|text| text == wanted),
        "{path} is out of date: CONVLAB_BLESS=1 cargo test -p convlab-core --test links_page"
    );
}

/// The TypeScript type of what a setting takes.
fn type_of(setting: &Setting) -> String {
    if setting.kind == Kind::Number {
        return "number".to_owned();
    }
    if setting.kind == Kind::List {
        return "string".to_owned();
    }
    let literal =
        |word: &str| if word.parse::<f64>().is_ok() { word.to_owned() } else { format!("\"{word}\"") };
    let mut words: Vec<String> = setting.choices.iter().map(|choice| literal(choice.value)).collect();
    if setting.free {
        words.push("(string & {})".to_owned());
    }
    words.join(" | ")
}

fn experiment_type() -> String {
    let mut file = "/** Written from the engine's declarations by crates/core/tests/links_page.rs. */\n\n\
                    /** The settings of an experiment; what is left out has its default. */\n\
                    export interface Experiment {\n"
        .to_owned();
    for setting in settings() {
        let range = match (setting.min, setting.max) {
            (Some(min), Some(max)) => format!(" {min} to {max}."),
            _ => String::new(),
        };
        let Setting { key, label, help, .. } = setting;
        writeln!(file, "  /** {label}: {help}{range} */\n  {key}?: {};", type_of(setting)).unwrap();
    }
    file +=
        "}\n\n/** The settings that act at the next step of a running session. */\nexport interface Live {\n";
    for Setting { key, .. } in settings().iter().filter(|setting| setting.live) {
        writeln!(file, "  {key}?: number;").unwrap();
    }
    file + "}\n"
}

#[test]
fn the_type_of_an_experiment_says_what_is_declared() {
    up_to_date(TYPES, &experiment_type());
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
