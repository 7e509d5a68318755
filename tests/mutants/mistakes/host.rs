//! Dropout, batches, learning rates and initial weights: what the host decides and steps are told.

use convlab_core::init::{Init, InitKind};
use convlab_core::optimizer::Schedule;
use convlab_core::plan::StepRecord;
use convlab_core::state::Fill;

use crate::wrong::{Mistake, Place, backward, kernel};

fn record(name: &'static str, change: fn(&mut StepRecord)) -> Mistake {
    Mistake { name, place: Place::Record(change) }
}

fn rate(name: &'static str, rate: fn(&Schedule, f64, u32) -> f64) -> Mistake {
    Mistake { name, place: Place::Rate(rate) }
}

fn fill(name: &'static str, fill: fn(&Init, usize, usize) -> Fill) -> Mistake {
    Mistake { name, place: Place::Fill(fill) }
}

fn unscaled(record: &StepRecord) -> StepRecord {
    StepRecord { keep_scale: 1.0, ..*record }
}

fn dropout() -> Vec<Mistake> {
    vec![
        kernel("dropout/apply", "dropout misses 1/(1−p)", |call, reads, writes| {
            call.right_at(&unscaled(call.at.record), reads, writes);
        }),
        backward("dropout/apply", "dropout misses 1/(1−p) on the way back", |call, reads, writes| {
            call.right_at(&unscaled(call.at.record), reads, writes);
        }),
        backward("dropout/apply", "dropped units get a gradient", |call, reads, writes| {
            call.right(&[reads[0], &vec![1.0; reads[1].len()]], writes);
        }),
        record("dropout scales by 1/p", |record| {
            let p = f64::from(record.drop_below) / f64::from(1 << 24);
            if p > 0.0 {
                record.keep_scale = (1.0 / p) as f32;
            }
        }),
        kernel("dropout/mask", "p is the share that is kept", |call, reads, writes| {
            call.right(reads, writes);
            writes[0].iter_mut().for_each(|keep| *keep = 1.0 - *keep);
        }),
        kernel("dropout/mask", "dropout draws one mask for all steps", |call, reads, writes| {
            call.right_at(&StepRecord { step: 0, ..*call.at.record }, reads, writes);
        }),
        kernel("dropout/mask", "dropout ignores the seed", |call, reads, writes| {
            call.right_at(&StepRecord { seed: 1, ..*call.at.record }, reads, writes);
        }),
        kernel("dropout/mask", "dropout draws a quarter and repeats it", |call, reads, writes| {
            call.right(reads, writes);
            writes[0].chunks_mut(4).for_each(|four| four.fill(four[0]));
        }),
    ]
}

fn batches() -> Vec<Mistake> {
    vec![
        record("every epoch has the same order", |record| record.epoch = 0),
        record("images are not shuffled", |record| record.shuffle = 0),
        record("every step sees the first batch", |record| record.cursor = 0),
        record("the shuffle ignores the seed", |record| record.seed = 1),
        record("the shuffle leaves the last images out", |record| {
            record.size = record.size.saturating_sub(1).max(1)
        }),
        kernel("batch/gather", "labels are those of the neighbour", |call, reads, writes| {
            call.right(reads, writes);
            writes[1].rotate_left(1);
        }),
        kernel("batch/gather", "images are not standardised", |call, reads, writes| {
            let plain: Vec<f32> = (0..reads[0].len()).map(|i| (i % 2) as f32).collect();
            call.right(&[&plain], writes);
        }),
        kernel("batch/gather", "images are not divided by their deviation", |call, reads, writes| {
            let mut affine = reads[0].to_vec();
            affine.iter_mut().skip(1).step_by(2).for_each(|factor| *factor = 1.0);
            call.right(&[&affine], writes);
        }),
        kernel("batch/gather", "all channels are standardised as the first", |call, reads, writes| {
            let first: Vec<f32> = (0..reads[0].len()).map(|i| reads[0][i % 2]).collect();
            call.right(&[&first], writes);
        }),
    ]
}

fn schedules() -> Vec<Mistake> {
    vec![
        rate("the learning rate is a step early", |schedule, base, step| schedule.rate(base, step + 1)),
        rate("the learning rate stays as it is", |_, base, _| base),
        rate("the cosine is a step short", |schedule, base, step| match *schedule {
            Schedule::Cosine { steps, min } => Schedule::Cosine { steps: steps - 1, min }.rate(base, step),
            _ => schedule.rate(base, step),
        }),
        rate("the cosine falls to 0", |schedule, base, step| match *schedule {
            Schedule::Cosine { steps, .. } => Schedule::Cosine { steps, min: 0.0 }.rate(base, step),
            _ => schedule.rate(base, step),
        }),
        rate("the warm-up never ends", |schedule, base, step| match *schedule {
            Schedule::Warmup { start, end, steps } => {
                base * (start + (end - start) * f64::from(step) / f64::from(steps))
            }
            _ => schedule.rate(base, step),
        }),
        rate("the cycle starts at its top", |schedule, base, step| match *schedule {
            Schedule::OneCycle { steps, rise, final_div, linear, .. } => {
                Schedule::OneCycle { steps, rise, div: 1.0, final_div, linear }.rate(base, step)
            }
            _ => schedule.rate(base, step),
        }),
        rate("the rate falls after each step, not each size", |schedule, base, step| match *schedule {
            Schedule::Step { gamma, .. } => Schedule::Exponential { gamma }.rate(base, step),
            _ => schedule.rate(base, step),
        }),
    ]
}

fn initial() -> Vec<Mistake> {
    vec![
        fill("Kaiming counts the outputs", |init, fan_in, fan_out| init.weight(fan_out, fan_in)),
        fill("Kaiming forgets the gain", |init, fan_in, fan_out| {
            Init { gain: 1.0, ..*init }.weight(fan_in, fan_out)
        }),
        fill("a uniform draw is as wide as its deviation", |init, fan_in, fan_out| {
            match init.weight(fan_in, fan_out) {
                Fill::Uniform { bound } if init.kind != InitKind::PyTorch => {
                    Fill::Uniform { bound: bound / 3f64.sqrt() }
                }
                right => right,
            }
        }),
        fill("Xavier takes the sum for the mean of both fans", |init, fan_in, fan_out| match init.kind {
            InitKind::XavierNormal | InitKind::XavierUniform => init.weight(2 * fan_in, 2 * fan_out),
            _ => init.weight(fan_in, fan_out),
        }),
        fill("a variance is taken for a deviation", |init, fan_in, fan_out| {
            match init.weight(fan_in, fan_out) {
                Fill::Normal { std } => Fill::Normal { std: std * std },
                right => right,
            }
        }),
    ]
}

pub fn mistakes() -> Vec<Mistake> {
    [dropout(), batches(), schedules(), initial()].into_iter().flatten().collect()
}
