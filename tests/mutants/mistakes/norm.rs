use crate::wrong::{Call, Mistake, kernel};

/// The elements of group `g`.
fn elements(call: &Call, g: usize) -> impl Iterator<Item = usize> + Clone {
    let [runs, groups, run] = ["RUNS", "GROUPS", "RUN"].map(|name| call.size(name));
    (0..runs).flat_map(move |r| (r * groups + g) * run..(r * groups + g + 1) * run)
}

fn count(call: &Call) -> usize {
    call.size("RUNS") * call.size("RUN")
}

/// Changes the variances after they are right; `n` are the elements of a group.
fn variance(name: &'static str, change: fn(f32, usize) -> f32) -> Mistake {
    kernel("norm/moments", name, move |call, reads, writes| {
        call.right(reads, writes);
        writes[0].iter_mut().skip(1).step_by(2).for_each(|v| *v = change(*v, count(call)));
    })
}

/// Reads ones in place of these operands of the kernel.
fn ones(place: &'static str, name: &'static str, operand: usize) -> Mistake {
    constant(place, name, operand, 1.0)
}

fn constant(place: &'static str, name: &'static str, operand: usize, number: f32) -> Mistake {
    kernel(place, name, move |call, reads, writes| {
        let numbers = vec![number; reads[operand].len()];
        let mut reads = reads.to_vec();
        reads[operand] = &numbers;
        call.right(&reads, writes);
    })
}

/// Channel c belongs to group c mod G.
fn interleaved(call: &Call, [x, _, gamma, beta]: [&[f32]; 4], y: &mut [f32]) {
    let (channels, plane) = (call.size("AFFINE_GROUPS"), call.size("AFFINE_RUN"));
    let images = x.len() / (channels * plane);
    let groups = call.size("GROUPS") / images;
    for (image, group) in (0..images).flat_map(|image| (0..groups).map(move |group| (image, group))) {
        let own = (group..channels).step_by(groups);
        let places = own.flat_map(|c| (0..plane).map(move |i| (c, (image * channels + c) * plane + i)));
        let n = places.clone().count() as f32;
        let mean = places.clone().map(|(_, i)| x[i]).sum::<f32>() / n;
        let variance = places.clone().map(|(_, i)| (x[i] - mean) * (x[i] - mean)).sum::<f32>() / n;
        let rstd = 1.0 / (variance + call.number("EPS") as f32).sqrt();
        places.for_each(|(c, i)| y[i] = gamma[c] * ((x[i] - mean) * rstd) + beta[c]);
    }
}

/// Statistics whose variance makes `1/√(v + eps)` into another number.
fn statistics(call: &Call, stats: &[f32], reciprocal: fn(f32, f32) -> f32) -> Vec<f32> {
    let eps = call.number("EPS") as f32;
    let mut stats = stats.to_vec();
    for v in stats.iter_mut().skip(1).step_by(2) {
        let wanted = reciprocal(*v, eps);
        *v = 1.0 / (wanted * wanted) - eps;
    }
    stats
}

