use super::super::*;
use super::{assert_close, random};

const PENALTIES: Penalties = Penalties { weight_decay: 0.01, l1: 0.0 };

#[test]
fn sgd_steps_as_pytorch_does() {
    let step = SgdStep { lr: 0.1, momentum: 0.9, penalties: PENALTIES, nesterov: false };
    for nesterov in [false, true] {
        let step = SgdStep { nesterov, ..step };
        let (mut w, mut v) = (random(19, 1), vec![0.0; 19]);
        let mut want: Vec<(f64, f64)> = w.iter().map(|w| (f64::from(*w), 0.0)).collect();
        for i in 0..3 {
            let g = random(19, 2 + i);
            sgd(&step, &g, &mut v, &mut w);
            for ((w, v), g) in want.iter_mut().zip(&g) {
                let g = f64::from(*g) + 0.01 * *w;
                *v = 0.9 * *v + g;
                *w -= 0.1 * if nesterov { g + 0.9 * *v } else { *v };
            }
        }
        let want: Vec<f64> = want.iter().map(|(w, _)| *w).collect();
        assert_close(&w, &want, 1e-6, &step);
    }
}

#[test]
fn rms_prop_steps_as_pytorch_does() {
    let step = RmsPropStep { lr: 0.01, momentum: 0.9, penalties: PENALTIES, shares: [0.99, 0.01], eps: 1e-8 };
    let (mut w, mut s, mut v) = (random(19, 1), vec![0.0; 19], vec![0.0; 19]);
    let mut want: Vec<[f64; 3]> = w.iter().map(|w| [f64::from(*w), 0.0, 0.0]).collect();
    for i in 0..3 {
        let g = random(19, 2 + i);
        rms_prop(&step, &g, &mut s, &mut v, &mut w);
        for ([w, s, v], g) in want.iter_mut().zip(&g) {
            let g = f64::from(*g) + 0.01 * *w;
            *s = 0.99 * *s + 0.01 * g * g;
            *v = 0.9 * *v + g / (s.sqrt() + 1e-8);
            *w -= 0.01 * *v;
        }
    }
    let want: Vec<f64> = want.iter().map(|[w, ..]| *w).collect();
    assert_close(&w, &want, 1e-5, &step);
}

#[test]
fn adam_steps_as_pytorch_does() {
    for decoupled in [false, true] {
        let (penalties, shrink) = match decoupled {
            true => (Penalties { weight_decay: 0.0, l1: 0.0 }, 0.01),
            false => (PENALTIES, 0.0),
        };
        let (mut w, mut m, mut v) = (random(19, 1), vec![0.0; 19], vec![0.0; 19]);
        let mut want: Vec<[f64; 3]> = w.iter().map(|w| [f64::from(*w), 0.0, 0.0]).collect();
        for t in 1..4 {
            let corrections = [1.0 - 0.9f64.powi(t), (1.0 - 0.999f64.powi(t)).sqrt()];
            let step = AdamStep {
                lr: 0.01,
                penalties,
                decoupled: shrink,
                mean: [0.9, 0.1],
                square: [0.999, 0.001],
                corrections: corrections.map(|c| c as f32),
                eps: 1e-8,
            };
            let g = random(19, 1 + t as u32);
            adam(&step, &g, &mut m, &mut v, &mut w);
            for ([w, m, v], g) in want.iter_mut().zip(&g) {
                let g = f64::from(*g) + if decoupled { 0.0 } else { 0.01 * *w };
                *w -= 0.01 * f64::from(shrink) * *w;
                *m = 0.9 * *m + 0.1 * g;
                *v = 0.999 * *v + 0.001 * g * g;
                *w -= 0.01 * (*m / corrections[0]) / (v.sqrt() / corrections[1] + 1e-8);
            }
        }
        let want: Vec<f64> = want.iter().map(|[w, ..]| *w).collect();
        assert_close(&w, &want, 1e-5, &decoupled);
    }
}
