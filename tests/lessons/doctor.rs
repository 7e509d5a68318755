//! The curve doctor on runs whose ailment is known.
//!
//! The thresholds of its rules were set on seeds 1 to 6; these are others.

use std::collections::BTreeMap;

use convlab_core::doctor::{Ailment, Finding, diagnose};
use convlab_core::procedures::record;

use crate::Claim;
use crate::school::{School, each, experiment, finish};

/// A run with the findings that are right for it: a rate so high that units die is both.
struct Case {
    right: &'static [Ailment],
    words: String,
}

/// Seeds below were seen when thresholds were set.
const UNSEEN: u32 = 41;
const BASE: &str = "train=4000&val=500&test=10&batch=32&steps=400";

/// The variants of each ailment, every one with a few seeds.
fn cases() -> Vec<Case> {
    use Ailment::*;
    let mut cases = Vec::new();
    let mut add = |right: &'static [Ailment], seeds: u32, words: &[&str]| {
        for seed in UNSEEN..UNSEEN + seeds {
            for words in words {
                let words = format!("{words}&{BASE}&seed={seed}");
                // Of two equal keys the first counts, so a case may replace a word of the base.
                cases.push(Case { right, words: first_of_each(&words) });
            }
        }
    };
    let nets = [
        "net=conv8-pool-conv16-pool&lr=0.05&p=0",
        "net=conv8-pool-conv16-pool&lr=0.05&p=0.25",
        "net=conv8-pool-conv16-pool&norm=none&lr=0.05&p=0&steps=800",
        "net=conv8-pool-conv16-pool&norm=group&lr=0.05",
        "net=conv8-pool-conv16-pool&opt=adam&lr=0.005",
        "net=dense64&norm=none&lr=0.05&p=0",
        "net=conv8-res8-pool-conv16-pool&lr=0.05&p=0",
        "net=conv8-pool-conv16-pool&act=gelu&lr=0.05&schedule=cosine",
    ];
    add(&[Healthy], 6, &nets);
    let high = [
        "net=conv8-pool-conv16-pool&norm=none&lr=3&p=0",
        "net=dense64&norm=none&lr=30&p=0",
        "net=conv8-pool-conv16-pool&norm=none&opt=adam&lr=1&p=0",
    ];
    add(&[RateTooHigh, DeadUnits], 3, &high);
    let init = [
        "net=6xconv8&norm=none&init=normal&std=0.01&lr=0.02&p=0",
        "net=6xconv8&norm=none&init=normal&std=1&lr=0.001&p=0",
        "net=dense64-dense64&norm=none&init=zeros&lr=0.05&p=0",
    ];
    add(&[BadInit], 3, &init);
    let stuck =
        ["net=6xconv8&norm=none&act=sigmoid&lr=0.01&p=0", "net=6xdense32&norm=none&act=sigmoid&lr=0.01&p=0"];
    add(&[Stuck, BadInit], 3, &stuck);
    let low = [
        "net=conv8-pool-conv16-pool&norm=none&lr=0.0005&p=0",
        "net=dense64&norm=none&lr=0.0005&p=0",
        "net=conv8-pool-conv16-pool&opt=adam&lr=0.00003&p=0",
    ];
    add(&[RateTooLow], 3, &low);
    let plain =
        ["net=conv8-pool-conv16-pool&lr=0.05&p=0&noise=0.4", "net=dense64&norm=none&lr=0.05&p=0&noise=0.4"];
    add(&[LabelNoise], 3, &plain);
    let heart = ["net=dense256&norm=none&lr=0.05&p=0&train=300&steps=900&labels=shuffled"];
    add(&[LabelNoise], 3, &heart);
    let few = [
        "net=conv8-pool-conv16-pool&lr=0.05&p=0&train=100",
        "net=dense128&norm=none&lr=0.05&p=0&train=150",
        "net=dense128&norm=none&lr=0.05&p=0&train=300",
    ];
    add(&[Overfit], 3, &few);
    let tiny = ["net=conv8-pool-conv16-pool&lr=0.02&p=0&batch=2", "net=conv8-conv8-pool&lr=0.01&p=0&batch=2"];
    add(&[TinyBatch], 3, &tiny);
    let noisy = ["net=conv8-pool-conv16-pool&lr=0.05&p=0&val=25", "net=dense64&norm=none&lr=0.05&p=0&val=30"];
    add(&[NoisyValidation], 3, &noisy);
    // Long enough to have arrived: before that a small network looks like a slow one, and is.
    let small = [
        "net=conv1-pool-gap&norm=none&lr=0.1&p=0&steps=2000",
        "net=dense2&norm=none&lr=0.1&p=0&steps=2000",
        "net=conv2s2-gap&norm=batch&lr=0.1&p=0&steps=2000",
    ];
    add(&[Underfit], 3, &small);
    cases
}

fn first_of_each(words: &str) -> String {
    let mut seen: Vec<&str> = Vec::new();
    let mut kept = Vec::new();
    for word in words.split('&') {
        let key = word.split('=').next().unwrap_or(word);
        if !seen.contains(&key) {
            seen.push(key);
            kept.push(word);
        }
    }
    kept.join("&")
}

fn examine(case: &Case) -> Vec<Finding> {
    diagnose(&finish(record(School::new().lab(), experiment(&case.words))))
}

pub fn claims() -> Vec<Claim> {
    let cases = cases();
    let found = each(&cases, examine);
    let mut table: BTreeMap<(Ailment, Ailment), usize> = BTreeMap::new();
    for (case, found) in cases.iter().zip(&found) {
        *table.entry((case.right[0], found[0].name)).or_default() += 1;
        if !case.right.contains(&found[0].name) {
            println!(
                "    {:?}: {}\n        {:?}: {}",
                case.right[0], case.words, found[0].name, found[0].sentence
            );
            println!("        {:?}", found[0].evidence);
        }
    }
    print(&table);
    let right = |which: &dyn Fn(&Case) -> bool| {
        let of = cases.iter().zip(&found).filter(|(case, _)| which(case));
        let (hits, all) = of.fold((0, 0), |(hits, all), (case, found)| {
            (hits + usize::from(case.right.contains(&found[0].name)), all + 1)
        });
        (format!("{hits} of {all}"), hits as f64 / all as f64)
    };
    let (healthy, share) = right(&|case| case.right[0] == Ailment::Healthy);
    let (ill, ill_share) = right(&|case| case.right[0] != Ailment::Healthy);
    let (three, apart) =
        right(&|case| matches!(case.right[0], Ailment::Healthy | Ailment::Underfit | Ailment::Overfit));
    vec![
        Claim::new("healthy runs are called healthy in at least 95 %", healthy, share >= 0.95),
        Claim::new("sick runs get their ailment first in at least 90 %", ill, ill_share >= 0.9),
        Claim::new("underfit, overfit and healthy are told apart in at least 95 %", three, apart >= 0.95),
    ]
}

fn print(table: &BTreeMap<(Ailment, Ailment), usize>) {
    let mut names: Vec<Ailment> = table.keys().flat_map(|&(truth, found)| [truth, found]).collect();
    names.sort();
    names.dedup();
    let short = |name: Ailment| format!("{name:?}");
    print!("    {:16}", "truth \\ found");
    names.iter().for_each(|&name| print!(" {:>15}", short(name)));
    println!();
    for &truth in &names {
        print!("    {:16}", short(truth));
        for &found in &names {
            let count = table.get(&(truth, found)).map_or("-".to_owned(), usize::to_string);
            print!(" {count:>15}");
        }
        println!();
    }
}