pub fn mistakes() -> Vec<Mistake> {
    vec![
        variance("normalization divides by the unbiased variance", |v, n| {
            v * n as f32 / (n - 1).max(1) as f32
        }),
        variance("normalization divides by the variance, not the deviation", |v, _| v * v),
        kernel("norm/moments", "variance is E[x²] − E[x]²", |call, reads, writes| {
            for g in 0..call.size("GROUPS") {
                let (mut sum, mut squares) = (0.0f32, 0.0f32);
                for i in elements(call, g) {
                    sum += reads[0][i];
                    squares += reads[0][i] * reads[0][i];
                }
                let (mean, square) = (sum / count(call) as f32, squares / count(call) as f32);
                (writes[0][2 * g], writes[0][2 * g + 1]) = (mean, square - mean * mean);
            }
        }),
        kernel("norm/moments", "normalization does not take the mean away", |call, reads, writes| {
            call.right(reads, writes);
            writes[0].iter_mut().step_by(2).for_each(|mean| *mean = 0.0);
        }),
        kernel("norm/moments", "moments of the first image only", |call, reads, writes| {
            let run = call.size("RUN");
            for g in 0..call.size("GROUPS") {
                let first: Vec<f32> = elements(call, g).take(run).map(|i| reads[0][i]).collect();
                let mean = first.iter().sum::<f32>() / run as f32;
                let squares = first.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>();
                (writes[0][2 * g], writes[0][2 * g + 1]) = (mean, squares / run as f32);
            }
        }),
        kernel("norm/normalize", "eps is added to the deviation", |call, reads, writes| {
            let stats = statistics(call, reads[1], |v, eps| 1.0 / (v.sqrt() + eps));
            call.right(&[reads[0], &stats, reads[2], reads[3]], writes);
        }),
        kernel("norm/normalize", "eps is forgotten", |call, reads, writes| {
            let stats = statistics(call, reads[1], |v, _| 1.0 / v.sqrt());
            call.right(&[reads[0], &stats, reads[2], reads[3]], writes);
        }),
        kernel("norm/normalize", "groups of channels are interleaved", |call, reads, writes| {
            call.right(reads, writes);
            // Only these two say that a group is a part of an image.
            if call.size("RUNS") == 1 && call.size("AFFINE_RUN") > 1 {
                let operands = [reads[0], reads[1], reads[2], reads[3]];
                interleaved(call, operands, writes[0]);
            }
        }),
        ones("norm/normalize", "gamma is left out", 2),
        constant("norm/normalize", "beta is left out", 3, 0.0),
        kernel("norm/normalize", "gamma of the first channel serves all", |call, reads, writes| {
            let gamma = vec![reads[2][0]; reads[2].len()];
            call.right(&[reads[0], reads[1], &gamma, reads[3]], writes);
        }),
        kernel("norm/running", "running variance is biased", |call, reads, writes| {
            let n = call.number("COUNT") as f32;
            let mut stats = reads[0].to_vec();
            stats.iter_mut().skip(1).step_by(2).for_each(|v| *v *= (n - 1.0).max(1.0) / n);
            call.right(&[&stats], writes);
        }),
        kernel(
            "norm/running",
            "running statistics take momentum for the share of the old",
            |call, reads, writes| {
                let new = 1.0 - call.number("MOMENTUM") as f32;
                let (mut mean, mut var) = (writes[0].to_vec(), writes[1].to_vec());
                call.right(reads, writes);
                let share = call.number("MOMENTUM") as f32;
                let turn = |old: &mut f32, now: f32| {
                    let batch = (now - (1.0 - share) * *old) / share;
                    *old = (1.0 - new) * *old + new * batch;
                };
                mean.iter_mut().zip(writes[0].iter()).for_each(|(old, &now)| turn(old, now));
                var.iter_mut().zip(writes[1].iter()).for_each(|(old, &now)| turn(old, now));
                writes[0].copy_from_slice(&mean);
                writes[1].copy_from_slice(&var);
            },
        ),
        kernel("norm/running", "running statistics are those of the last batch", |call, reads, writes| {
            for g in 0..call.size("GROUPS") {
                (writes[0][g], writes[1][g]) = (reads[0][2 * g], reads[0][2 * g + 1]);
            }
        }),
        kernel("norm/stored", "evaluation ignores the running statistics", |_, _, writes| {
            writes[0].iter_mut().enumerate().for_each(|(i, s)| *s = (i % 2) as f32);
        }),
        kernel("norm/stored", "evaluation takes the deviation for the variance", |call, reads, writes| {
            call.right(reads, writes);
            writes[0].iter_mut().skip(1).step_by(2).for_each(|v| *v = v.sqrt());
        }),
        kernel("norm/grad_sums", "gradient of gamma without xhat", |call, reads, writes| {
            call.right(reads, writes);
            if call.size("WEIGHTED") == 0 {
                let sums = writes[0].to_vec();
                writes[1].copy_from_slice(&sums);
            }
        }),
        kernel("norm/grad_sums", "gradient of beta is a mean", |call, reads, writes| {
            call.right(reads, writes);
            if call.size("WEIGHTED") == 0 {
                writes[0].iter_mut().for_each(|d| *d /= count(call) as f32);
            }
        }),
        constant("norm/grad_input", "no gradient flows through the mean", 4, 0.0),
        constant("norm/grad_input", "no gradient flows through the variance", 5, 0.0),
        ones("norm/grad_input", "gradient of a normalization forgets gamma", 2),
        ones("norm/grad_scale", "gradient of a frozen normalization forgets gamma", 1),
    ]
}
