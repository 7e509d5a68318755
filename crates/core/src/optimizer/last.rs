//! What the last step of a rule was, from what it left behind.

use super::Optimizer;
use crate::plan::StepRecord;

impl Optimizer {
    /// What the step of `record` subtracted from each weight. `weights` and `slots` are as the step left
    /// them, `gradients` those that it used; without them the answer of a rule that needs them is `None`,
    /// and so is Nesterov's beside an L1 penalty.
    pub fn last_update(
        &self,
        record: &StepRecord,
        weights: &[f32],
        gradients: Option<&[f32]>,
        slots: &[&[f32]],
    ) -> Option<Vec<f64>> {
        let of = |x: f32| f64::from(x);
        let (lr, momentum, decay) = (of(record.lr), of(record.momentum), of(record.weight_decay));
        let each = |update: &dyn Fn(usize) -> f64| (0..weights.len()).map(update).collect();
        // With the weights w that are left, u = lr·(a + decay·(w + u)) gives u.
        let before = |a: f64, w: f64| (lr * a + lr * decay * w) / (1.0 - lr * decay);
        Some(match *self {
            Optimizer::Sgd { nesterov: false } => each(&|i| lr * of(slots[0][i])),
            // The sign that L1 saw is lost where the step may have passed 0.
            Optimizer::Sgd { nesterov: true } if record.l1 > 0.0 => return None,
            Optimizer::Sgd { nesterov: true } => {
                let gradients = gradients?;
                each(&|i| before(of(gradients[i]) + momentum * of(slots[0][i]), of(weights[i])))
            }
            Optimizer::RmsProp { .. } => each(&|i| lr * of(slots[1][i])),
            Optimizer::Adam { eps, decoupled, .. } => {
                let [first, second] = record.corrections.map(of);
                each(&|i| {
                    let step = of(slots[0][i]) / first / (of(slots[1][i]).sqrt() / second + eps);
                    if decoupled { before(step, of(weights[i])) } else { lr * step }
                })
            }
        })
    }
}
