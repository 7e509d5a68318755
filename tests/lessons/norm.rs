//! Batch norm carries a high rate, and suffers from small batches.

use crate::Claim;
use crate::school::{SEEDS, School, all, each, spread};

/// Last running loss for each seed.
fn losses(words: &str) -> Vec<f64> {
    each(&SEEDS, |seed| School::new().train(&format!("p=0&momentum=0&{words}&seed={seed}")).last())
}

pub fn claims() -> Vec<Claim> {
    let six = "net=6xconv8&lr=0.3&steps=250";
    let batch = losses(&format!("{six}&norm=batch"));
    let none = losses(&format!("{six}&norm=none"));
    // Rate and steps are fixed per batch size; only the norm differs. Behind two pools and before a mean
    // over the image, statistics of two images are of few numbers, and nothing behind can mend them.
    let net = "net=conv8-pool-conv16-pool-conv16-gap";
    let two = format!("{net}&batch=2&lr=0.05&steps=3000");
    let many = format!("{net}&batch=64&lr=0.3&steps=300");
    let [bn2, gn2] = ["batch", "group"].map(|norm| losses(&format!("{two}&norm={norm}")));
    let [bn64, gn64] = ["batch", "group"].map(|norm| losses(&format!("{many}&norm={norm}")));
    let ratio = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a / b).collect::<Vec<_>>();
    let (small, large) = (ratio(&bn2, &gn2), ratio(&bn64, &gn64));
    vec![
        Claim::new("6 conv, plain SGD, lr 0.3: batch norm < 0.2", spread(&batch), all(&batch, |x| x < 0.2)),
        Claim::new("the same without norm > 1.0", spread(&none), all(&none, |x| x > 1.0)),
        Claim::new(
            "batch of 2: running loss of batch over group norm > 1.3",
            spread(&small),
            all(&small, |x| x > 1.3),
        ),
        Claim::new("batch of 64: batch norm below group norm", spread(&large), all(&large, |x| x < 1.0)),
    ]
}
