use crate::wrong::{Call, Mistake, kernel};

const PLACE: &str = "loss/cross_entropy";

fn classes(call: &Call) -> usize {
    call.size("CLASSES")
}

/// Writes of the kernel: probabilities, rows, gradient, ring.
const ROWS: usize = 1;
const GRADIENT: usize = 2;
const RING: usize = 3;

pub fn mistakes() -> Vec<Mistake> {
    vec![
        kernel(PLACE, "gradient of the loss is a sum over the batch", |call, reads, writes| {
            call.right(reads, writes);
            writes[GRADIENT].iter_mut().for_each(|d| *d *= call.at.record.live as f32);
        }),
        kernel(PLACE, "gradient of the loss forgets the label", |call, reads, writes| {
            call.right(reads, writes);
            let probabilities = writes[0].to_vec();
            let live = call.at.record.live as f32;
            writes[GRADIENT].iter_mut().zip(probabilities).for_each(|(d, p)| *d = p / live);
        }),
        kernel(PLACE, "softmax overflows", |call, reads, writes| {
            call.right(reads, writes);
            let k = classes(call);
            for (z, p) in reads[0].chunks_exact(k).zip(writes[0].chunks_exact_mut(k)) {
                let sum: f32 = z.iter().map(|z| z.exp()).sum();
                p.iter_mut().zip(z).for_each(|(p, z)| *p = z.exp() / sum);
            }
        }),
        kernel(PLACE, "loss is the logarithm of the probability", |call, reads, writes| {
            call.right(reads, writes);
            let k = classes(call);
            for (n, label) in reads[1].iter().enumerate() {
                writes[ROWS][2 * n] = -writes[0][n * k + *label as usize].ln();
            }
        }),
        kernel(PLACE, "label smoothing is ignored", |call, reads, writes| {
            call.right(reads, writes);
            let (k, live) = (classes(call), call.at.record.live as f32);
            let probabilities = writes[0].to_vec();
            for (i, d) in writes[GRADIENT].iter_mut().enumerate() {
                let target = f32::from(reads[1][i / k] as usize == i % k);
                *d = (probabilities[i] - target) / live;
            }
        }),
        kernel(PLACE, "label smoothing spares the label's own class", |call, reads, writes| {
            call.right(reads, writes);
            let (k, live) = (classes(call), call.at.record.live as f32);
            let smoothing = call.at.record.smoothing;
            let probabilities = writes[0].to_vec();
            for (i, d) in writes[GRADIENT].iter_mut().enumerate() {
                let hit = reads[1][i / k] as usize == i % k;
                let target = if hit { 1.0 - smoothing } else { smoothing / (k - 1) as f32 };
                *d = (probabilities[i] - target) / live;
            }
        }),
        kernel(PLACE, "accuracy counts every largest logit", |call, reads, writes| {
            call.right(reads, writes);
            let k = classes(call);
            let hit = |(z, label): (&[f32], &f32)| {
                let top = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                f32::from(z[*label as usize] == top)
            };
            let hits: f32 = reads[0].chunks_exact(k).zip(reads[1]).map(hit).sum();
            let slot = 2 * call.at.record.row as usize;
            writes[RING][slot + 1] = hits / reads[1].len() as f32;
        }),
        kernel(PLACE, "masked rows count", |call, reads, writes| {
            let all = call.size("N") as u32;
            call.right_at(&convlab_core::plan::StepRecord { live: all, ..*call.at.record }, reads, writes);
        }),
        kernel(PLACE, "mean loss is over the whole batch, masked rows too", |call, reads, writes| {
            call.right(reads, writes);
            let slot = 2 * call.at.record.row as usize;
            writes[RING][slot] *= call.at.record.live as f32 / call.number("N") as f32;
        }),
        kernel("loss/softmax", "prediction is not normalised", |call, reads, writes| {
            call.right(reads, writes);
            writes[0].iter_mut().for_each(|p| *p *= 2.0);
        }),
    ]
}
