use super::super::*;
use super::{assert_close, random};

#[test]
fn adds() {
    let (a, b) = (random(37, 1), random(37, 2));
    let mut y = [f32::NAN; 37];
    add(&a, &b, &mut y);
    assert!((0..37).all(|i| y[i] == a[i] + b[i]));
}

#[test]
fn sums_squares() {
    for length in [0, 1, 15, 16, 17, 5000] {
        let x = random(length, 1);
        let want: f64 = x.iter().map(|x| f64::from(*x).powi(2)).sum();
        assert!((sum_of_squares(&x) - want).abs() <= 1e-6 * want);
    }
}

#[test]
fn sgd_steps_as_pytorch_does() {
    let step = SgdStep { lr: 0.1, momentum: 0.9, weight_decay: 0.01, l1: 0.0, nesterov: false };
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
