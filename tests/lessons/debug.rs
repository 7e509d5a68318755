//! A healthy network learns a few images by heart, whatever its layers and its optimiser.

use convlab_core::procedures::overfit;

use crate::Claim;
use crate::school::{SEEDS, School, each, experiment, finish, spread};

const NETS: [&str; 5] = ["lenet", "vgg", "resnet-8", "plain", "mlp"];

pub fn claims() -> Vec<Claim> {
    let mut claims = Vec::new();
    // Adam's usual rate of 0.001 leaves the deeper nets at 0.07 after 100 steps: the check asks for more.
    for (opt, rate) in [("sgd", ""), ("adam", "&lr=0.005")] {
        for (images, within) in [(1, 100), (10, 200)] {
            let jobs: Vec<(&str, u32)> = NETS.iter().flat_map(|&net| SEEDS.map(|seed| (net, seed))).collect();
            let found = each(&jobs, |(net, seed)| {
                let experiment = experiment(&format!("net={net}&opt={opt}&seed={seed}{rate}"));
                finish(overfit(School::new().lab(), experiment, images, within))
            });
            let steps: Vec<f64> = found.iter().filter_map(|found| found.reached).map(f64::from).collect();
            let missed: Vec<String> = jobs
                .iter()
                .zip(&found)
                .filter(|(_, found)| found.reached.is_none())
                .map(|((net, seed), found)| format!("{net} seed {seed} ended at {:.3}", found.loss))
                .collect();
            let figures = match missed.is_empty() {
                true => format!("at step {}", spread(&steps)),
                false => missed.join(", "),
            };
            let text = format!("{images} of 5 architectures, {opt}{rate}: loss < 0.01 within {within} steps");
            claims.push(Claim::new(text.replacen(" of", " image(s),", 1), figures, missed.is_empty()));
        }
    }
    claims
}
