//! The program as a person calls it.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn convlab(words: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_convlab")).args(words).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/torch")
}

/// A folder of one golden case, changed.
fn damaged(name: &str, change: impl Fn(&mut Value)) -> PathBuf {
    let text = fs::read(golden().join("cases.json")).unwrap();
    let all: Value = serde_json::from_slice(&text).unwrap();
    let mut case =
        all["cases"].as_array().unwrap().iter().find(|case| case["op"] == "dense").unwrap().clone();
    change(&mut case);
    let folder = env::temp_dir().join(format!("convlab-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::copy(golden().join("dense.safetensors"), folder.join("dense.safetensors")).unwrap();
    fs::write(folder.join("cases.json"), serde_json::json!({ "cases": [case] }).to_string()).unwrap();
    folder
}

#[test]
fn golden_cases_pass() {
    let ran = convlab(&["check", golden().to_str().unwrap(), "--only", "dense,lr_schedule"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "11 passed, 0 failed\n"), "{}", ran.err);
}

#[test]
fn a_wrong_number_is_caught_and_named() {
    let folder = damaged("wrong", |case| {
        case["expect"]["grad_bias"]["key"] = case["inputs"]["bias"].clone();
    });
    let ran = convlab(&["check", folder.to_str().unwrap()]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.out.contains(": grad_bias[0] is ") && ran.out.ends_with("\n0 passed, 1 failed\n"),
        "{}",
        ran.out
    );
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_cannot_run_is_a_failure_with_a_reason() {
    for (name, field, value, why) in [
        ("op", "op", "knit", "There is no operation knit here."),
        ("file", "file", "none.safetensors", "none.safetensors: The file cannot be read: "),
    ] {
        let folder = damaged(name, |case| case[field] = value.into());
        let ran = convlab(&["check", folder.to_str().unwrap()]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.out.contains(why) && ran.out.ends_with("0 passed, 1 failed\n"), "{}", ran.out);
        fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn a_bad_folder_is_one_sentence() {
    let ran = convlab(&["check", "nowhere"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    assert!(ran.err.contains("cannot be read") && ran.err.lines().count() == 1, "{}", ran.err);
}

#[test]
fn a_plan_needs_no_images() {
    let ran = convlab(&["plan", "v=1&net=lenet&clip=1"]);
    assert_eq!(ran.code, Some(0));
    for word in ["conv/forward", "optimizer/clip", "optimizer/sgd", "dispatches"] {
        assert!(ran.out.contains(word), "{word}: {}", ran.out);
    }
}

#[test]
fn a_run_has_one_row_a_step_and_the_same_bits_again() {
    let words = ["train", SHAPES, "--steps", "5", "--json", "--backend", "cpu"];
    let rows = |ran: &Ran| -> Vec<Value> {
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let (first, again) = (convlab(&words), convlab(&words));
    let (rows, repeated) = (rows(&first), rows(&again));
    assert_eq!(rows.len(), 6, "{}{}", first.out, first.err);
    assert_eq!(rows[..5], repeated[..5]);
    assert_eq!(rows[4]["step"], 5);
    assert_eq!(rows[5]["validation"], repeated[5]["validation"]);
    assert_eq!(rows[5]["validation"]["count"], 50);
    assert_eq!((&rows[5]["clean"], &rows[5]["clean"]["count"]), (&repeated[5]["clean"], &Value::from(100)));
}

const SHAPES: &str = "v=1&data=shapes&side=16&train=100&val=50&net=conv8-pool&batch=20";

#[test]
fn a_rule_of_the_link_stops_a_run() {
    let stopped = |rule: &str| {
        let link = format!("{SHAPES}&lr=0.01&momentum=0.9&stop={rule}");
        convlab(&["train", &link, "--steps", "2000", "--backend", "cpu"])
    };
    let ran = stopped("accuracy.0.25");
    assert!(ran.out.contains(": the validation accuracy has reached 25 %."), "{}{}", ran.out, ran.err);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let ran = stopped("patience.1");
    assert!(ran.out.contains("has not become smaller for 1 evaluation."), "{}", ran.out);
    let ran = convlab(&["train", &format!("{SHAPES}&stop=tea.5"), "--steps", "2", "--backend", "cpu"]);
    assert!(ran.err.contains("stop=tea.5 is no limit") && ran.err.lines().count() == 1, "{}", ran.err);
    assert_eq!(ran.code, Some(0));
    let ran = convlab(&["range", &format!("{SHAPES}&stop=seconds.5"), "--steps", "10", "--backend", "cpu"]);
    assert!(ran.err.contains("trains all its steps"), "{}", ran.err);
}

#[test]
fn the_cheapest_checks_stand_alone() {
    let ran = convlab(&["first", SHAPES, "--backend", "cpu"]);
    assert!(ran.out.contains("guessing among") && ran.code == Some(0), "{}{}", ran.out, ran.err);
    let ran = convlab(&["overfit", SHAPES, "--images", "4", "--backend", "cpu", "--json"]);
    let found: Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert!(found["reached"].is_number(), "{found}");
    let ran = convlab(&["overfit", SHAPES, "--images", "4", "--steps", "1", "--backend", "cpu"]);
    assert_eq!(ran.code, Some(1), "one step is too few: {}", ran.out);
}

#[test]
fn clean_training_figures_are_rows_of_their_own() {
    let link = "v=1&data=shapes&side=16&train=60&val=20&net=conv4-pool&batch=20";
    let ran = convlab(&["train", link, "--steps", "12", "--json", "--backend", "cpu"]);
    let rows: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let clean: Vec<u64> =
        rows[..13].iter().filter_map(|row| row.get("clean").and(row["step"].as_u64())).collect();
    assert_eq!((clean, rows.len()), (vec![10], 14), "{}", ran.out);
    assert!(rows[10]["clean"]["loss"].as_f64().unwrap() > 0.0);
}

#[test]
fn weights_are_saved_and_begin_another_run() {
    let link = "v=1&data=shapes&side=16&train=60&val=20&net=conv4-pool&batch=20";
    let file = env::temp_dir().join(format!("convlab-weights-{}.safetensors", std::process::id()));
    let file = file.to_str().unwrap();
    let first = |more: &[&str]| {
        let ran = convlab(&[&["train", link, "--steps", "3", "--json", "--backend", "cpu"], more].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        ran.out.lines().next().unwrap().to_owned()
    };
    let fresh = first(&["--save", file]);
    let loaded = first(&["--weights", file]);
    let body = first(&["--weights", file, "--except", "classifier"]);
    assert!(fresh != loaded && loaded != body && body != fresh);
    // A first stage of the same length leaves the same weights.
    let staged =
        convlab(&["train", &format!("{link}&start=3"), "--steps", "3", "--json", "--backend", "cpu"]);
    assert_eq!(staged.out.lines().next(), Some(loaded.as_str()));
    let ran = convlab(&["train", link, "--steps", "3", "--weights", file, "--only", "99"]);
    assert!(
        ran.code == Some(1) && ran.err.contains("weights: 99 is not a layer of this network"),
        "{}",
        ran.err
    );
    // A divergence costs the weights before it nothing.
    fs::remove_file(file).unwrap();
    let ran =
        convlab(&["train", &format!("{link}&lr=1e6"), "--steps", "40", "--save", file, "--backend", "cpu"]);
    assert!(ran.code == Some(1) && ran.out.contains("The weights of step "), "{}", ran.out);
    let ran = convlab(&["look", link, "--weights", file, "--json", "--backend", "cpu"]);
    let seen: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(
        seen["layers"].as_array().unwrap().iter().all(|layer| layer["deviation"].is_number()),
        "{}",
        ran.out
    );
    fs::remove_file(file).unwrap();
}

#[test]
fn layers_are_looked_at_before_and_after_steps() {
    let link = "v=1&data=shapes&side=16&train=60&val=20&net=conv4-pool&batch=20&arms=lr.0.1,lr.0.2";
    let look = |more: &[&str]| convlab(&[&["look", link, "--backend", "cpu"], more].concat());
    let (start, later) = (look(&[]), look(&["--steps", "3"]));
    assert!(
        start.out.contains("\nstep 0\n") && later.out.contains("\nstep 3\n"),
        "{}{}",
        start.out,
        later.out
    );
    assert!(start.err.contains("this is the base"), "{}", start.err);
    let line = |ran: &Ran| ran.out.lines().find(|line| line.starts_with("0 ")).unwrap().to_owned();
    assert!(line(&start).contains("Conv 3×3") && line(&start) != line(&later), "{}", line(&start));
}

#[test]
fn a_run_that_diverges_says_where() {
    let link = "v=1&data=shapes&side=16&train=100&val=50&net=conv8-pool&batch=20&lr=1000000";
    let ran = convlab(&["train", link, "--steps", "9", "--json", "--backend", "cpu"]);
    let last: Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert!(ran.code == Some(1) && last["diverged"].as_u64().unwrap() > 1, "{}", ran.out);
}

#[test]
fn a_study_compares_its_arms() {
    let link =
        "v=1&data=shapes&side=16&train=60&val=20&net=conv4-pool&batch=20&arms=base,adam:opt.adam&seeds=1-2";
    let ran = convlab(&["study", link, "--steps", "2", "--backend", "cpu"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        lines[3].starts_with("base ") && lines[4].starts_with("adam ") && lines.len() == 6,
        "{}",
        ran.out
    );
}

const SMALL: &str = "v=1&data=shapes&side=16&train=60&val=20&test=20&net=conv4-pool&batch=20";

/// The JSON lines of a command that succeeds, or fails with a finding.
fn lines(words: &[&str]) -> Vec<Value> {
    let ran = convlab(&[words, &["--json", "--backend", "cpu"]].concat());
    assert_eq!(ran.err, "", "{words:?}");
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn procedures_print_rows_and_an_outcome() {
    let rows = lines(&["range", SMALL, "--steps", "20"]);
    assert!(rows[0]["lr"].as_f64().unwrap() < 1.1e-5 && rows.last().unwrap()["sentence"].is_string());
    let rows = lines(&["search", SMALL, "--steps", "8", "--over", "lr=0.01..0.1", "--random", "3"]);
    assert_eq!((rows.len(), rows[2]["trial"].as_u64()), (4, Some(3)));
    assert_eq!(rows[3]["test"]["count"], 20);
    let rows = lines(&["ladder", &format!("{SMALL}&init=normal&std=5")]);
    assert_eq!((rows.len(), rows[0]["grade"].as_str()), (1, Some("bad")));
    let rows = lines(&["knockout", SMALL, "--steps", "4"]);
    assert_eq!((rows.len(), rows[0]["layer"].as_u64()), (16, Some(2)));
    let rows = lines(&["cues", SMALL, "--steps", "4"]);
    assert_eq!((rows.len(), rows[1]["without"].as_str()), (3, Some("colour")));
    let rows = lines(&["doctor", &format!("{SMALL}&lr=100000"), "--steps", "20"]);
    assert_eq!(rows.last().unwrap()["name"], "rate-too-high");
    let rows = lines(&["study", &format!("{SMALL}&arms=base,adam:opt.adam&seeds=1-2"), "--steps", "2"]);
    assert!(rows[0]["loss"].as_array().unwrap().len() == 2 && rows.last().unwrap()["sentence"].is_string());
}

#[test]
fn what_cannot_be_searched_is_one_sentence() {
    let ran = convlab(&["search", SMALL, "--over", "flavour=1..2"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), "flavour is not a setting that can be varied.\n"));
}

#[test]
fn a_bad_word_costs_its_own_field() {
    let ran = convlab(&["plan", "v=1&norm=batsh"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(ran.err, "Note: norm=batsh is not a normalization, so the default, batch, is used.\n");
}
