//! Initial weights lie where PyTorch's rules put them: the bands of the golden cases' `init`.

#![allow(clippy::unwrap_used)]

use convlab_core::init::{Init, InitKind};
use convlab_core::layers::Kind;
use convlab_core::plan::Buffer;
use convlab_core::state::{Fill, Layout};
use serde_json::Value;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/torch/cases.json");

fn bands() -> Vec<Value> {
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(CASES).unwrap()).unwrap();
    cases["init"].as_array().unwrap().clone()
}

fn gain(nonlinearity: &str) -> f64 {
    match nonlinearity {
        "relu" => Kind::Relu.gain(),
        "tanh" => Kind::Tanh.gain(),
        "linear" => 1.0,
        leaky => Kind::LeakyRelu { slope: leaky.trim_start_matches("leaky_relu").parse().unwrap() }.gain(),
    }
}

/// The rule that a figure of the reference is about: `kaiming_normal_std_fan_in_relu`.
fn rule(figure: &str) -> Option<Init> {
    let (kind, rest) = [
        ("xavier_normal_std", InitKind::XavierNormal),
        ("xavier_uniform_bound", InitKind::XavierUniform),
        ("kaiming_normal_std_", InitKind::KaimingNormal),
        ("kaiming_uniform_bound_", InitKind::KaimingUniform),
        ("pytorch_default_bound_weight_and_bias", InitKind::PyTorch),
    ]
    .into_iter()
    .find_map(|(name, kind)| Some((kind, figure.strip_prefix(name)?)))?;
    let fan_out = rest.starts_with("fan_out_");
    let nonlinearity = rest.trim_start_matches("fan_in_").trim_start_matches("fan_out_");
    let gain = if nonlinearity.is_empty() { 1.0 } else { gain(nonlinearity) };
    Some(Init { kind, gain, fan_out })
}

#[test]
fn every_rule_draws_within_five_standard_errors_of_pytorchs_figure() {
    let mut checked = 0;
    for band in bands() {
        let number = |key: &str| band[key].as_f64().unwrap();
        let shape: Vec<usize> =
            band["shape"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
        let fans = ["fan_in", "fan_out"].map(|key| number(key) as usize);
        for (figure, want) in band.as_object().unwrap() {
            let Some(init) = rule(figure) else { continue };
            let want = want.as_f64().unwrap();
            let fill = init.weight(fans[0], fans[1]);
            let (got, std, tolerance) = match fill {
                Fill::Normal { std } => (std, want, number("rel_std_tol_normal_5sigma")),
                Fill::Uniform { bound } => (bound, want / 3f64.sqrt(), number("rel_std_tol_uniform_5sigma")),
                Fill::Constant(_) => unreachable!("a rule draws"),
            };
            assert!((got / want - 1.0).abs() < 1e-12, "{figure} of {shape:?}: {got} for {want}");

            let mut layout = Layout::default();
            let at = layout.parameter("weight".to_owned(), shape.clone(), fill);
            let draws = &layout.initial(Buffer::Parameters, 1)[at.offset..at.offset + at.len];
            let n = draws.len() as f64;
            let mean = draws.iter().map(|&w| f64::from(w)).sum::<f64>() / n;
            let square = draws.iter().map(|&w| (f64::from(w) - mean).powi(2)).sum::<f64>();
            let sample = (square / (n - 1.0)).sqrt();
            assert!((sample / std - 1.0).abs() < tolerance, "{figure} of {shape:?}: {sample} for {std}");
            let mean_tolerance = number("mean_tol_in_std_5sigma");
            assert!(mean.abs() < mean_tolerance * std, "{figure} of {shape:?}: mean {mean}");
            checked += 1;
        }
    }
    assert!(checked > 50, "{checked} figures");
}
