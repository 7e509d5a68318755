//! Loss, clipping and RMSProp on numbers small enough to be followed by hand.

use std::rc::Rc;

use convlab_core::data::DataSet;
use convlab_core::loss::{CrossEntropy, Softmax};
use convlab_core::optimizer::{Optimizer, clip};
use convlab_core::plan::{Buffer, Builder, Mode, Operand, RING, Shape, StepRecord};
use convlab_core::state::Fill;

use super::{close, demand, run};
use crate::wrong::Bench;

/// Two live rows that know nothing, and two masked ones that are surely wrong.
pub fn masked_rows(bench: &mut Bench) -> Result<(), String> {
    let (n, classes) = (4, 3);
    let mut plan = Builder::new(Mode::Observe, n);
    let scores = Shape::new(n, classes, 1, 1);
    let [z, p, dz] = ["z", "p", "dz"].map(|name| plan.value(name, scores));
    let labels = plan.value("labels", Shape::vector(n));
    let rows = plan.value("rows", Shape::pairs(n));
    let ring = plan.value("ring", Shape::pairs(RING));
    plan.run(CrossEntropy { n, classes }, [z, labels], [p, rows, dz, ring]);
    let mut logits = vec![0.0; n * classes];
    (logits[7], logits[10]) = (50.0, 50.0);
    let record = StepRecord { live: 2, ..StepRecord::default() };
    let inputs = [(z.at, logits), (labels.at, vec![0.0; n])];
    let seen =
        run(bench, (&plan.finish(), Rc::new(DataSet::default())), &inputs, &[record], &[ring.at, dz.at]);
    close(seen[0][0][0], 3f64.ln())?;
    close(seen[0][0][1], 1.0)?;
    close(seen[0][1][0], (1.0 / 3.0 - 1.0) / 2.0)?;
    demand(seen[0][1][6..].iter().all(|&d| d == 0.0), || "a masked row has a gradient".to_owned())
}

/// Odds of 1 : 2 : 5, far above what e to their power can hold.
pub fn softmax(bench: &mut Bench) -> Result<(), String> {
    let mut plan = Builder::new(Mode::Predict, 1);
    let [z, p] = ["z", "p"].map(|name| plan.value(name, Shape::new(1, 3, 1, 1)));
    plan.run(Softmax { n: 1, classes: 3 }, [z], [p]);
    let plan = plan.finish();
    for offset in [0.0, 1000.0] {
        let logits = [1f32, 2.0, 5.0].map(|odds| odds.ln() + offset);
        // The large ones have lost digits before softmax sees them.
        let exact = logits.map(|z| (f64::from(z) - f64::from(offset)).exp());
        let data = Rc::new(DataSet::default());
        let seen = run(bench, (&plan, data), &[(z.at, logits.to_vec())], &[StepRecord::default()], &[p.at]);
        for (got, odds) in seen[0][0].iter().zip(exact) {
            close(*got, odds / exact.iter().sum::<f64>())?;
        }
    }
    Ok(())
}

/// 3 and 4 in two ranges are a vector of length 5.
pub fn clip_together(bench: &mut Bench) -> Result<(), String> {
    let mut plan = Builder::new(Mode::Train { frozen: vec![] }, 1);
    let [a, b] = ["a", "b"].map(|name| plan.parameter(name, &[1], Fill::Constant(0.0)).value.at);
    let [a, b] = [a, b].map(|at| Operand { buffer: Buffer::Gradients, ..at });
    clip(&mut plan, &[a, b]);
    let inputs = [(a, vec![3.0]), (b, vec![4.0])];
    let data = Rc::new(DataSet::default());
    let records = [1.0, 0.0].map(|max_norm| StepRecord { max_norm, ..StepRecord::default() });
    let seen = run(bench, (&plan.finish(), data), &inputs, &records, &[a, b]);
    // With no largest norm they stay as they are.
    for ([a, b], seen) in [[0.6, 0.8], [3.0, 4.0]].into_iter().zip(&seen) {
        close(seen[0][0], a)?;
        close(seen[1][0], b)?;
    }
    Ok(())
}

/// `s = 0.1, 0.19`, `v = 1/√0.1, v/2 + 1/√0.19`, `w = 1 − 0.1·v, …`, once with an ε that counts.
pub fn rms_prop(bench: &mut Bench) -> Result<(), String> {
    for eps in [1e-8, 0.5] {
        let mut plan = Builder::new(Mode::Train { frozen: vec![] }, 1);
        let rule = Optimizer::RmsProp { alpha: 0.9, eps };
        plan.layout().slots = rule.slots();
        let w = plan.parameter("w", &[1], Fill::Constant(1.0)).value.at;
        rule.update(&mut plan, w);
        let gradient = [(Operand { buffer: Buffer::Gradients, ..w }, vec![1.0])];
        let record = StepRecord { lr: 0.1, momentum: 0.5, ..StepRecord::default() };
        let data = Rc::new(DataSet::default());
        let seen = run(bench, (&plan.finish(), data), &gradient, &[record; 2], &[w]);
        let first = 1.0 / (0.1f64.sqrt() + eps);
        let second = 0.5 * first + 1.0 / (0.19f64.sqrt() + eps);
        close(seen[0][0][0], 1.0 - 0.1 * first)?;
        close(seen[1][0][0], 1.0 - 0.1 * first - 0.1 * second)?;
    }
    Ok(())
}
