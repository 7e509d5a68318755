//! Gradients vanish behind sigmoids, and batch norm brings them back.

use crate::Claim;
use crate::school::{SEEDS, School, all, each, spread, strip};

const RATES: [f64; 5] = [0.003, 0.01, 0.03, 0.1, 0.3];

/// Gradient norm of the first weights over that of the tenth, for each seed.
fn ratios(words: &str) -> Vec<f64> {
    each(&SEEDS, |seed| {
        let mut session = School::new().open(&format!("net=10xconv8&p=0&{words}&seed={seed}"));
        let layers = strip(&mut session);
        layers[0].1 / layers[9].1
    })
}

pub fn claims() -> Vec<Claim> {
    let mut claims = Vec::new();
    let vanish = ratios("norm=none&act=sigmoid");
    claims.push(Claim::new(
        "10 conv at the start, sigmoid: weight gradient of layer 1 over layer 10 < 1e-4",
        spread(&vanish),
        all(&vanish, |x| x < 1e-4),
    ));
    for act in ["relu", "gelu", "tanh"] {
        let ratio = ratios(&format!("norm=none&act={act}"));
        claims.push(Claim::new(
            format!("the same with {act} > 0.03"),
            spread(&ratio),
            all(&ratio, |x| x > 0.03),
        ));
    }
    let saved = ratios("norm=batch&act=sigmoid");
    claims.push(Claim::new("sigmoid with batch norm > 0.1", spread(&saved), all(&saved, |x| x > 0.1)));
    for act in ["sigmoid", "relu", "gelu", "tanh"] {
        let best = best(act);
        let (text, holds) = match act {
            "sigmoid" => ("loss > 2.2 at every rate", all(&best, |x| x > 2.2)),
            _ => ("loss < 0.5 at the best rate", all(&best, |x| x < 0.5)),
        };
        claims.push(Claim::new(format!("10 dense layers, {act}: {text}"), spread(&best), holds));
    }
    claims
}

/// The lowest last loss over the rates, for each seed.
fn best(act: &str) -> Vec<f64> {
    let jobs: Vec<(u32, f64)> = SEEDS.iter().flat_map(|&seed| RATES.map(|lr| (seed, lr))).collect();
    let losses = each(&jobs, |(seed, lr)| {
        let words = format!("net=10xdense32&norm=none&p=0&act={act}&steps=500&lr={lr}&seed={seed}");
        School::new().train(&words).last()
    });
    losses.chunks(RATES.len()).map(|rates| rates.iter().copied().fold(f64::INFINITY, f64::min)).collect()
}
