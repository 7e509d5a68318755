//! What could have gone wrong, by what it is about.

mod activation;
mod augment;
mod conv;
mod dense;
mod fused;
mod host;
mod loss;
mod norm;
mod optimizer;
mod pool;
mod shaders;

pub use shaders::{Shader, shaders};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::wrong::{Call, Mistake, kernel};

/// All of them.
pub fn mistakes() -> Vec<Mistake> {
    let all = [
        conv::mistakes(),
        dense::mistakes(),
        pool::mistakes(),
        activation::mistakes(),
        norm::mistakes(),
        fused::mistakes(),
        host::mistakes(),
        augment::mistakes(),
        loss::mistakes(),
        optimizer::mistakes(),
    ];
    all.into_iter().flatten().collect()
}

/// Whether something ran.
type Ran = Arc<AtomicBool>;

type Same = fn(&Call, &[&[f32]], &mut [&mut [f32]]);

/// Changes that change no result: who catches them does not judge, but refuses everything.
pub fn harmless() -> Vec<(Mistake, Ran)> {
    let noted = |place, name, run: Same| {
        let ran = Ran::default();
        let noted = Arc::clone(&ran);
        let mistake = kernel(place, name, move |call, reads, writes| {
            noted.store(true, Ordering::Relaxed);
            run(call, reads, writes);
        });
        (mistake, ran)
    };
    vec![
        noted("conv/forward", "the reference in place of the fast convolution", |call, reads, writes| {
            call.right(reads, writes)
        }),
        noted("norm/moments", "the reference in place of the fast moments", |call, reads, writes| {
            call.right(reads, writes)
        }),
        noted("dense/forward", "dense layer adds its products backwards", |call, reads, writes| {
            let turned = |numbers: &[f32]| -> Vec<f32> {
                let rows = numbers.chunks_exact(call.size("INPUTS"));
                rows.flat_map(|row| row.iter().rev().copied()).collect()
            };
            call.right(&[&turned(reads[0]), &turned(reads[1]), reads[2]], writes);
        }),
    ]
}
