//! Deviations and bounds of initial weights, as PyTorch gives them.

use convlab_core::init::{Init, InitKind};
use convlab_core::state::Fill;

use crate::wrong::Bench;

/// One shape of `init` in cases.json, and a rule.
pub struct Row {
    name: String,
    init: Init,
    fans: [usize; 2],
    want: Fill,
}

/// Every shape under every rule that the file knows numbers for.
pub fn rows(cases: &[u8]) -> Vec<Row> {
    let json: serde_json::Value = serde_json::from_slice(cases).unwrap();
    let relu = 2f64.sqrt();
    let rules = [
        ("xavier_normal_std", InitKind::XavierNormal, 1.0, false),
        ("xavier_uniform_bound", InitKind::XavierUniform, 1.0, false),
        ("kaiming_normal_std_fan_in_relu", InitKind::KaimingNormal, relu, false),
        ("kaiming_uniform_bound_fan_in_relu", InitKind::KaimingUniform, relu, false),
        ("kaiming_normal_std_fan_in_tanh", InitKind::KaimingNormal, 5.0 / 3.0, false),
        ("kaiming_normal_std_fan_out_relu", InitKind::KaimingNormal, relu, true),
        ("pytorch_default_bound_weight_and_bias", InitKind::PyTorch, 1.0, false),
    ];
    let mut rows = Vec::new();
    for shape in json["init"].as_array().unwrap() {
        let fans = ["fan_in", "fan_out"].map(|fan| shape[fan].as_u64().unwrap() as usize);
        for (key, kind, gain, fan_out) in rules {
            let number = shape[key].as_f64().unwrap();
            let want = if key.contains("bound") {
                Fill::Uniform { bound: number }
            } else {
                Fill::Normal { std: number }
            };
            let name = format!("{key} of {}", shape["shape"]);
            rows.push(Row { name, init: Init { kind, gain, fan_out }, fans, want });
        }
    }
    rows
}

/// Holds the rules against PyTorch's numbers.
pub fn check(rows: &[Row], bench: &Bench) -> Result<(), String> {
    for Row { name, init, fans: [fan_in, fan_out], want } in rows {
        let got = bench.fill(init, *fan_in, *fan_out);
        let close = match (got, *want) {
            (Fill::Normal { std: a }, Fill::Normal { std: b })
            | (Fill::Uniform { bound: a }, Fill::Uniform { bound: b }) => (a - b).abs() < 1e-12,
            _ => false,
        };
        if !close {
            return Err(format!("{name} is {got:?}, expected {want:?}"));
        }
    }
    Ok(())
}
